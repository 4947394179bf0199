import { NotSupported } from "../errors.js";
import type { ColumnType } from "../fields/column-type.js";
import type { Converter, Dialect, NodeWriter } from "./dialect.js";
import { partsOf } from "./nodes.js";
import type {
  BulkInsertNode,
  CompoundNode,
  DeleteNode,
  InsertNode,
  JoinNode,
  OrderNode,
  QueryNode,
  SelectNode,
  SlotNode,
  SqlNode,
  StatementNode,
  UpdateNode,
  WindowFrame,
} from "./nodes.js";
import type { Parameter, Statement } from "./statement.js";

/** Writes `node` as SQL of `dialect`. */
export function writeStatement(node: StatementNode, dialect: Dialect): Statement {
  const writer = new SqlWriter(dialect);
  const sql = writer.statement(node);
  const isQuery = node.kind === "select" || node.kind === "compound";
  const isLocking = node.kind === "select" && node.lock !== undefined && dialect.canLockRows;
  const hasRows =
    isQuery ||
    (node.kind === "insert" && dialect.returning(node) !== "") ||
    (node.kind === "update" && (node.returning ?? []).length > 0) ||
    (node.kind === "bulkInsert" && node.returning.length > 0);
  return Object.freeze({
    sql,
    parameters: Object.freeze(writer.parameters),
    access: isQuery && !isLocking ? "read" : "write",
    hasRows,
    ...(givesBigInts(node) && { hasBigInts: true }),
  });
}

/** Whether integers among what `node` gives back may be more than a number holds. */
export function givesBigInts(node: StatementNode): boolean {
  if (node.kind === "select") return node.columns.some(isBigInt);
  return "returnsBigInts" in node && node.returnsBigInts;
}

function isBigInt(node: SqlNode): boolean {
  return node.kind === "column" && node.type.kind === "bigint";
}

type Writers = {
  readonly [Kind in SqlNode["kind"]]: (node: Extract<SqlNode, { kind: Kind }>, writer: SqlWriter) => string;
};

