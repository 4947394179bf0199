import type { ColumnType } from "../fields/column-type.js";
import type { Converter } from "./converter.js";
import type {
  AggregateNode,
  CastNode,
  DatePartNode,
  FunctionNode,
  InSlotNode,
  InsertNode,
  ScalarNode,
  SlotNode,
  SqlNode,
  TextMatchNode,
  QueryNode,
} from "./nodes.js";

export type { Converter } from "./converter.js";

/** What a dialect is given to write the insides of its nodes with. */
export interface NodeWriter {
  write(node: SqlNode): string;
  /** Adds the value of `slot` as a parameter and gives its placeholder. `convert` replaces the type's own. */
  parameter(slot: SlotNode, convert?: Converter): string;
  query(node: QueryNode): string;
}

/** Writes a call of a function. Its arguments must be written in the order in which they stand in the text. */
export type FunctionWriter = (node: FunctionNode, write: (node: SqlNode | undefined) => string) => string;

/**
 * How one database spells what all of them can say. Everything that is spelt alike is in `SqlWriter`.
 *
 * The methods that write get the writer, to write what is inside and to add parameters; parameters must be added in
 * the order in which they stand in the text.
 */
export interface Dialect {
  readonly name: string;
  /** Whether tables and columns can have comments. */
  readonly hasComments: boolean;
  /** Quotes a name so that no name can end the quotes. */
  quote(name: string): string;
  /**
   * What stands behind the placeholder of a value that columns of `type` are compared with, where the database would
   * refuse values that such a column cannot have: no row has them.
   */
  widened?(type: ColumnType): string;
  /** The placeholder of the parameter at `position`, counted from 1. */
  placeholder(position: number): string;
  /** Whether one placeholder can stand in several places. */
  readonly hasNumberedPlaceholders: boolean;
  toDatabase(type: ColumnType): Converter;
  fromDatabase(type: ColumnType): Converter;
  /** A parameter of `type` that no column gives a type. */
  value(index: number, type: ColumnType, writer: NodeWriter): string;
  /** A value in SQL that a program wrote, where nothing but the value itself tells its type, as the driver takes it. */
  untyped(value: unknown): unknown;
  /** NULL of `type`, where the database must be told. */
  nullOf(type: ColumnType): string;
  /** The functions that it spells in its own way, by name; others are `NAME(a, b)`. */
  readonly functions: Readonly<Record<string, FunctionWriter>>;
  /** An aggregate with its filter. `over` writes what makes it a window function, behind the filter. */
  aggregate(node: AggregateNode, writer: NodeWriter, over?: () => string): string;
  cast(node: CastNode, writer: NodeWriter): string;
  /** Throws `NotSupported` for what this database cannot compute with. */
  checkOperand?(node: SqlNode): void;
  /** All values of the rows of a query as one. */
  arrayOf(node: ScalarNode, writer: NodeWriter): string;
  /** Whether a query can lock the rows that it gives. Where not, `selectForUpdate` does nothing. */
  readonly canLockRows: boolean;
  /** Whether `DISTINCT ON` is known. */
  readonly hasDistinctOn: boolean;
  /** Whether indexes have methods, operator classes and columns that are only kept, and constraints can be deferred. */
  readonly hasIndexMethods: boolean;
  /** Lets foreign keys be wrong until the transaction ends. */
  readonly deferConstraints: string;
  /** The type of a column, as `CREATE TABLE` names it. */
  typeName(type: ColumnType): string;
  /** What the driver takes, as a constant in SQL text: for definitions of tables, which take no parameters. */
  literal(value: unknown): string;
  /** Whether rows can come from lists of values of `type`, each a parameter; `undefined` where they never can. */
  canList?(type: ColumnType): boolean;
  /** The rows of lists, one for each column, as a query. Only where there is `canList`. */
  rowsOfLists?(lists: readonly SlotNode[], writer: NodeWriter): string;
  textMatch(node: TextMatchNode, writer: NodeWriter): string;
  inSlot(node: InSlotNode, writer: NodeWriter): string;
  datePart(node: DatePartNode, writer: NodeWriter): string;
  /** What follows the values of an `INSERT` that is to give columns back; empty where the driver tells the new key. */
  returning(node: InsertNode): string;
  /** `LIMIT` and `OFFSET` with a space before each. `offset` is written by the function, in its place. */
  limit(limit: number | undefined, offset: (() => string) | undefined): string;
}
