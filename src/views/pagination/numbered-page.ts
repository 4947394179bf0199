import {
  type HtmlSource,
  type PageRenderer,
  type SafeString,
  safe,
  shownInTemplates,
  toHtml,
} from "../../templates/index.js";
import { renderView } from "../render-view.js";
import { ellipsis, pageNumbers, type PageNumbersOptions } from "./page-numbers.js";

/** What a page is made of. */
interface PageFacts<T> {
  readonly items: readonly T[];
  readonly number: number;
  readonly count: number;
  readonly pageCount: number;
  /** The place of the first row among all, from 0. */
  readonly start: number;
  readonly end: number;
}

/** A link to a page, as templates show it. */
export interface PageLink {
  /** Empty for what stands for pages that are left out. */
  readonly number: number | "";
  readonly url: string;
  readonly isCurrent: boolean;
}

/** One page of rows. `{{ page }}` puts the links to the others on a page. */
export class NumberedPage<T> implements HtmlSource, Iterable<T> {
  static readonly [shownInTemplates]: readonly string[] = [
    "hasNext",
    "hasPrevious",
    "hasOthers",
    "nextNumber",
    "previousNumber",
    "startIndex",
    "endIndex",
    "links",
    "nextUrl",
    "previousUrl",
  ];

  readonly items: readonly T[];
  readonly number: number;
  /** How many rows there are in all. */
  readonly count: number;
  readonly pageCount: number;
  /** What the links of the page keep of the URL, and the name of its number there. */
  query: URLSearchParams = new URLSearchParams();
  key = "page";
  readonly #start: number;
  readonly #end: number;

  constructor({ items, number, count, pageCount, start, end }: PageFacts<T>) {
    this.items = items;
    this.number = number;
    this.count = count;
    this.pageCount = pageCount;
    this.#start = start;
    this.#end = end;
  }

  get hasNext(): boolean {
    return this.number < this.pageCount;
  }

  get hasPrevious(): boolean {
    return this.number > 1;
  }

  get hasOthers(): boolean {
    return this.hasNext || this.hasPrevious;
  }

  get nextNumber(): number | undefined {
    return this.hasNext ? this.number + 1 : undefined;
  }

  get previousNumber(): number | undefined {
    return this.hasPrevious ? this.number - 1 : undefined;
  }

  /** The place of its first row among all, from 1; 0 where there is none. */
  get startIndex(): number {
    return this.count === 0 ? 0 : this.#start + 1;
  }

  /** The place of its last row. */
  get endIndex(): number {
    return Math.min(this.#end, this.count);
  }

  /** The numbers of pages to offer: `1 2 … 7 8 9 … 19 20`. */
  numbers(options?: PageNumbersOptions): readonly (number | typeof ellipsis)[] {
    return pageNumbers(this.number, this.pageCount, options);
  }

  /** The URL of another page: this one's query with another number. */
  urlOf(number: number): string {
    const query = new URLSearchParams(this.query);
    query.set(this.key, String(number));
    return `?${query.toString()}`;
  }

  get nextUrl(): string | undefined {
    return this.nextNumber === undefined ? undefined : this.urlOf(this.nextNumber);
  }

  get previousUrl(): string | undefined {
    return this.previousNumber === undefined ? undefined : this.urlOf(this.previousNumber);
  }

  get links(): readonly PageLink[] {
    return this.numbers().map((number) =>
      number === ellipsis
        ? { number: "", url: "", isCurrent: false }
        : { number, url: this.urlOf(number), isCurrent: number === this.number },
    );
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }

  async [toHtml](page?: PageRenderer): Promise<SafeString> {
    return this.hasOthers ? renderView("views/pagination.liquid", { page: this }, page) : safe("");
  }
}