/** One writer for each kind of node: a new kind is a type error here until it has one. */
const writers: Writers = {
  // Without an alias where a table is defined: there is no other table then.
  column(node, writer) {
    if (node.type.kind === "row") return `(${writer.list(partsOf(node))})`;
    const { alias, column } = node;
    return `${alias === "" ? "" : `${alias}.`}${writer.dialect.quote(column)}`;
  },
  slot: (node, writer) => writer.parameter(node),
  value: ({ index, type }, writer) => writer.dialect.value(index, type, writer),
  null: ({ type }, { dialect }) => (type === undefined ? "NULL" : dialect.nullOf(type)),
  truth: (node) => (node.value ? "1 = 1" : "1 = 0"),
  compare: ({ left, operator, right }, writer) => `${compared(left, writer)} ${operator} ${compared(right, writer)}`,
  and: (node, writer) => `(${node.items.map((item) => writer.write(item)).join(" AND ")})`,
  or: (node, writer) => `(${node.items.map((item) => writer.write(item)).join(" OR ")})`,
  not: (node, writer) => `NOT (${writer.write(node.item)})`,
  isNull({ item, isNegated }, writer) {
    // A composite key is there when all of its parts are.
    const tests = partsOf(item).map((part) => `${writer.write(part)} IS ${isNegated ? "NOT " : ""}NULL`);
    return tests.length === 1 ? tests.join("") : `(${tests.join(isNegated ? " AND " : " OR ")})`;
  },
  textMatch: (node, writer) => writer.dialect.textMatch(node, writer),
  inSlot: (node, writer) => writer.dialect.inSlot(node, writer),
  inSelect: (node, writer) => `${writer.write(node.left)} IN (${writer.query(node.select)})`,
  exists: (node, writer) => `EXISTS (${writer.query(node.select)})`,
  datePart: (node, writer) => writer.dialect.datePart(node, writer),
  arithmetic(node, writer) {
    writer.dialect.checkOperand?.(node.left);
    writer.dialect.checkOperand?.(node.right);
    const left = writer.write(node.left);
    if (node.operator !== "<<" && node.operator !== ">>")
      return `(${left} ${node.operator} ${writer.write(node.right)})`;
    // PostgreSQL shifts by 32 bits only.
    const by = {
      kind: "cast",
      item: node.right,
      from: { kind: "integer" },
      to: { kind: "integer", bits: 32 },
    } as const;
    return `(${left} ${node.operator} ${writer.dialect.cast(by, writer)})`;
  },
  random: () => "RANDOM()",
  count: () => "COUNT(*)",
  one: () => "1",
  number: ({ text }) => text,
  constant: ({ value }, { dialect }) => dialect.literal(value),
  isTrue: ({ item }, writer) => writer.write(item),
  function(node, writer) {
    const { functions } = writer.dialect;
    const own = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined;
    if (own !== undefined) return own(node, (part) => (part === undefined ? "NULL" : writer.write(part)));
    if (!/^[a-z]\w*$/.test(node.name)) throw new TypeError(`Not a name of a function: ${JSON.stringify(node.name)}`);
    return `${node.name.toUpperCase()}(${writer.list(node.args)})`;
  },
  template: ({ texts, args }, writer) =>
    texts.reduce((text, next, index) => {
      const arg = args[index - 1];
      return `${text}${arg === undefined ? "" : writer.write(arg)}${next}`;
    }),
  aggregate: (node, writer) => writer.dialect.aggregate(node, writer),
  case(node, writer) {
    const branches = node.branches.map(
      ({ when, result }) => ` WHEN ${writer.write(when)} THEN ${writer.write(result)}`,
    );
    const otherwise = node.otherwise === undefined ? "" : ` ELSE ${writer.write(node.otherwise)}`;
    return `CASE${branches.join("")}${otherwise} END`;
  },
  cast: (node, writer) => writer.dialect.cast(node, writer),
  window({ item, partitionBy, orderBy, frame }, writer) {
    const over = (): string => {
      const parts: string[] = [];
      if (partitionBy.length > 0) parts.push(`PARTITION BY ${writer.list(partitionBy)}`);
      if (orderBy.length > 0) parts.push(`ORDER BY ${writer.orders(orderBy)}`);
      if (frame !== undefined) parts.push(frameText(frame));
      return ` OVER (${parts.join(" ")})`;
    };
    return item.kind === "aggregate" ? writer.dialect.aggregate(item, writer, over) : writer.write(item) + over();
  },
  scalar: (node, writer) => (node.asArray ? writer.dialect.arrayOf(node, writer) : `(${writer.query(node.select)})`),
};

function frameText({ unit, start, end, exclude }: WindowFrame): string {
  const bound = (at: number | undefined, all: string): string => {
    if (at === undefined) return `UNBOUNDED ${all}`;
    if (at === 0) return "CURRENT ROW";
    return at < 0 ? `${-at} PRECEDING` : `${at} FOLLOWING`;
  };
  const text = `${unit} BETWEEN ${bound(start, "PRECEDING")} AND ${bound(end, "FOLLOWING")}`;
  return exclude === undefined ? text : `${text} EXCLUDE ${exclude}`;
}

/** Writes one statement, and collects its parameters in the order in which they appear in the text. */
export class SqlWriter implements NodeWriter {
  readonly dialect: Dialect;
  readonly parameters: Parameter[] = [];
  /** For each slot, where among the parameters its value stands. */
  readonly #positions = new Map<number, number[]>();

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  write(node: SqlNode): string {
    const writer = writers[node.kind] as (node: SqlNode, writer: SqlWriter) => string;
    return writer(node, this);
  }

