import type { ColumnType } from "../fields/column-type.js";
import type { Converter, Dialect, NodeWriter } from "./dialect.js";
import type {
  DeleteNode,
  InsertNode,
  JoinNode,
  SelectNode,
  SlotNode,
  SqlNode,
  StatementNode,
  UpdateNode,
} from "./nodes.js";
import type { Parameter, Statement } from "./statement.js";

/** Writes `node` as SQL of `dialect`. */
export function writeStatement(node: StatementNode, dialect: Dialect): Statement {
  const writer = new SqlWriter(dialect);
  const sql = writer.statement(node);
  const hasRows = node.kind === "select" || (node.kind === "insert" && dialect.returning(node) !== "");
  return Object.freeze({
    sql,
    parameters: Object.freeze(writer.parameters),
    access: node.kind === "select" ? "read" : "write",
    hasRows,
  });
}

type Writers = {
  readonly [Kind in SqlNode["kind"]]: (node: Extract<SqlNode, { kind: Kind }>, writer: SqlWriter) => string;
};

/** One writer for each kind of node: a new kind is a type error here until it has one. */
const writers: Writers = {
  column: (node, { dialect }) => `${node.alias}.${dialect.quote(node.column)}`,
  slot: (node, writer) => writer.parameter(node),
  number: ({ index }, writer) => writer.parameter(slot(index, { kind: "integer" }), writer.dialect.toArithmetic),
  truth: (node) => (node.value ? "1 = 1" : "1 = 0"),
  compare: (node, writer) => `${writer.write(node.left)} ${node.operator} ${writer.write(node.right)}`,
  and: (node, writer) => `(${node.items.map((item) => writer.write(item)).join(" AND ")})`,
  or: (node, writer) => `(${node.items.map((item) => writer.write(item)).join(" OR ")})`,
  not: (node, writer) => `NOT (${writer.write(node.item)})`,
  isNull: (node, writer) => `${writer.write(node.item)} IS ${node.isNegated ? "NOT " : ""}NULL`,
  textMatch: (node, writer) => writer.dialect.textMatch(node, writer),
  inSlot: (node, writer) => writer.dialect.inSlot(node, writer),
  inSelect: (node, writer) => `${writer.write(node.left)} IN (${writer.select(node.select)})`,
  exists: (node, writer) => `EXISTS (${writer.select(node.select)})`,
  datePart: (node, writer) => writer.dialect.datePart(node, writer),
  arithmetic: (node, writer) => `(${writer.write(node.left)} ${node.operator} ${writer.write(node.right)})`,
  random: () => "RANDOM()",
  count: () => "COUNT(*)",
  one: () => "1",
};

/** Writes one statement, and collects its parameters in the order in which they appear in the text. */
export class SqlWriter implements NodeWriter {
  readonly dialect: Dialect;
  readonly parameters: Parameter[] = [];

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  write(node: SqlNode): string {
    const writer = writers[node.kind] as (node: SqlNode, writer: SqlWriter) => string;
    return writer(node, this);
  }

  parameter({ index, type }: SlotNode, convert: Converter = this.dialect.toDatabase(type)): string {
    this.parameters.push({ index, convert });
    return this.dialect.placeholder(this.parameters.length);
  }

  statement(node: StatementNode): string {
    if (node.kind === "select") return this.select(node);
    if (node.kind === "insert") return this.#insert(node);
    return node.kind === "update" ? this.#update(node) : this.#delete(node);
  }

  select(node: SelectNode): string {
    const { quote } = this.dialect;
    const columns = node.columns.map((column) => this.write(column)).join(", ");
    const source = "table" in node.from ? quote(node.from.table) : `(${this.select(node.from.select)})`;
    const joins = node.joins.map((join) => this.#join(join)).join("");
    const { offset } = node;
    const writeOffset = offset === undefined ? undefined : () => this.parameter(offset);
    return (
      `SELECT ${columns} FROM ${source} AS ${node.from.alias}${joins}${this.#where(node.where)}${this.#order(node)}` +
      this.dialect.limit(node.limit, writeOffset)
    );
  }

  #join({ type, table, alias, on }: JoinNode): string {
    const word = type === "left" ? "LEFT JOIN" : "JOIN";
    return ` ${word} ${this.dialect.quote(table)} AS ${alias} ON ${this.write(on)}`;
  }

  #where(where: SqlNode | undefined): string {
    return where === undefined ? "" : ` WHERE ${this.write(where)}`;
  }

  #order({ orderBy }: SelectNode): string {
    if (orderBy.length === 0) return "";
    return ` ORDER BY ${orderBy.map(({ by, isDescending }) => this.write(by) + (isDescending ? " DESC" : "")).join(", ")}`;
  }

  #insert(node: InsertNode): string {
    const { quote } = this.dialect;
    const into = `INSERT INTO ${quote(node.table)}`;
    const values =
      node.columns.length === 0
        ? " DEFAULT VALUES"
        : ` (${node.columns.map((column) => quote(column)).join(", ")}) VALUES (${node.values.map((value) => this.write(value)).join(", ")})`;
    return into + values + this.dialect.returning(node);
  }

  #update(node: UpdateNode): string {
    const { quote } = this.dialect;
    const set = node.set.map(({ column, value }) => `${quote(column)} = ${this.write(value)}`).join(", ");
    return `UPDATE ${quote(node.table)} AS ${node.alias} SET ${set}${this.#where(node.where)}`;
  }

  #delete(node: DeleteNode): string {
    return `DELETE FROM ${this.dialect.quote(node.table)} AS ${node.alias}${this.#where(node.where)}`;
  }
}

/** A slot for a value of `type`. */
export function slot(index: number, type: ColumnType): SlotNode {
  return Object.freeze({ kind: "slot", index, type });
}
