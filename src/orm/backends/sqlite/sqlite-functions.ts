import type { FunctionWriter, NodeWriter } from "../../compiler/dialect.js";
import { kindOfValue } from "../../compiler/type-of.js";
import type { AggregateNode, CastNode, SqlNode } from "../../compiler/nodes.js";
import type { ColumnType } from "../../fields/column-type.js";
import { NotSupported } from "../../errors.js";
import { isDecimalText, type LongDecimalType } from "./decimal-text.js";

/** Milliseconds since 1970, of an expression in SQLite's own words for instants. */
const milliseconds = (text: string): string => `(CAST(strftime('%s', ${text}) AS INTEGER) * 1000)`;

/** The beginning of the period that an instant (in milliseconds) is in, by modifiers of SQLite's date functions. */
const truncated =
  (...modifiers: readonly string[]): FunctionWriter =>
  ({ args: [item] }, write) =>
    milliseconds([`${write(item)} / 1000.0`, "'unixepoch'", ...modifiers.map((one) => `'${one}'`)].join(", "));

/** The same for a day of the calendar. */
const truncatedDay =
  (...modifiers: readonly string[]): FunctionWriter =>
  ({ args: [item] }, write) =>
    `date(${[write(item), ...modifiers.map((one) => `'${one}'`)].join(", ")})`;

/** Down to a multiple of `size` milliseconds, before 1970 too. */
const floored =
  (size: number): FunctionWriter =>
  ({ args: [item] }, write) =>
    `(${write(item)} - ((${write(item)} % ${size} + ${size}) % ${size}))`;

/** The first month of the quarter: so many months back. */
const quarterBack = (format: string): string => `'-' || ((CAST(${format} AS INTEGER) + 2) % 3) || ' months'`;

/** `count` times `text`; SQLite has no function for it. */
const repeated = (text: string, count: string): string => `replace(hex(zeroblob(max(0, ${count}))), '00', ${text})`;

const padded =
  (isLeft: boolean): FunctionWriter =>
  ({ args: [text, length, fill] }, write) => {
    const whole = `CASE WHEN length(${write(text)}) >= ${write(length)} THEN substr(${write(text)}, 1, ${write(length)}) ELSE `;
    // Each piece is written where it stands: parameters are counted in the order of the text.
    const padding = (): string => {
      const count = write(length);
      return `substr(${repeated(write(fill), count)}, 1, ${write(length)} - length(${write(text)}))`;
    };
    if (!isLeft) return `${whole}${write(text)} || ${padding()} END`;
    return `${whole}${padding()} || ${write(text)} END`;
  };

/** A value as it stands in JSON: SQLite has numbers where JSON has true, false and text of instants. */
const inJson = (item: SqlNode | undefined, write: (node: SqlNode | undefined) => string): string => {
  const kind = kindOfValue(item);
  if (kind === "boolean") return `json(CASE ${write(item)} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)`;
  if (kind === "json" || kind === "array") return `json(${write(item)})`;
  return kind === "dateTime" ? `strftime('%Y-%m-%dT%H:%M:%fZ', ${write(item)} / 1000.0, 'unixepoch')` : write(item);
};

/** Begins a `CASE` that is NULL where a list is. Columns have no parameters: written again, those stay in their order. */
function unlessNull(
  list: SqlNode | undefined,
  items: SqlNode | undefined,
  write: (node: SqlNode | undefined) => string,
): string {
  // A value that the program gave is none.
  const isGiven = items?.kind === "slot";
  return `CASE WHEN ${write(list)} IS NULL${isGiven ? "" : ` OR ${write(items)} IS NULL`} THEN NULL ELSE `;
}

/** Where an item stands in a list, counted from 0. */
const placeOf = (node: SqlNode | undefined): number => Number(node?.kind === "constant" ? node.value : Number.NaN);

const zoned =
  (name: string): FunctionWriter =>
  ({ args: [item, zone, part] }, write) =>
    `${name}(${write(item)}, ${write(zone)}, ${write(part)})`;

