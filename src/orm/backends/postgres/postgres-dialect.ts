import type { Converter, Dialect, NodeWriter } from "../../compiler/dialect.js";
import type {
  CastNode,
  DatePart,
  DatePartNode,
  InSlotNode,
  InsertNode,
  ScalarNode,
  SqlNode,
  TextMatch,
  TextMatchNode,
} from "../../compiler/nodes.js";
import type { ColumnType } from "../../fields/column-type.js";
import { writeArray } from "./array-literal.js";
import { castName, fromDatabase, listToDatabase, quote, toDatabase, typeName } from "./postgres-columns.js";
import { writeTimestamp } from "./timestamps.js";
import { postgresAggregate, postgresFunctions } from "./postgres-functions.js";

const toPattern: Readonly<Record<TextMatch, (text: unknown) => unknown>> = {
  contains: (text) => `%${escapeLike(text as string)}%`,
  startsWith: (text) => `${escapeLike(text as string)}%`,
  endsWith: (text) => `%${escapeLike(text as string)}`,
  equals: (text) => text,
};

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

const extract = (part: string, item: string): string => `EXTRACT(${part} FROM ${item})::integer`;

const dateParts: Readonly<Record<DatePart, (item: string) => string>> = {
  date: (item) => `(${item})::date`,
  time: (item) => `(${item})::time(3)`,
  year: (item) => extract("year", item),
  iso_year: (item) => extract("isoyear", item),
  quarter: (item) => extract("quarter", item),
  month: (item) => extract("month", item),
  week: (item) => extract("week", item),
  day: (item) => extract("day", item),
  week_day: (item) => `(${extract("dow", item)} + 1)`,
  iso_week_day: (item) => extract("isodow", item),
  hour: (item) => extract("hour", item),
  minute: (item) => extract("minute", item),
  second: (item) => `FLOOR(EXTRACT(second FROM ${item}))::integer`,
};

/** A text comparison with what the database computes; nothing in it is a pattern. */
function textCompare(
  match: TextMatch,
  isCaseSensitive: boolean,
  left: SqlNode,
  right: SqlNode,
  writer: NodeWriter,
): string {
  const fold = (node: SqlNode): string => (isCaseSensitive ? writer.write(node) : `UPPER(${writer.write(node)})`);
  if (match === "equals") return `${fold(left)} = ${fold(right)}`;
  if (match === "contains") return `STRPOS(${fold(left)}, ${fold(right)}) > 0`;
  if (match === "startsWith") return `LEFT(${fold(left)}, LENGTH(${fold(right)})) = ${fold(right)}`;
  return `RIGHT(${fold(left)}, LENGTH(${fold(right)})) = ${fold(right)}`;
}

/** Types of which a list is an array of the database that `UNNEST` takes apart again. Arrays of arrays it would flatten. */
const listable: ReadonlySet<string> = new Set([
  "serial",
  "integer",
  "bigint",
  "float",
  "decimal",
  "boolean",
  "text",
  "dateTime",
  "date",
  "time",
  "uuid",
  "json",
]);

/** Indexes of smaller integers are as good for comparisons with 64 bits. */
function widened(type: ColumnType): string {
  const isNarrow = (type.kind === "integer" || type.kind === "serial") && (type.bits === 16 || type.bits === 32);
  return isNarrow ? "::bigint" : "";
}

/** SQL as PostgreSQL 13 and later speaks it. */
export const postgresDialect: Dialect = {
  name: "postgres",
  hasComments: true,
  hasIndexMethods: true,
  deferConstraints: "SET CONSTRAINTS ALL DEFERRED",
  quote,
  placeholder: (position) => `$${position}`,
  widened,
  toDatabase,
  fromDatabase,
  hasNumberedPlaceholders: true,
  canLockRows: true,
  hasDistinctOn: true,
  functions: postgresFunctions,
  aggregate: postgresAggregate,
  cast({ item, from, to }: CastNode, writer: NodeWriter) {
    // A truth becomes no number of another size than this one.
    const step = from.kind === "boolean" && (to.kind === "integer" || to.kind === "float") ? "::integer" : "";
    return `(${writer.write(item)})${step}::${castName(to)}`;
  },
  nullOf: (type) => `NULL::${castName(type)}`,

  value: (index: number, type: ColumnType, writer: NodeWriter) =>
    `${writer.parameter({ kind: "slot", index, type })}::${castName(type)}`,

  untyped: (value) => (value instanceof Date ? writeTimestamp(value) : value),

  arrayOf: ({ select }: ScalarNode, writer: NodeWriter) =>
    `(SELECT COALESCE(jsonb_agg(c0), '[]'::jsonb) FROM (${writer.query(select)}) AS a)`,

  typeName,

  literal(value) {
    if (value === null || value === undefined) return "NULL";
    if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString("hex")}'`;
    if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
    return typeof value === "boolean" ? String(value).toUpperCase() : `${value as number | bigint}`;
  },

  textMatch({ match, isCaseSensitive, left, right }: TextMatchNode, writer: NodeWriter) {
    if (right.kind !== "slot") return textCompare(match, isCaseSensitive, left, right, writer);
    const column = writer.write(left);
    const pattern = writer.parameter(right, toPattern[match]);
    if (isCaseSensitive) return `${column} LIKE ${pattern}`;
    // UPPER rather than ILIKE, so that an index over UPPER(column) serves it.
    return `UPPER(${column}) ${match === "equals" ? "=" : "LIKE"} UPPER(${pattern})`;
  },

  inSlot({ left, list }: InSlotNode, writer: NodeWriter) {
    const column = writer.write(left);
    if (list.type.kind === "row") {
      const lists = list.type.parts.map(({ type }, at) => {
        const ofPart = toDatabase(type);
        const toPart: Converter = (rows) =>
          writeArray(
            (rows as readonly (readonly unknown[])[]).map((row) => row[at]),
            ofPart,
            false,
          );
        return `${writer.parameter(list, toPart)}::${castName(type)}[]`;
      });
      return `${column} IN (SELECT * FROM UNNEST(${lists.join(", ")}))`;
    }
    // One parameter for a list of any length, so that one prepared statement serves all of them.
    const cast = widened(list.type);
    return `${column} = ANY (${writer.parameter(list, listToDatabase(list.type))}${cast === "" ? "" : `${cast}[]`})`;
  },

  canList: (type) => listable.has(type.kind),

  rowsOfLists(lists, writer) {
    const written = lists.map((list) => {
      // Cast to the length of a column, text would be cut; without it, the column itself refuses it.
      const name = list.type.kind === "text" ? "text" : castName(list.type);
      return `${writer.parameter(list, listToDatabase(list.type))}::${name}[]`;
    });
    return `SELECT * FROM UNNEST(${written.join(", ")})`;
  },

  datePart({ part, item, of, zone = "UTC" }: DatePartNode, writer: NodeWriter) {
    const written = writer.write(item);
    // What the clocks of the zone show, without a zone; days and times have none.
    return dateParts[part](
      of === "dateTime" ? `(${written} AT TIME ZONE ${writer.write({ kind: "constant", value: zone })})` : written,
    );
  },

  returning({ returning }: InsertNode) {
    return returning.length === 0 ? "" : ` RETURNING ${returning.map(quote).join(", ")}`;
  },

  limit(limit, offset) {
    return `${limit === undefined ? "" : ` LIMIT ${limit}`}${offset === undefined ? "" : ` OFFSET ${offset()}`}`;
  },
};
