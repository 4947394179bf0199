import type { Page } from "../../orm/index.js";
import {
  type HtmlSource,
  type PageRenderer,
  type SafeString,
  safe,
  shownInTemplates,
  toHtml,
} from "../../templates/index.js";
import { renderView } from "../render-view.js";

/**
 * Some rows in their order, with the way on and back but without numbers: nothing is counted and nothing skipped, so the
 * last page of a million rows comes as fast as the first, and rows that are added meanwhile move none to another page.
 */
export class KeysetPage<T> implements HtmlSource, Iterable<T> {
  static readonly [shownInTemplates]: readonly string[] = [
    "hasNext",
    "hasPrevious",
    "hasOthers",
    "nextUrl",
    "previousUrl",
  ];

  readonly items: readonly T[];
  /** The places to go on from. */
  readonly next: string | undefined;
  readonly previous: string | undefined;
  /** What the links of the page keep of the URL. */
  query: URLSearchParams = new URLSearchParams();

  constructor({ rows, next, previous }: Page<T>) {
    this.items = rows;
    this.next = next;
    this.previous = previous;
  }

  get hasNext(): boolean {
    return this.next !== undefined;
  }

  get hasPrevious(): boolean {
    return this.previous !== undefined;
  }

  get hasOthers(): boolean {
    return this.hasNext || this.hasPrevious;
  }

  get nextUrl(): string | undefined {
    return this.next === undefined ? undefined : this.#urlOf("after", this.next);
  }

  get previousUrl(): string | undefined {
    return this.previous === undefined ? undefined : this.#urlOf("before", this.previous);
  }

  #urlOf(name: "after" | "before", place: string): string {
    const query = new URLSearchParams(this.query);
    query.delete("after");
    query.delete("before");
    query.set(name, place);
    return `?${query.toString()}`;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }

  async [toHtml](page?: PageRenderer): Promise<SafeString> {
    return this.hasOthers ? renderView("views/keyset-pagination.liquid", { page: this }, page) : safe("");
  }
}