/** What SQLite calls by another name, or has to be told in other words. */
export const sqliteFunctions: Readonly<Record<string, FunctionWriter>> = {
  concat: ({ args }, write) => `(${args.map((item) => `COALESCE(${write(item)}, '')`).join(" || ")})`,
  left: ({ args: [text, count] }, write) => `substr(${write(text)}, 1, ${write(count)})`,
  right: ({ args: [text, count] }, write) => `substr(${write(text)}, -${write(count)}, ${write(count)})`,
  // Not `LOG(base, item)`, of which libsql knows one argument only.
  log: ({ args: [base, item] }, write) => `(1.0 / LN(${write(base)}) * LN(${write(item)}))`,
  list_slice: ({ args: [list, from, count] }, write) => {
    const item =
      "CASE type WHEN 'true' THEN json('true') WHEN 'false' THEN json('false') " +
      "WHEN 'array' THEN json(value) WHEN 'object' THEN json(value) ELSE value END";
    const start = `CASE WHEN ${write(list)} IS NULL THEN NULL ELSE (SELECT json_group_array(${item}) FROM json_each(${write(list)})`;
    const where = ` WHERE key >= ${write(from)} - 1`;
    const end = count === undefined ? "" : ` AND key < ${write(from)} - 1 + ${write(count)}`;
    return `${start}${where}${end}) END`;
  },
  repeat: ({ args: [text, count] }, write) =>
    // The count stands first in the text, so it is written first.
    `(SELECT replace(hex(zeroblob(max(0, ${write(count)}))), '00', ${write(text)}))`,
  lpad: padded(true),
  rpad: padded(false),
  reverse: ({ args: [text] }, write) =>
    `(WITH RECURSIVE reversed(whole, place, result) AS (SELECT ${write(text)}, 0, '' UNION ALL ` +
    "SELECT whole, place + 1, substr(whole, place + 1, 1) || result FROM reversed WHERE place < length(whole)) " +
    "SELECT CASE WHEN whole IS NULL THEN NULL ELSE result END FROM reversed ORDER BY place DESC LIMIT 1)",
  strindex: ({ args: [text, part] }, write) => `instr(${write(text)}, ${write(part)})`,
  chr: ({ args: [code] }, write) => `char(${write(code)})`,
  ord: ({ args: [text] }, write) => `unicode(${write(text)})`,
  md5: ({ args: [text] }, write) => `hotclub_hash('md5', ${write(text)})`,
  sha1: ({ args: [text] }, write) => `hotclub_hash('sha1', ${write(text)})`,
  sha224: ({ args: [text] }, write) => `hotclub_hash('sha224', ${write(text)})`,
  sha256: ({ args: [text] }, write) => `hotclub_hash('sha256', ${write(text)})`,
  sha384: ({ args: [text] }, write) => `hotclub_hash('sha384', ${write(text)})`,
  sha512: ({ args: [text] }, write) => `hotclub_hash('sha512', ${write(text)})`,

  greatest: ({ args }, write) => `max(${args.map(write).join(", ")})`,
  least: ({ args }, write) => `min(${args.map(write).join(", ")})`,

  mod: ({ args: [a, b] }, write) => `(${write(a)} - ${write(b)} * CAST(${write(a)} * 1.0 / ${write(b)} AS INTEGER))`,
  cot: ({ args: [x] }, write) => `(1.0 / tan(${write(x)}))`,
  random: () => "(abs(random() / 2) / 4611686018427387904.0)",

  now: () => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  trunc_year: truncated("start of year"),
  trunc_quarter: ({ args: [item] }, write) => {
    const at = `${write(item)} / 1000.0, 'unixepoch'`;
    const again = `${write(item)} / 1000.0, 'unixepoch'`;
    return milliseconds(`${at}, 'start of month', ${quarterBack(`strftime('%m', ${again})`)}`);
  },
  trunc_month: truncated("start of month"),
  trunc_week: truncated("weekday 0", "-6 days", "start of day"),
  trunc_day: truncated("start of day"),
  trunc_hour: floored(3_600_000),
  trunc_minute: floored(60_000),
  trunc_second: floored(1000),
  trunc_zoned: zoned("hotclub_trunc"),
  trunc_date_year: truncatedDay("start of year"),
  trunc_date_quarter: ({ args: [item] }, write) => {
    const at = write(item);
    return `date(${at}, 'start of month', ${quarterBack(`strftime('%m', ${write(item)})`)})`;
  },
  trunc_date_month: truncatedDay("start of month"),
  trunc_date_week: truncatedDay("weekday 0", "-6 days"),
  trunc_date_day: truncatedDay(),
  trunc_time_hour: ({ args: [item] }, write) => `(substr(${write(item)}, 1, 2) || ':00:00')`,
  trunc_time_minute: ({ args: [item] }, write) => `(substr(${write(item)}, 1, 5) || ':00')`,
  trunc_time_second: ({ args: [item] }, write) => `substr(${write(item)}, 1, 8)`,
  shift: ({ args: [item, ms] }, write) => `(${write(item)} + ${write(ms)})`,
  shift_by: ({ args: [item, length] }, write) => `(${write(item)} + ${write(length)})`,
  between_instants: ({ args: [a, b] }, write) => `(${write(a)} - ${write(b)})`,

  json_object: ({ args }, write) =>
    `json_object(${args.map((item, at) => (at % 2 === 0 ? write(item) : inJson(item, write))).join(", ")})`,
  json_array: ({ args }, write) => `json_array(${args.map((item) => inJson(item, write)).join(", ")})`,
  uuid4: () =>
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || " +
    "substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
  uuid7: () => {
    const time = "printf('%012x', CAST(unixepoch('subsec') * 1000 AS INTEGER))";
    return (
      `lower(substr(${time}, 1, 8) || '-' || substr(${time}, 9, 4) || '-7' || substr(hex(randomblob(2)), 2) || '-' || ` +
      "substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    );
  },

  json_get: ({ args: [item, key] }, write) => {
    const name = key?.kind === "constant" ? key.value : "";
    return `(${write(item)} -> ${write({ kind: "constant", value: jsonPath(name) })})`;
  },
  json_scalar: ({ args: [item] }, write) => `json_extract(${write(item)}, '$')`,
  // A value that no JSON has.
  json_known: ({ args: [item] }, write) =>
    `CASE ${write(item)} WHEN 'null' THEN x'00' ELSE json_extract(${write(item)}, '$') END`,
  json_text: ({ args: [item] }, write) => `json_extract(${write(item)}, '$')`,
  json_is_null: ({ args: [item] }, write) => `(${write(item)} = 'null')`,
  json_has_key: ({ args: [item, key] }, write) =>
    `(json_type(${write(item)}, '$.' || json_quote(${write(key)})) IS NOT NULL)`,
  array_contains: ({ args: [list, items] }, write) =>
    `${unlessNull(list, items, write)}NOT EXISTS (SELECT 1 FROM json_each(${write(items)}) AS wanted WHERE ` +
    `NOT EXISTS (SELECT 1 FROM json_each(${write(list)}) AS there WHERE there.value = wanted.value)) END`,
  array_contained_by: ({ args: [list, items] }, write) =>
    `${unlessNull(list, items, write)}NOT EXISTS (SELECT 1 FROM json_each(${write(list)}) AS there WHERE ` +
    `NOT EXISTS (SELECT 1 FROM json_each(${write(items)}) AS wanted WHERE there.value = wanted.value)) END`,
  array_overlap: ({ args: [list, items] }, write) =>
    `${unlessNull(list, items, write)}EXISTS (SELECT 1 FROM json_each(${write(list)}) AS there ` +
    `JOIN json_each(${write(items)}) AS wanted ON there.value = wanted.value) END`,
  array_len: ({ args: [list] }, write) => `json_array_length(${write(list)})`,
  array_item({ args: [list, place], output }, write) {
    const item = `json_extract(${write(list)}, '$[${placeOf(place)}]')`;
    // Numbers that JSON cannot hold are text in it.
    const type = output.kind === "bigint" ? "INTEGER" : output.kind === "decimal" ? "NUMERIC" : undefined;
    return type === undefined ? item : `CAST(${item} AS ${type})`;
  },
  array_slice: ({ args: [list, start, end] }, write) =>
    `CASE WHEN ${write(list)} IS NULL THEN NULL ELSE (SELECT json_group_array(CASE type WHEN 'true' THEN json('true') ` +
    "WHEN 'false' THEN json('false') WHEN 'array' THEN json(value) ELSE value END) FROM " +
    `(SELECT type, value FROM json_each(${write(list)}) WHERE key >= ${placeOf(start)} AND key < ${placeOf(end)} ORDER BY key)) END`,

  json_contains: () => refuseContainment(),
  json_contained_by: () => refuseContainment(),

  position_in: ({ args: [text, part] }, write) => `instr(${write(text)}, ${write(part)})`,
  regexp: ({ args: [text, pattern] }, write) => `(${write(text)} REGEXP ${write(pattern)})`,
  iregexp: ({ args: [text, pattern] }, write) => {
    const left = write(text);
    return `hotclub_iregexp(${left}, ${write(pattern)})`;
  },
  bit_xor: ({ args: [a, b] }, write) => {
    const or = `(${write(a)} | ${write(b)})`;
    return `(${or} - (${write(a)} & ${write(b)}))`;
  },
};

/** A step in a JSON value: to an index, from the end where negative, or else to a key. */
function jsonPath(name: string): string {
  if (/^\d+$/.test(name)) return `$[${name}]`;
  return /^-\d+$/.test(name) ? `$[#${name}]` : `$.${JSON.stringify(name)}`;
}

function refuseContainment(): never {
  throw new NotSupported({ feature: "containment of JSON; compare its keys", engine: "SQLite" });
}

const castNames: Partial<Record<ColumnType["kind"], string>> = {
  serial: "INTEGER",
  integer: "INTEGER",
  float: "REAL",
  decimal: "NUMERIC",
  text: "TEXT",
};

/** A cast, where SQLite has one; instants are numbers, and text is read as one. */
export function sqliteCast({ item, from, to }: CastNode, writer: NodeWriter): string {
  if (isDecimalText(to)) return decimalText(item, to, writer);
  const inner = writer.write(item);
  if (to.kind === "boolean") return `(${inner} <> 0)`;
  if (to.kind === "date" && from.kind === "dateTime") return `strftime('%Y-%m-%d', ${inner} / 1000.0, 'unixepoch')`;
  if (to.kind === "date") return `date(${inner})`;
  if (to.kind === "dateTime" && from.kind !== "dateTime") return milliseconds(inner);
  if (to.kind === "text" && from.kind === "dateTime") {
    return `strftime('%Y-%m-%d %H:%M:%f', ${inner} / 1000.0, 'unixepoch')`;
  }
  if (to.kind === "decimal" || from.kind === "decimal") refuseDecimalText(item);
  if (to.kind === "decimal" && to.decimalPlaces !== undefined) {
    return `ROUND(${inner}, ${to.decimalPlaces})`;
  }
  const name = castNames[to.kind];
  if (name === undefined) return inner;
  const cast = `CAST(${inner} AS ${name})`;
  return to.kind === "text" && to.maxLength !== undefined ? `substr(${cast}, 1, ${to.maxLength})` : cast;
}

/** What is written into a column of decimals that are kept as text: only what another such column has. */
function decimalText(item: SqlNode, to: LongDecimalType, writer: NodeWriter): string {
  const selected = item.kind === "scalar" && item.select.kind === "select" ? item.select.columns[0] : item;
  const { type } = selected?.kind === "column" ? selected : {};
  const isSame = type?.kind === "decimal" && type.maxDigits === to.maxDigits && type.decimalPlaces === to.decimalPlaces;
  if (isSame) return writer.write(item);
  throw new NotSupported({
    feature: `computing of decimals with more than 15 digits, as a column of ${to.maxDigits} keeps them`,
    engine: "SQLite",
  });
}

/** Aggregates that compute with the values. */
const computing: ReadonlySet<string> = new Set(["sum", "avg", "stddev_pop", "stddev_samp", "var_pop", "var_samp"]);

/** Throws `NotSupported` for a column of decimals that are kept as text: computed with, they would be other numbers. */
export function refuseDecimalText(node: SqlNode | undefined): void {
  if (node === undefined || node.kind !== "column" || !isDecimalText(node.type)) return;
  throw new NotSupported({
    feature: `computing with decimals of more than 15 digits (${node.column} has ${node.type.maxDigits})`,
    engine: "SQLite",
  });
}

/** An aggregate with its filter. Sums of nothing are NULL, as in every database. */
export function sqliteAggregate(node: AggregateNode, writer: NodeWriter, over?: () => string): string {
  const { name, args, isDistinct, filter, orderBy } = node;
  if (computing.has(name)) refuseDecimalText(args[0]);
  const tail = (): string =>
    (filter === undefined ? "" : ` FILTER (WHERE ${writer.write(filter)})`) + (over === undefined ? "" : over());
  const distinct = isDistinct ? "DISTINCT " : "";
  const [first, second] = args;
  const one = (): string => (first === undefined ? "*" : writer.write(first));
  switch (name) {
    case "count":
    case "sum":
    case "avg":
    case "min":
    case "max": {
      const call = `${name.toUpperCase()}(${distinct}${one()})${tail()}`;
      // Lengths of time are whole milliseconds.
      return name === "avg" && node.output.kind === "duration" ? `CAST(ROUND(${call}) AS INTEGER)` : call;
    }
    case "any_value":
      return `MAX(${one()})${tail()}`;
    case "bool_and":
      return `MIN(${one()})${tail()}`;
    case "bool_or":
      return `MAX(${one()})${tail()}`;
    case "bit_and":
    case "bit_or":
    case "bit_xor":
      if (over !== undefined) throw new NotSupported({ feature: `${name} over a window`, engine: "SQLite" });
      return `hotclub_${name}(${distinct}${one()})${tail()}`;
    case "string_agg": {
      if (isDistinct) throw new NotSupported({ feature: "StringAgg with distinct", engine: "SQLite" });
      const text = `${one()}, ${second === undefined ? "','" : writer.write(second)}`;
      return `GROUP_CONCAT(${text}${orderText(orderBy, writer)})${tail()}`;
    }
    case "json_agg":
      // Of no rows the other databases give NULL.
      return `NULLIF(JSON_GROUP_ARRAY(${distinct}${inJson(first, (item) => (item === undefined ? "NULL" : writer.write(item)))}${orderText(orderBy, writer)})${tail()}, '[]')`;
    case "var_pop":
    case "var_samp":
    case "stddev_pop":
    case "stddev_samp": {
      if (over !== undefined) throw new NotSupported({ feature: `${name} over a window`, engine: "SQLite" });
      const call = (what: string): string => `${what}${tail()}`;
      const sum = (): string => call(`SUM(1.0 * ${one()})`);
      const count = (): string => call(`COUNT(${one()})`);
      const squares = call(`SUM(1.0 * ${one()} * ${one()})`);
      const divisor = (): string => (name.endsWith("samp") ? `NULLIF(${count()} - 1, 0)` : `NULLIF(${count()}, 0)`);
      const variance = `(MAX(0.0, ${squares} - ${sum()} * ${sum()} / NULLIF(${count()}, 0)) / ${divisor()})`;
      return name.startsWith("stddev") ? `sqrt${variance}` : variance;
    }
    default:
      throw new NotSupported({ feature: `the aggregate ${name}`, engine: "SQLite" });
  }
}

function orderText(orderBy: AggregateNode["orderBy"], writer: NodeWriter): string {
  if (orderBy.length === 0) return "";
  return ` ORDER BY ${orderBy.map(({ by, isDescending }) => writer.write(by) + (isDescending ? " DESC" : "")).join(", ")}`;
}

/** A text comparison with what the database computes; nothing in it is a pattern. */
export function sqliteTextCompare(
  match: "contains" | "startsWith" | "endsWith" | "equals",
  isCaseSensitive: boolean,
  left: SqlNode,
  right: SqlNode,
  writer: NodeWriter,
): string {
  const fold = (node: SqlNode): string => (isCaseSensitive ? writer.write(node) : `LOWER(${writer.write(node)})`);
  if (match === "equals") return `${fold(left)} = ${fold(right)}`;
  if (match === "contains") return `instr(${fold(left)}, ${fold(right)}) > 0`;
  if (match === "startsWith") return `substr(${fold(left)}, 1, length(${fold(right)})) = ${fold(right)}`;
  return `substr(${fold(left)}, length(${fold(left)}) - length(${fold(right)}) + 1) = ${fold(right)}`;
}
