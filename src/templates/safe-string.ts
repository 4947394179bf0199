import { escapeHtml } from "./escape.js";

/**
 * HTML that goes out as it is. Made by `safe`, by `html`, by filters and tags that make HTML, and by `{% capture %}`;
 * everything else that a template puts out is escaped.
 */
export class SafeString {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  valueOf(): string {
    return this.#text;
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }
}

/** Under this key an object has the method that puts it on a page: `{{ form }}`. */
export const toHtml: unique symbol = Symbol.for("hotclub.toHtml");

/** What renders a page: its engine, which has the templates of the whole project. */
export interface PageRenderer {
  render(template: string, context: object): Promise<string>;
}

/** Something that can put itself on a page; `page` renders templates of its own. */
export interface HtmlSource {
  [toHtml](page?: PageRenderer): SafeString | Promise<SafeString>;
}

/** Says that `text` is HTML that is fit to go out: that nothing in it came from users without being escaped. */
export function safe(text: string | SafeString): SafeString {
  return text instanceof SafeString ? text : new SafeString(text);
}

/** Whether `value` goes out without being escaped. */
export function isSafe(value: unknown): value is SafeString {
  return value instanceof SafeString;
}

/** What `value` looks like in HTML: escaped unless it is safe; nothing for `undefined` and `null`; lists joined. */
export function htmlOf(value: unknown): string {
  if (value instanceof SafeString) return value.toString();
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(htmlOf).join("");
  return escapeHtml(textOf(value));
}

/** `value` as text: what it says of itself. */
export function textOf(value: unknown): string {
  // An object without a text of its own shows as `[object Object]`, so that the mistake is seen.
  // oxlint-disable-next-line typescript/no-base-to-string
  return typeof value === "string" ? value : String(value);
}

/**
 * HTML with values in it: what is not safe is escaped, lists are joined.
 *
 * ```ts
 * html`<a href="${url}">${name}</a>`
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): SafeString {
  let text = strings[0] ?? "";
  for (const [index, value] of values.entries()) text += htmlOf(value) + (strings[index + 1] ?? "");
  return new SafeString(text);
}
