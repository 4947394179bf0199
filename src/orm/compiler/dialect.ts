import type { ColumnType } from "../fields/column-type.js";
import type { DatePartNode, InSlotNode, InsertNode, SlotNode, SqlNode, TextMatchNode } from "./nodes.js";

/** Turns a value into what the driver takes, or back; `undefined` where it is the same. Never given null. */
export type Converter = ((value: unknown) => unknown) | undefined;

/** What a dialect is given to write the insides of its nodes with. */
export interface NodeWriter {
  write(node: SqlNode): string;
  /** Adds the value of `slot` as a parameter and gives its placeholder. `convert` replaces the type's own. */
  parameter(slot: SlotNode, convert?: Converter): string;
}

/**
 * How one database spells what all of them can say. Everything that is spelt alike is in `SqlWriter`.
 *
 * The methods that write get the writer, to write what is inside and to add parameters; parameters must be added in
 * the order in which they stand in the text.
 */
export interface Dialect {
  readonly name: string;
  /** Quotes a name so that no name can end the quotes. */
  quote(name: string): string;
  /** The placeholder of the parameter at `position`, counted from 1. */
  placeholder(position: number): string;
  toDatabase(type: ColumnType): Converter;
  fromDatabase(type: ColumnType): Converter;
  /** Turns a number that is computed with into what the driver takes. */
  readonly toArithmetic: Converter;
  /** Lets foreign keys be wrong until the transaction ends. */
  readonly deferConstraints: string;
  /** The type of a column, as `CREATE TABLE` names it. */
  typeName(type: ColumnType): string;
  textMatch(node: TextMatchNode, writer: NodeWriter): string;
  inSlot(node: InSlotNode, writer: NodeWriter): string;
  datePart(node: DatePartNode, writer: NodeWriter): string;
  /** What follows the values of an `INSERT` that is to give columns back; empty where the driver tells the new key. */
  returning(node: InsertNode): string;
  /** `LIMIT` and `OFFSET` with a space before each. `offset` is written by the function, in its place. */
  limit(limit: number | undefined, offset: (() => string) | undefined): string;
}
