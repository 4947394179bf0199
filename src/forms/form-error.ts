import {
  type HtmlSource,
  type PageRenderer,
  safe,
  type SafeString,
  shownInTemplates,
  toHtml,
} from "../templates/index.js";
import { renderPart } from "./render-part.js";

/** One thing that is wrong with a value, or with the whole of a form. */
export interface FormError {
  /** `required`, `invalid`, `max_length`, … or one of your own. */
  readonly code: string;
  /** A sentence for the person who fills the form in. */
  readonly message: string;
  /** What the sentence is made of, for those who make another. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What is wrong with one field, or with the whole of a form; `{{ field.errors }}` is a list that the field refers to. */
export class ErrorList implements Iterable<FormError>, HtmlSource {
  static readonly [shownInTemplates] = ["length", "messages", "id", "errors"];
  /** The `id` of the list on the page. */
  readonly id: string | undefined;
  readonly #errors: FormError[] = [];

  constructor(id?: string, errors: readonly FormError[] = []) {
    this.id = id;
    this.#errors.push(...errors);
  }

  get length(): number {
    return this.#errors.length;
  }

  get errors(): readonly FormError[] {
    return this.#errors;
  }

  get messages(): readonly string[] {
    return this.#errors.map(({ message }) => message);
  }

  /** Whether there is an error with this code; without one, whether there is any. */
  has(code?: string): boolean {
    return code === undefined ? this.length > 0 : this.#errors.some((error) => error.code === code);
  }

  add(...errors: readonly FormError[]): void {
    this.#errors.push(...errors);
  }

  [Symbol.iterator](): Iterator<FormError> {
    return this.#errors[Symbol.iterator]();
  }

  toJSON(): readonly FormError[] {
    return this.#errors;
  }

  toString(): string {
    return this.#errors.map(({ message }) => `* ${message}`).join("\n");
  }

  [toHtml](page?: PageRenderer): SafeString | Promise<SafeString> {
    if (this.length === 0) return safe("");
    return renderPart("forms/errors.liquid", { errors: this }, page);
  }
}
