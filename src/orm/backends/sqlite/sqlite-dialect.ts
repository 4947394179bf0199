import type { Converter, Dialect, NodeWriter } from "../../compiler/dialect.js";
import type {
  DateKind,
  DatePart,
  DatePartNode,
  InSlotNode,
  InsertNode,
  ScalarNode,
  TextMatch,
  TextMatchNode,
} from "../../compiler/nodes.js";
import type { ColumnType } from "../../fields/column-type.js";
import { exactItem, isFloat, writeExactly } from "./exact-floats.js";
import { fromDatabase, quote, toDatabase, typeName, writeEach, writeList } from "./sqlite-columns.js";
import {
  refuseDecimalText,
  sqliteAggregate,
  sqliteCast,
  sqliteFunctions,
  sqliteTextCompare,
} from "./sqlite-functions.js";

/** GLOB tells upper from lower case, LIKE does not (for ASCII letters). */
const asGlob: Readonly<Record<TextMatch, (text: string) => string>> = {
  contains: (text) => `*${escapeGlob(text)}*`,
  startsWith: (text) => `${escapeGlob(text)}*`,
  endsWith: (text) => `*${escapeGlob(text)}`,
  equals: escapeGlob,
};

const asLike: Readonly<Record<TextMatch, (text: string) => string>> = {
  contains: (text) => `%${escapeLike(text)}%`,
  startsWith: (text) => `${escapeLike(text)}%`,
  endsWith: (text) => `%${escapeLike(text)}`,
  equals: escapeLike,
};

function escapeGlob(text: string): string {
  return text.replace(/[*?[]/g, "[$&]");
}

/** `text` so that LIKE with `\` as its escape character takes it literally. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Arguments of `strftime` after the format: instants are milliseconds, days and times are text. */
const moment = (of: DateKind, item: string): string => (of === "dateTime" ? `${item} / 1000.0, 'unixepoch'` : item);
const number = (format: string, at: string): string => `CAST(strftime('${format}', ${at}) AS INTEGER)`;
/** ISO 8601 gives a week to the year that has its Thursday. */
const thursday = (format: string, at: string): string =>
  `CAST(strftime('${format}', ${at}, '-3 days', 'weekday 4') AS INTEGER)`;

const dateParts: Readonly<Record<DatePart, (at: string) => string>> = {
  date: (at) => `strftime('%Y-%m-%d', ${at})`,
  // As fields have it: without the zeros that end a fraction.
  time: (at) => `rtrim(rtrim(strftime('%H:%M:%f', ${at}), '0'), '.')`,
  year: (at) => number("%Y", at),
  iso_year: (at) => thursday("%Y", at),
  quarter: (at) => `((${number("%m", at)} + 2) / 3)`,
  month: (at) => number("%m", at),
  week: (at) => `((${thursday("%j", at)} - 1) / 7 + 1)`,
  day: (at) => number("%d", at),
  week_day: (at) => `(${number("%w", at)} + 1)`,
  iso_week_day: (at) => `((${number("%w", at)} + 6) % 7 + 1)`,
  hour: (at) => number("%H", at),
  minute: (at) => number("%M", at),
  second: (at) => number("%S", at),
};

/** The driver hands over every number as a floating-point one, and then 8 / 3 is 2.66…; a bigint stays whole. */
const toWhole: Converter = (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : value);

/** SQL as SQLite 3.44 and later speaks it. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  hasComments: false,
  hasIndexMethods: false,
  deferConstraints: "PRAGMA defer_foreign_keys = ON",
  quote,
  placeholder: () => "?",
  toDatabase,
  fromDatabase,
  hasNumberedPlaceholders: false,
  canLockRows: false,
  hasDistinctOn: false,
  functions: sqliteFunctions,
  aggregate: sqliteAggregate,
  cast: sqliteCast,
  checkOperand: refuseDecimalText,
  nullOf: () => "NULL",

  value(index: number, type: ColumnType, writer: NodeWriter) {
    const convert = type.kind === "integer" || type.kind === "serial" ? toWhole : toDatabase(type);
    return writer.parameter({ kind: "slot", index, type }, convert);
  },

  untyped(value) {
    if (value instanceof Date) return value.getTime();
    return typeof value === "boolean" ? Number(value) : toWhole(value);
  },

  arrayOf: ({ select }: ScalarNode, writer: NodeWriter) =>
    `(SELECT json_group_array(c0) FROM (${writer.query(select)}))`,

  typeName,

  literal(value) {
    if (value === null || value === undefined) return "NULL";
    if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString("hex")}'`;
    if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
    return typeof value === "boolean" ? String(Number(value)) : `${value as number | bigint}`;
  },

  textMatch({ match, isCaseSensitive, left, right }: TextMatchNode, writer: NodeWriter) {
    if (right.kind !== "slot") return sqliteTextCompare(match, isCaseSensitive, left, right, writer);
    const column = writer.write(left);
    if (!isCaseSensitive) {
      return `${column} LIKE ${writer.parameter(right, (text) => asLike[match](text as string))} ESCAPE '\\'`;
    }
    // No pattern: nothing to escape, and no limit on its length.
    if (match === "contains") return `instr(${column}, ${writer.parameter(right)}) > 0`;
    return `${column} GLOB ${writer.parameter(right, (text) => asGlob[match](text as string))}`;
  },

  inSlot({ left, list }: InSlotNode, writer: NodeWriter) {
    const column = writer.write(left);
    if (list.type.kind === "row") {
      const { parts } = list.type;
      const convertParts = parts.map(({ type }) => toDatabase(type));
      const toRows: Converter = (rows) =>
        `[${(rows as readonly (readonly unknown[])[]).map((row) => writeEach(row, convertParts)).join(",")}]`;
      const values = parts.map((_, at) => `json_extract(value, '$[${at}]')`);
      return `${column} IN (SELECT ${values.join(", ")} FROM json_each(${writer.parameter(list, toRows)}))`;
    }
    const convert = toDatabase(list.type);
    const areFloats = isFloat(list.type);
    const item = areFloats ? exactItem : "value";
    // One parameter for a list of any length, so that there is one text for all of them.
    const toJson: Converter = (given) => {
      const values = given as readonly unknown[];
      return areFloats ? writeExactly(values, convert) : writeList(values, convert);
    };
    return `${column} IN (SELECT ${item} FROM json_each(${writer.parameter(list, toJson)}))`;
  },

  datePart({ part, item, of, zone }: DatePartNode, writer: NodeWriter) {
    const written = writer.write(item);
    if (zone === undefined) return dateParts[part](moment(of, written));
    const constant = (value: string): string => writer.write({ kind: "constant", value });
    return `hotclub_date_part(${written}, ${constant(zone)}, ${constant(part)})`;
  },

  returning({ returning, returnsCountedKey = false }: InsertNode) {
    // The driver tells the new key with every insert, for less than RETURNING costs.
    if (returning.length === 0 || returnsCountedKey) return "";
    return ` RETURNING ${returning.map(quote).join(", ")}`;
  },

  limit(limit, offset) {
    if (limit === undefined && offset === undefined) return "";
    // SQLite has no OFFSET without LIMIT; -1 is none.
    return ` LIMIT ${limit ?? -1}${offset === undefined ? "" : ` OFFSET ${offset()}`}`;
  },
};
