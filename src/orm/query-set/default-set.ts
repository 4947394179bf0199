import { ModelInvalid } from "../errors.js";
import { querySetOf, type QuerySet } from "../query-set.js";
import type { QuerySetOptions } from "./query-options.js";
import type { Schema } from "../schema/schema.js";

/** Something that gives the rows that a part of the program is to see; see `Manager`. */
interface GivesRows {
  getQuerySet(): QuerySet<object>;
}

/** What queries of a model begin with: the rows of its `meta.defaultManager`, or all. */
export function defaultSetOf<T extends object>(schema: Schema, options?: QuerySetOptions): QuerySet<T> {
  return setOf<T>(schema, schema.meta.defaultManager, options);
}

/** What references to a model are loaded from: the rows of its `meta.baseManager`, or all. */
export function baseSetOf<T extends object>(schema: Schema, options?: QuerySetOptions): QuerySet<T> {
  return setOf<T>(schema, schema.meta.baseManager, options);
}

function setOf<T extends object>(
  schema: Schema,
  name: string | undefined,
  options: QuerySetOptions | undefined,
): QuerySet<T> {
  if (name === undefined) return options === undefined ? querySetOf<T>(schema) : querySetOf<T>(schema, options);
  const manager = (schema.model as unknown as Record<string, Partial<GivesRows> | undefined>)[name];
  if (typeof manager?.getQuerySet !== "function") {
    throw new ModelInvalid({
      model: schema.name,
      problem: `names ${JSON.stringify(name)} as a manager in its meta, and has no static property of that name that is one`,
    });
  }
  const set = (manager as GivesRows).getQuerySet() as unknown as QuerySet<T>;
  return options?.using === undefined ? set : set.using(options.using);
}
