import type { Condition, Deleted, Expression, ModelClass, OrderBy, RunTimeLookups } from "../../orm/index.js";

/**
 * A query set whose model is known at run time only. Names of fields are checked when it is used, not by the compiler;
 * none comes from a visitor without having been looked up.
 */
export interface Rows<T extends object = object> extends PromiseLike<T[]>, AsyncIterable<T> {
  readonly model: ModelClass<T>;
  all(): Rows<T>;
  none(): Rows<T>;
  filter(condition: Condition | Expression<boolean>): Rows<T>;
  filterBy(where: RunTimeLookups): Rows<T>;
  orderBy(...keys: readonly (string | Expression | OrderBy)[]): Rows<T>;
  selectRelated(...paths: readonly string[]): Rows<T>;
  prefetchRelated(...paths: readonly string[]): Rows<T>;
  annotate(annotations: Readonly<Record<string, Expression>>): Rows<T>;
  alias(annotations: Readonly<Record<string, Expression>>): Rows<T>;
  values(...paths: readonly string[]): Rows<Record<string, unknown>>;
  valuesList(path: string, options: { readonly flat: true }): PromiseLike<unknown[]>;
  aggregate(aggregates: Readonly<Record<string, Expression>>): Promise<Record<string, unknown>>;
  dates(field: string, unit: "year" | "month" | "day", options?: { readonly order?: "asc" | "desc" }): Rows<T>;
  datetimes(field: string, unit: "year" | "month" | "day", options?: { readonly order?: "asc" | "desc" }): Rows<T>;
  distinct(): Rows<T>;
  selectForUpdate(): Rows<T>;
  using(alias: string): Rows<T>;
  slice(start: number, end?: number): Rows<T>;
  get(): Promise<T>;
  first(): Promise<T | null>;
  count(): Promise<number>;
  exists(): Promise<boolean>;
  update(values: Readonly<Record<string, unknown>>): Promise<number>;
  delete(): Promise<Deleted>;
}

/** All rows of `model`. */
export function rowsOf<T extends object>(model: ModelClass<T>): Rows<T> {
  return (model as unknown as { all(): Rows<T> }).all();
}

/** The value of a field of `row`, or of whatever else it has under that name. */
export function valueOf(row: object, name: string): unknown {
  return (row as Readonly<Record<string, unknown>>)[name];
}
