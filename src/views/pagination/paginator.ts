import { PageInvalid } from "../errors.js";
import { NumberedPage } from "./numbered-page.js";

/** What can be taken apart into pages: a query, or a list. */
export interface Sliceable<T> {
  slice(start: number, end?: number): PromiseLike<readonly T[]> | readonly T[];
}

/** A query: asked for its number of rows once, when somebody wants to know. */
export interface CountedRows<T> extends Sliceable<T> {
  count(): Promise<number>;
}

/** Options of a `Paginator`. */
export interface PaginatorOptions {
  /** With at most so many on the last page, they stand on the one before. Default 0. */
  readonly orphans?: number;
  /** Whether there is a first page with nothing on it. Default true. */
  readonly allowEmptyFirstPage?: boolean;
}

/**
 * Rows by the page:
 *
 * ```ts
 * const paginator = new Paginator(Message.orderBy("-sentAt"), 20);
 * const page = await paginator.getPage(this.request.query.get("page"));
 * ```
 *
 * The rows are counted when the number of pages is asked for, and once.
 */
export class Paginator<T> {
  readonly perPage: number;
  readonly #items: CountedRows<T> | readonly T[];
  readonly #orphans: number;
  readonly #allowsEmpty: boolean;
  #count: Promise<number> | undefined;

  /** Throws `RangeError` for a page of no rows. */
  constructor(
    items: CountedRows<T> | readonly T[],
    perPage: number,
    { orphans = 0, allowEmptyFirstPage = true }: PaginatorOptions = {},
  ) {
    if (!Number.isInteger(perPage) || perPage < 1) throw new RangeError(`A page has at least one row, not ${perPage}.`);
    if (!Number.isInteger(orphans) || orphans < 0) throw new RangeError(`orphans is a number of rows, not ${orphans}.`);
    this.#items = items;
    this.perPage = perPage;
    this.#orphans = orphans;
    this.#allowsEmpty = allowEmptyFirstPage;
  }

  /** How many rows there are in all. */
  count(): Promise<number> {
    this.#count ??= isList(this.#items) ? Promise.resolve(this.#items.length) : this.#items.count();
    return this.#count;
  }

  /** How many pages there are: at least one, unless an empty first page is not allowed. */
  async pageCount(): Promise<number> {
    const count = await this.count();
    if (count === 0 && !this.#allowsEmpty) return 0;
    return Math.ceil(Math.max(1, count - this.#orphans) / this.perPage);
  }

  /** The page with this number, `last` for the last one; nothing is the first. Rejects with `PageInvalid`, which is 404. */
  async page(given: unknown): Promise<NumberedPage<T>> {
    const last = await this.pageCount();
    const number = numberOf(given, last);
    if (number === undefined) throw new PageInvalid({ page: shown(given), problem: "it is no number" });
    if (number < 1) throw new PageInvalid({ page: shown(given), problem: "the first page is 1" });
    if (number > last) throw new PageInvalid({ page: shown(given), problem: "it has no rows" });
    return this.#pageAt(number, last);
  }

  /** The same, but the first page for what is no number, and the last one for what is too large. */
  async getPage(given: unknown): Promise<NumberedPage<T>> {
    const last = await this.pageCount();
    const number = numberOf(given, last) ?? 1;
    return this.#pageAt(Math.max(1, number < 1 ? last : Math.min(number, last)), last);
  }

  async #pageAt(number: number, last: number): Promise<NumberedPage<T>> {
    const count = await this.count();
    const start = (number - 1) * this.perPage;
    const end = number >= last ? count : start + this.perPage;
    const items = count === 0 ? [] : await this.#items.slice(start, end);
    return new NumberedPage({ items, number, count, pageCount: last, start, end });
  }
}

function isList<T>(items: CountedRows<T> | readonly T[]): items is readonly T[] {
  return Array.isArray(items);
}

/** Nobody has more pages than fit in nine digits. */
function numberOf(given: unknown, last: number): number | undefined {
  if (given === undefined || given === null || given === "") return 1;
  if (given === "last") return Math.max(1, last);
  const text = typeof given === "number" ? String(given) : given;
  if (typeof text !== "string") return undefined;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function shown(given: unknown): string {
  const text = typeof given === "string" ? given : (JSON.stringify(given) ?? typeof given);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
