import type { Rows } from "../model/rows.js";
import type { AdminRequest } from "./admin-request.js";

/** A filter of a list that is no field. */
export interface ListFilter<T extends object = object> {
  /** The parameter of the list's URL. */
  readonly parameter: string;
  readonly title: string;
  /** The values to choose from, with what people call them. */
  choices(
    request: AdminRequest,
  ): readonly (readonly [string, string])[] | Promise<readonly (readonly [string, string])[]>;
  /** The rows that are left by `value`, one of the choices. */
  apply(rows: Rows<T>, value: string): Rows<T>;
}

/**
 * A filter of your own for `listFilter`:
 *
 * ```ts
 * listFilter("size", "By size", [["small", "up to ten"], ["big", "more"]], (rooms, size) =>
 *   rooms.filterBy({ [size === "small" ? "seats__lte" : "seats__gt"]: 10 }))
 * ```
 */
export function listFilter<T extends object>(
  parameter: string,
  title: string,
  choices: readonly (readonly [string, string])[] | ListFilter<T>["choices"],
  apply: ListFilter<T>["apply"],
): ListFilter<T> {
  return { parameter, title, choices: typeof choices === "function" ? choices : () => choices, apply };
}
