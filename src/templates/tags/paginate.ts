import { type Liquid, type Parser, type TagToken, type Token, type TopLevelToken } from "liquidjs";

import { shownInTemplates } from "../../core/index.js";
import { type Compiler, compileTag } from "../compiler/compiler.js";
import { enumerate } from "../runtime/enumerate.js";
import type { RenderState } from "../runtime/render-state.js";
import { isThenable, type Steps } from "../runtime/settle.js";
import { type PageRenderer, SafeString, toHtml } from "../safe-string.js";
import { CompiledTag } from "./compiled-tag.js";
import { changedQuery } from "./query-string.js";
import { readWord } from "./read-arguments.js";

/** A query that is not sent yet. */
interface Query {
  count(): Promise<number>;
  slice(begin: number, end: number): PromiseLike<readonly unknown[]>;
}

function isQuery(value: unknown): value is Query {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { count, slice } = value as Partial<Query>;
  return typeof count === "function" && typeof slice === "function";
}

/** One page of a list, and how to get to the others. `{{ page }}` puts the links out. */
export class ListPage {
  static readonly [shownInTemplates] = [
    "count",
    "hasNext",
    "hasOther",
    "hasPrevious",
    "nextUrl",
    "pages",
    "previousUrl",
    "startIndex",
    "endIndex",
    "steps",
  ];
  readonly items: readonly unknown[];
  readonly number: number;
  readonly #count: number;
  readonly #size: number;
  readonly #urlOf: (number: number) => string;

  constructor(
    items: readonly unknown[],
    number: number,
    count: number,
    size: number,
    urlOf: (number: number) => string,
  ) {
    this.items = items;
    this.number = number;
    this.#count = count;
    this.#size = size;
    this.#urlOf = urlOf;
  }

  /** Of all pages together. */
  get count(): number {
    return this.#count;
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.#count / this.#size));
  }

  get hasNext(): boolean {
    return this.number < this.pages;
  }

  get hasPrevious(): boolean {
    return this.number > 1;
  }

  get hasOther(): boolean {
    return this.pages > 1;
  }

  get nextUrl(): string {
    return this.#urlOf(this.number + 1);
  }

  get previousUrl(): string {
    return this.#urlOf(this.number - 1);
  }

  /** Of the first item of this page, counted from 1. */
  get startIndex(): number {
    return this.#count === 0 ? 0 : (this.number - 1) * this.#size + 1;
  }

  get endIndex(): number {
    return Math.min(this.number * this.#size, this.#count);
  }

  /** The pages to link to: the first and last two, and three on either side; gaps between them. */
  get steps(): readonly { readonly number?: number; readonly url?: string; readonly isGap: boolean }[] {
    const { pages, number } = this;
    const near = [1, 2, pages - 1, pages];
    for (let distance = -3; distance <= 3; distance += 1) near.push(number + distance);
    const shown = [...new Set(near)].filter((one) => one >= 1 && one <= pages).sort((a, b) => a - b);
    return shown.flatMap((one, index) => {
      const step = { number: one, url: this.#urlOf(one), isGap: false };
      const before = shown[index - 1];
      return before !== undefined && one - before > 1 ? [{ isGap: true }, step] : [step];
    });
  }

  async [toHtml](page: PageRenderer): Promise<SafeString> {
    return new SafeString(await page.render("hotclub/pagination.liquid", { page: this }));
  }
}

/**
 * `{% paginate messages by 20 as page %}`: `page.items` is what the page that `?page=` asks for has of the list, or of the
 * query, of which no more is read. `name="p"` takes the number from `?p=`.
 */
export class PaginateTag extends CompiledTag {
  readonly #list: Token;
  readonly #size: Token;
  readonly #as: string;
  readonly #parameter: Token | undefined;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const { tokenizer } = token;
    this.#list = tokenizer.readValueOrThrow();
    if (!readWord(tokenizer, "by")) throw new Error("write {% paginate list by 20 as page %}");
    this.#size = tokenizer.readValueOrThrow();
    if (!readWord(tokenizer, "as")) throw new Error("write {% paginate list by 20 as page %}");
    this.#as = tokenizer.readIdentifier().content;
    const hash = tokenizer.readHash("=");
    this.#parameter = hash?.name.content === "name" ? hash.value : undefined;
  }

  [compileTag](compiler: Compiler): void {
    const list = compiler.token(this.#list, false);
    const size = compiler.token(this.#size);
    const parameter = this.#parameter === undefined ? '"page"' : compiler.token(this.#parameter);
    const page = compiler.set(`yield* ${compiler.constant(paginate)}(s, ${list}, ${size}, ${parameter})`);
    compiler.line(`s.assign(${JSON.stringify(this.#as)}, ${page});`);
  }
}

function* paginate(state: RenderState, list: unknown, givenSize: unknown, parameter: unknown): Steps<ListPage> {
  const size = Math.max(1, Math.trunc(Number(givenSize)) || 1);
  const name = String(parameter);
  let request = state.find("request");
  if (isThenable(request)) request = yield request;
  const { query = {} } = (request ?? {}) as { query?: Record<string, unknown> };
  const asked = Object.hasOwn(query, name) ? Math.trunc(Number(query[name])) : 1;
  const urlOf = (number: number): string => changedQuery(state.lookup, { [name]: number });
  if (isQuery(list)) {
    const count = (yield list.count()) as number;
    const number = nearestPage(asked, count, size);
    const items = (yield list.slice((number - 1) * size, number * size)) as readonly unknown[];
    return new ListPage(items, number, count, size, urlOf);
  }
  const all = enumerate(isThenable(list) ? yield list : list);
  const number = nearestPage(asked, all.length, size);
  return new ListPage(all.slice((number - 1) * size, number * size), number, all.length, size, urlOf);
}

/** A page that there is: the first for what is no number, the last for what is beyond. */
function nearestPage(asked: number, count: number, size: number): number {
  const last = Math.max(1, Math.ceil(count / size));
  return Number.isNaN(asked) ? 1 : Math.min(Math.max(1, asked), last);
}
