import type { UploadedFile } from "./uploaded-file.js";

/** What a form holds: fields and files, each in the order of the form. Iterating gives the fields. */
export class Form implements Iterable<readonly [name: string, value: string]> {
  readonly #fields: readonly (readonly [string, string])[];
  /** All files. */
  readonly files: readonly UploadedFile[];

  constructor(fields: Iterable<readonly [string, string]>, files: readonly UploadedFile[] = []) {
    this.#fields = [...fields];
    this.files = files;
  }

  /** The first value of a field, or `undefined`. */
  get(name: string): string | undefined {
    for (const field of this.#fields) if (field[0] === name) return field[1];
    return undefined;
  }

  /** Every value of a field, such as those of several check boxes of one name. */
  getAll(name: string): readonly string[] {
    return this.#fields.filter((field) => field[0] === name).map((field) => field[1]);
  }

  /** Whether there is such a field. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The first file of a field, or `undefined`: an `<input type=file>` that was left empty sends none. */
  file(name: string): UploadedFile | undefined {
    return this.files.find((file) => file.field === name);
  }

  /** Every file of a field. */
  filesOf(name: string): readonly UploadedFile[] {
    return this.files.filter((file) => file.field === name);
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#fields[Symbol.iterator]();
  }

  /**
   * Fields and files by name, for a schema: one value as it is, several as an array. What is sent under no name is
   * left out.
   */
  toObject(): Record<string, string | UploadedFile | readonly (string | UploadedFile)[]> {
    const values = new Map<string, (string | UploadedFile)[]>();
    const add = (name: string, value: string | UploadedFile): void => {
      const same = values.get(name);
      if (same === undefined) values.set(name, [value]);
      else same.push(value);
    };
    for (const [name, value] of this.#fields) add(name, value);
    for (const file of this.files) add(file.field, file);
    return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? "") : all]));
  }
}
