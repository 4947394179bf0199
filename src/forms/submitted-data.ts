import { UploadedFile } from "../consumers/index.js";

/** What a form was sent with: `await this.request.form()`, or anything that can answer the same. */
export interface SubmittedData {
  /** The first value of a field. */
  get(name: string): string | null | undefined;
  /** Every value of a field. */
  getAll(name: string): readonly string[];
  has(name: string): boolean;
  /** The first file of a field. */
  file?(name: string): UploadedFile | undefined;
  /** Every file of a field. */
  filesOf?(name: string): readonly UploadedFile[];
}

/** Values by name; several in a list. Numbers and the like are what their text is. */
export type PlainData = Readonly<Record<string, unknown>>;

/** What a form takes as its data: a submitted form, the query of a URL, or values by name. */
export type FormSource = SubmittedData | URLSearchParams | PlainData;

/** `source` as what fields read from. */
export function submittedData(source: FormSource): SubmittedData {
  if (source instanceof URLSearchParams) {
    return {
      get: (name) => source.get(name) ?? undefined,
      getAll: (name) => source.getAll(name),
      has: (name) => source.has(name),
    };
  }
  return isSubmitted(source) ? source : new PlainValues(source);
}

function isSubmitted(source: object): source is SubmittedData {
  const { get, getAll } = source as { readonly get?: unknown; readonly getAll?: unknown };
  return typeof get === "function" && typeof getAll === "function";
}

/** Values by name, as tests and programs have them. */
class PlainValues implements SubmittedData {
  readonly #values: PlainData;

  constructor(values: PlainData) {
    this.#values = values;
  }

  #all(name: string): readonly unknown[] {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? (value as readonly unknown[]) : [value];
  }

  get(name: string): string | undefined {
    return this.getAll(name)[0];
  }

  getAll(name: string): readonly string[] {
    return this.#all(name)
      .filter((value) => !(value instanceof UploadedFile))
      .map((value) => (value instanceof Date ? value.toISOString() : String(value)));
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  file(name: string): UploadedFile | undefined {
    return this.filesOf(name)[0];
  }

  filesOf(name: string): readonly UploadedFile[] {
    return this.#all(name).filter((value) => value instanceof UploadedFile);
  }
}
