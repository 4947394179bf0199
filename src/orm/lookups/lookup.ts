import type { SlotNode, SqlNode } from "../compiler/nodes.js";
import type { ColumnType } from "../fields/column-type.js";
import type { KindName } from "../typing/kinds.js";

/** The left side of a lookup: a column, or what a transform makes of one. */
export interface Operand {
  /** The kind that lookups and transforms are found by; `relation` where a path ends in a relation. */
  readonly kind: KindName | "relation" | "jsonKey";
  /** How the database keeps values that it is compared with. */
  readonly type: ColumnType;
  /** A value to compare with, converted; calls `refuse` for one that cannot be. Never given null. */
  readonly toValue: (value: unknown) => unknown;
  /** The same for what is only compared, and may be what no column could hold; `toValue` where it is absent. */
  readonly toComparable?: (value: unknown) => unknown;
  /** What the items of a list are. */
  readonly item?: Operand;
}

/** Makes the node for the value that `accept` pushed `offset` places after its first. */
export type SlotAt = (offset: number, type?: ColumnType) => SlotNode;

/**
 * A way to compare, such as `icontains`.
 *
 * It works in two steps, because the second is done once per shape of query: `accept` looks at each value, and `build`
 * writes the SQL.
 */
export interface Lookup {
  readonly name: string;
  /**
   * Pushes what the statement is to be given for `value` and says which variant of the SQL that takes: the empty
   * string for the usual one, and anything where the value changes the text (`null`, an empty list). Calls `refuse`
   * for a value that cannot be compared.
   */
  accept(value: unknown, operand: Operand, values: unknown[]): string;
  build(left: SqlNode, variant: string, slotAt: SlotAt, operand: Operand): SqlNode;
  /** Whether a row without a value, or without the joined row, can meet it in this variant. Default: no. */
  acceptsNull?(variant: string): boolean;
  /** Whether it asks for a null, so that rows without a value need no word of their own under a not. Default: no. */
  asksForNull?(variant: string): boolean;
  /** Whether, negated, it is to leave out rows without a value too: null was one of what it was given. */
  excludesNull?(variant: string): boolean;
  /** The SQL where the right side is computed by the database; absent where that makes no sense. */
  buildWith?(left: SqlNode, right: SqlNode): SqlNode;
  /** The same of a list, some of which is computed by the database. */
  buildWithAll?(left: SqlNode, rights: readonly SqlNode[]): SqlNode;
}

/** Makes another operand of one: `year` of an instant. */
export interface Transform {
  readonly name: string;
  readonly output: Operand;
  /** The same where it depends on what the transform is used on. */
  outputOf?(operand: Operand): Operand;
  build(item: SqlNode): SqlNode;
  /** The same by the calendar and clock of a time zone, where that makes a difference. */
  inZone?(zone: string): Transform;
  /** Lookups that this transform writes in its own way, by name: `year` as a range, so that an index serves it. */
  readonly lookups?: ReadonlyMap<string, Lookup>;
}
