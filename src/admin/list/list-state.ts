import { ListQueryInvalid } from "../errors.js";

/** The parameters of a list's URL that are no filters. */
const reserved = new Set(["q", "o", "p", "all", "facets", "year", "month", "day", "popup"]);

/** What a list's URL asks for. */
export interface ListState {
  readonly search: string;
  /** Names of columns, `-` for descending, the most important first; empty for the list's own order. */
  readonly order: readonly string[];
  /** From 1. */
  readonly page: number;
  readonly showsAll: boolean;
  readonly showsFacets: boolean;
  readonly date: ListDate | undefined;
  readonly filters: ReadonlyMap<string, string>;
  readonly isPopup: boolean;
}

/** A year, a month of one, or a day. */
export interface ListDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
}

/** Reads the query of a list's URL. Throws `ListQueryInvalid`. */
export function readListState(query: URLSearchParams): ListState {
  const filters = [...query].filter(([name, value]) => !reserved.has(name) && value !== "");
  return {
    search: (query.get("q") ?? "").trim().slice(0, 500),
    order: (query.get("o") ?? "").split(",").filter((name) => name !== ""),
    page: readNumber(query, "p", 1, 1_000_000_000) ?? 1,
    showsAll: query.has("all"),
    showsFacets: query.has("facets"),
    date: readDate(query),
    filters: new Map(filters),
    isPopup: query.has("popup"),
  };
}

function readDate(query: URLSearchParams): ListDate | undefined {
  const year = readNumber(query, "year", 1, 9999);
  if (year === undefined) return undefined;
  const month = readNumber(query, "month", 1, 12);
  if (month === undefined) return { year };
  const day = readNumber(query, "day", 1, 31);
  return day === undefined ? { year, month } : { year, month, day };
}

function readNumber(query: URLSearchParams, parameter: string, min: number, max: number): number | undefined {
  const text = query.get(parameter);
  if (text === null || text === "") return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new ListQueryInvalid({ parameter, problem: `must be a whole number from ${min} to ${max}` });
}

/** Makes the URLs of a list out of its own: `change({ p: "2" })`. */
export class ListLinks {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** The list with these parameters instead; `undefined` takes one away. Begins with `?`. */
  change(values: Readonly<Record<string, string | undefined>>): string {
    const query = new URLSearchParams(this.#query);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) query.delete(name);
      else query.set(name, value);
    }
    // Another choice begins at its first page.
    if (!("p" in values)) query.delete("p");
    return `?${query.toString()}`;
  }
}
