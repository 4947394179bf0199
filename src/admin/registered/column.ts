import type { Expression } from "../../orm/index.js";

/** Options of `column`. */
export interface ColumnOptions {
  /** What stands at its head. Default: its name in words. */
  readonly label?: string;
  /** What the list is ordered by at a click on its head: a field (`__` follows relations) or an expression. */
  readonly orderBy?: string | Expression;
  /** Shown where the value is null, undefined or an empty text. Default: that of the list. */
  readonly empty?: string;
}

/** A column of a list that is computed of each row. */
export interface Column<T extends object = object> extends ColumnOptions {
  readonly name: string;
  value(row: T): unknown;
}

/**
 * A column for `listDisplay`, or a line for `readonlyFields`, whose value is computed: text, a number, a date, true or
 * false, or HTML made by `html` of `hotclub/templates`; or a promise of one.
 *
 * ```ts
 * listDisplay: ["title", column("members", (room: Room) => room.members.count(), { label: "People" })]
 * ```
 */
export function column<T extends object>(
  name: string,
  value: (row: T) => unknown,
  options: ColumnOptions = {},
): Column<T> {
  return { ...options, name, value };
}