  parameter({ index, type }: SlotNode, given?: Converter): string {
    if (type.kind === "row" && given === undefined) {
      const parts = type.parts.map((part, at) => {
        const convert = this.dialect.toDatabase(part.type);
        return this.#placeholder(index, (values) => {
          const value = (values as readonly unknown[])[at];
          return convert === undefined || value === null ? value : convert(value);
        });
      });
      return `(${parts.join(", ")})`;
    }
    return this.#placeholder(index, given ?? this.dialect.toDatabase(type));
  }

  #placeholder(index: number, convert: Converter): string {
    if (this.dialect.hasNumberedPlaceholders) {
      // The same text for the same value: else PostgreSQL does not see that it is grouped by what is selected.
      const same = this.#positions.get(index) ?? [];
      const known = same.find((position) => this.parameters[position - 1]?.convert === convert);
      if (known !== undefined) return this.dialect.placeholder(known);
      this.#positions.set(index, [...same, this.parameters.length + 1]);
    }
    this.parameters.push({ index, convert });
    return this.dialect.placeholder(this.parameters.length);
  }

  list(nodes: readonly SqlNode[]): string {
    return nodes.map((node) => this.write(node)).join(", ");
  }

  orders(nodes: readonly OrderNode[]): string {
    return nodes
      .map(({ by, isDescending, nulls }) => {
        const end = nulls === undefined ? "" : ` NULLS ${nulls.toUpperCase()}`;
        return `${this.write(by)}${isDescending ? " DESC" : ""}${end}`;
      })
      .join(", ");
  }

  statement(node: StatementNode): string {
    if (node.kind === "select" || node.kind === "compound") return this.query(node);
    if (node.kind === "insert") return this.#insert(node);
    if (node.kind === "bulkInsert") return this.#bulkInsert(node);
    return node.kind === "update" ? this.#update(node) : this.#delete(node);
  }

  query(node: QueryNode): string {
    return node.kind === "select" ? this.#select(node) : this.#compound(node);
  }

  #select(node: SelectNode): string {
    const { quote } = this.dialect;
    const shared = this.#commonTables(node);
    const distinct = this.#distinct(node);
    const columns = node.columns
      .map((column, index) => this.write(column) + (node.hasNamedColumns === true ? ` AS c${index}` : ""))
      .join(", ");
    const source = "table" in node.from ? quote(node.from.table) : `(${this.query(node.from.select)})`;
    const joins = node.joins.map((join) => this.#join(join)).join("");
    const { groupBy = [], having } = node;
    return (
      `${shared}SELECT ${distinct}${columns} FROM ${source} AS ${node.from.alias}${joins}${this.#where(node.where)}` +
      (groupBy.length === 0 ? "" : ` GROUP BY ${this.list(groupBy)}`) +
      (having === undefined ? "" : ` HAVING ${this.write(having)}`) +
      (node.orderBy.length === 0 ? "" : ` ORDER BY ${this.orders(node.orderBy)}`) +
      this.#limit(node) +
      this.#lock(node)
    );
  }

  #commonTables({ commonTables = [] }: SelectNode): string {
    if (commonTables.length === 0) return "";
    const word = commonTables.some(({ isRecursive }) => isRecursive) ? "WITH RECURSIVE" : "WITH";
    const { quote } = this.dialect;
    const tables = commonTables.map(
      ({ name, columns, query }) =>
        `${quote(name)} (${columns.map((column) => quote(column)).join(", ")}) AS (${this.query(query)})`,
    );
    return `${word} ${tables.join(", ")} `;
  }

  #distinct({ distinct }: SelectNode): string {
    if (distinct === undefined) return "";
    if (distinct !== true && !this.dialect.hasDistinctOn) {
      throw new NotSupported({
        feature: "DISTINCT ON; order the rows and take the first of each",
        engine: this.dialect.name,
      });
    }
    return distinct === true ? "DISTINCT " : `DISTINCT ON (${this.list(distinct)}) `;
  }

  #limit({ limit, offset }: Pick<SelectNode, "limit" | "offset">): string {
    return this.dialect.limit(limit, offset === undefined ? undefined : () => this.parameter(offset));
  }

  #lock({ lock }: SelectNode): string {
    if (lock === undefined || !this.dialect.canLockRows) return "";
    const of = lock.of.length === 0 ? "" : ` OF ${lock.of.join(", ")}`;
    return ` FOR ${lock.strength}${of}${lock.wait === "wait" ? "" : ` ${lock.wait}`}`;
  }

  #compound({ operator, queries, orderBy, limit, offset }: CompoundNode): string {
    // An arm with an order, a limit or arms of its own stands in brackets, which SQLite takes as a source only.
    const arms = queries.map((query, index) => {
      const isPlain =
        query.kind === "select" &&
        query.orderBy.length === 0 &&
        query.limit === undefined &&
        (query.commonTables ?? []).length === 0;
      const text = this.query(query);
      return isPlain ? text : `SELECT * FROM (${text}) AS u${index}`;
    });
    const order = orderBy.map(({ position, isDescending }) => `${position}${isDescending ? " DESC" : ""}`);
    return (
      arms.join(` ${operator} `) +
      (order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`) +
      this.#limit({ limit, offset })
    );
  }

  #join({ type, table, alias, on }: JoinNode): string {
    const word = type === "left" ? "LEFT JOIN" : "JOIN";
    return ` ${word} ${this.dialect.quote(table)} AS ${alias} ON ${this.write(on)}`;
  }

  #where(where: SqlNode | undefined): string {
    return where === undefined ? "" : ` WHERE ${this.write(where)}`;
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

  #bulkInsert({ table, columns, rows, lists, conflict, returning }: BulkInsertNode): string {
    const { quote } = this.dialect;
    const names = (list: readonly string[]): string => list.map((name) => quote(name)).join(", ");
    const values =
      lists !== undefined && this.dialect.rowsOfLists !== undefined
        ? this.dialect.rowsOfLists(lists, this)
        : `VALUES ${rows.map((row) => `(${this.list(row)})`).join(", ")}`;
    return (
      `INSERT INTO ${quote(table)} (${names(columns)}) ${values}` +
      (conflict === undefined ? "" : ` ON CONFLICT ${this.#conflict(conflict)}`) +
      (returning.length === 0 ? "" : ` RETURNING ${names(returning)}`)
    );
  }

  #conflict({ target, update }: NonNullable<BulkInsertNode["conflict"]>): string {
    const { quote } = this.dialect;
    const of = target.length === 0 ? "" : `(${target.map((name) => quote(name)).join(", ")}) `;
    if (update.length === 0) return `${of}DO NOTHING`;
    const set = update.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`);
    return `${of}DO UPDATE SET ${set.join(", ")}`;
  }

  #update(node: UpdateNode): string {
    const { quote } = this.dialect;
    const set = node.set.map(({ column, value }) => `${quote(column)} = ${this.write(value)}`).join(", ");
    return `UPDATE ${quote(node.table)} AS ${node.alias} SET ${set}${this.#where(node.where)}${this.#returning(node)}`;
  }

  #returning({ returning = [] }: UpdateNode): string {
    return returning.length === 0 ? "" : ` RETURNING ${returning.map((name) => this.dialect.quote(name)).join(", ")}`;
  }

  #delete(node: DeleteNode): string {
    return `DELETE FROM ${this.dialect.quote(node.table)} AS ${node.alias}${this.#where(node.where)}`;
  }
}

/** One side of a comparison. */
function compared(node: SqlNode, writer: SqlWriter): string {
  if (node.kind === "slot") return writer.parameter(node) + (writer.dialect.widened?.(node.type) ?? "");
  const written = writer.write(node);
  // Whether a condition is true: comparisons do not stand in a row without brackets.
  return conditions.has(node.kind) ? `(${written})` : written;
}

const conditions: ReadonlySet<SqlNode["kind"]> = new Set([
  "compare",
  "and",
  "or",
  "not",
  "isNull",
  "inSlot",
  "inSelect",
  "textMatch",
]);

/** A slot for a value of `type`. */
export function slot(index: number, type: ColumnType): SlotNode {
  return Object.freeze({ kind: "slot", index, type });
}
