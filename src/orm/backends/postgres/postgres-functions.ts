import type { FunctionWriter, NodeWriter } from "../../compiler/dialect.js";
import { kindOfValue } from "../../compiler/type-of.js";
import type { AggregateNode, SqlNode } from "../../compiler/nodes.js";

type Write = (node: SqlNode | undefined) => string;

const call =
  (name: string): FunctionWriter =>
  ({ args }, write) =>
    `${name}(${args.map(write).join(", ")})`;

/** A function of floating-point numbers; whole ones are turned into them. */
const ofFloats =
  (name: string): FunctionWriter =>
  ({ args }, write) =>
    `${name}(${args.map((item) => `${write(item)}::double precision`).join(", ")})`;

const truncated =
  (unit: string): FunctionWriter =>
  ({ args: [item] }, write) =>
    `DATE_TRUNC('${unit}', ${write(item)}, 'UTC')`;

/** In the zone, which is the second argument, down to the unit, which is the third. */
const truncatedInZone: FunctionWriter = ({ args: [item, zone, unit] }, write) => {
  // Zone and unit are constants, so that the order of parameters is that of SQLite.
  return `DATE_TRUNC(${write(unit)}, ${write(item)}, ${write(zone)})`;
};

/** Where an item stands in a list, counted from 0; PostgreSQL counts from 1. */
const placeOf = (node: SqlNode | undefined): number => Number(node?.kind === "constant" ? node.value : Number.NaN);

const truncatedDay =
  (unit: string): FunctionWriter =>
  ({ args: [item] }, write) =>
    `DATE_TRUNC('${unit}', ${write(item)}::timestamp)::date`;

const truncatedTime =
  (unit: string): FunctionWriter =>
  ({ args: [item] }, write) =>
    `DATE_TRUNC('${unit}', ${write(item)}::interval)::time`;

const sha =
  (bits: number): FunctionWriter =>
  ({ args: [text] }, write) =>
    `ENCODE(SHA${bits}(CONVERT_TO(${write(text)}, 'UTF8')), 'hex')`;

/** A value as it stands in JSON. */
const inJson = (item: SqlNode | undefined, write: Write): string =>
  kindOfValue(item) === "dateTime"
    ? `TO_CHAR((${write(item)}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : write(item);

const asText = (item: SqlNode | undefined, write: Write): string => `(${write(item)})::text`;
const asCount = (item: SqlNode | undefined, write: Write): string => `(${write(item)})::integer`;

/** What PostgreSQL calls by another name, or has to be told in other words. */
export const postgresFunctions: Readonly<Record<string, FunctionWriter>> = {
  concat: ({ args }, write) => `CONCAT(${args.map((item) => asText(item, write)).join(", ")})`,
  left: ({ args: [text, count] }, write) => `LEFT(${write(text)}, ${asCount(count, write)})`,
  right: ({ args: [text, count] }, write) => `RIGHT(${write(text)}, ${asCount(count, write)})`,
  repeat: ({ args: [text, count] }, write) => {
    // In the order of SQLite's, so that the same query has its parameters in the same order.
    return `REPEAT(${write(text)}, ${asCount(count, write)})`;
  },
  substr: ({ args: [text, ...positions] }, write) =>
    `SUBSTR(${[write(text), ...positions.map((item) => asCount(item, write))].join(", ")})`,
  list_slice: ({ args: [list, from, count] }, write) => {
    const to = count === undefined ? "" : `${asCount(from, write)} + ${asCount(count, write)} - 1`;
    return `(${write(list)})[${asCount(from, write)}:${to}]`;
  },
  lpad: ({ args: [text, length, fill] }, write) => `LPAD(${write(text)}, ${asCount(length, write)}, ${write(fill)})`,
  rpad: ({ args: [text, length, fill] }, write) => `RPAD(${write(text)}, ${asCount(length, write)}, ${write(fill)})`,
  strindex: call("STRPOS"),
  chr: ({ args: [code] }, write) => `CHR(${asCount(code, write)})`,
  ord: call("ASCII"),
  sha1: ({ args: [text] }, write) => `ENCODE(DIGEST(${write(text)}, 'sha1'), 'hex')`,
  sha224: sha(224),
  sha256: sha(256),
  sha384: sha(384),
  sha512: sha(512),

  lag: ({ args: [item, offset] }, write) => `LAG(${write(item)}, ${asCount(offset, write)})`,
  lead: ({ args: [item, offset] }, write) => `LEAD(${write(item)}, ${asCount(offset, write)})`,
  nth_value: ({ args: [item, nth] }, write) => `NTH_VALUE(${write(item)}, ${asCount(nth, write)})`,
  ntile: ({ args: [buckets] }, write) => `NTILE(${asCount(buckets, write)})`,

  mod: ({ args: [a, b] }, write) => `MOD((${write(a)})::numeric, (${write(b)})::numeric)::double precision`,
  round: ({ args: [item, digits], output }, write) => {
    const number = `(${write(item)})::numeric`;
    const rounded = `ROUND(${number}${digits === undefined ? "" : `, ${asCount(digits, write)}`})`;
    return output.kind === "decimal" ? rounded : `${rounded}::double precision`;
  },
  log: ({ args: [base, item] }, write) => `LOG((${write(base)})::numeric, (${write(item)})::numeric)::double precision`,
  power: ofFloats("POWER"),
  sqrt: ofFloats("SQRT"),
  exp: ofFloats("EXP"),
  ln: ofFloats("LN"),
  ceil: ofFloats("CEIL"),
  floor: ofFloats("FLOOR"),

  now: () => "DATE_TRUNC('milliseconds', STATEMENT_TIMESTAMP())",
  trunc_year: truncated("year"),
  trunc_quarter: truncated("quarter"),
  trunc_month: truncated("month"),
  trunc_week: truncated("week"),
  trunc_day: truncated("day"),
  trunc_hour: truncated("hour"),
  trunc_minute: truncated("minute"),
  trunc_second: truncated("second"),
  trunc_zoned: truncatedInZone,
  trunc_date_year: truncatedDay("year"),
  trunc_date_quarter: truncatedDay("quarter"),
  trunc_date_month: truncatedDay("month"),
  trunc_date_week: truncatedDay("week"),
  trunc_date_day: truncatedDay("day"),
  trunc_time_hour: truncatedTime("hour"),
  trunc_time_minute: truncatedTime("minute"),
  trunc_time_second: truncatedTime("second"),
  shift: ({ args: [item, ms] }, write) => `(${write(item)} + ${write(ms)} * INTERVAL '1 millisecond')`,
  shift_by: ({ args: [item, length] }, write) => `(${write(item)} + ${write(length)})`,
  between_instants: ({ args: [a, b] }, write) => `(EXTRACT(EPOCH FROM (${write(a)} - ${write(b)})) * 1000)::bigint`,

  json_object: ({ args }, write) =>
    `JSONB_BUILD_OBJECT(${args.map((item, at) => (at % 2 === 0 ? write(item) : inJson(item, write))).join(", ")})`,
  json_array: ({ args }, write) => `JSONB_BUILD_ARRAY(${args.map((item) => inJson(item, write)).join(", ")})`,
  uuid4: () => "GEN_RANDOM_UUID()",
  // A random one, with the milliseconds since 1970 in its first 48 bits, and 7 as its version.
  uuid7: () =>
    "ENCODE(SET_BIT(SET_BIT(OVERLAY(UUID_SEND(GEN_RANDOM_UUID()) PLACING " +
    "SUBSTRING(INT8SEND(FLOOR(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), " +
    "52, 1), 53, 1), 'hex')::uuid",

  json_get: ({ args: [item, key] }, write) => `(${write(item)} #> ARRAY[${write(key)}])`,
  json_scalar: ({ args: [item] }, write) => `${write(item)}::jsonb`,
  json_known: ({ args: [item] }, write) => `${write(item)}::jsonb`,
  json_text: ({ args: [item] }, write) => `(${write(item)} #>> '{}')`,
  json_is_null: ({ args: [item] }, write) => `(${write(item)} = 'null'::jsonb)`,
  json_has_key: ({ args: [item, key] }, write) => `(${write(item)} ? ${write(key)})`,
  array_contains: ({ args: [list, items] }, write) => `(${write(list)} @> ${write(items)})`,
  array_contained_by: ({ args: [list, items] }, write) => `(${write(list)} <@ ${write(items)})`,
  array_overlap: ({ args: [list, items] }, write) => `(${write(list)} && ${write(items)})`,
  array_len({ args: [list] }, write) {
    const written = write(list);
    return `CASE WHEN ${written} IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH(${written}, 1), 0) END`;
  },
  array_item: ({ args: [list, place] }, write) => `(${write(list)})[${placeOf(place) + 1}]`,
  array_slice: ({ args: [list, start, end] }, write) => `(${write(list)})[${placeOf(start) + 1}:${placeOf(end)}]`,

  json_contains: ({ args: [item, part] }, write) => `(${write(item)} @> ${write(part)})`,
  json_contained_by: ({ args: [item, whole] }, write) => `(${write(item)} <@ ${write(whole)})`,

  position_in: call("STRPOS"),
  regexp: ({ args: [text, pattern] }, write) => `${asText(text, write)} ~ ${write(pattern)}`,
  iregexp: ({ args: [text, pattern] }, write) => `${asText(text, write)} ~* ${write(pattern)}`,
  bit_xor: ({ args: [a, b] }, write) => `(${write(a)} # ${write(b)})`,
};

/** An aggregate with its filter, in the type that the program gets. */
export function postgresAggregate(node: AggregateNode, writer: NodeWriter, over?: () => string): string {
  const { name, args, isDistinct, filter, orderBy, input } = node;
  const write = (item: SqlNode | undefined): string => (item === undefined ? "NULL" : writer.write(item));
  const texts = args.map((item) => (name === "json_agg" ? inJson(item, write) : write(item)));
  if (name === "string_agg") texts[0] = `(${texts[0] ?? ""})::text`;
  const inside = texts.length === 0 ? "*" : texts.join(", ");
  const order =
    orderBy.length === 0
      ? ""
      : ` ORDER BY ${orderBy.map(({ by, isDescending }) => writer.write(by) + (isDescending ? " DESC" : "")).join(", ")}`;
  const text =
    `${names[name] ?? name.toUpperCase()}(${isDistinct ? "DISTINCT " : ""}${inside}${order})` +
    (filter === undefined ? "" : ` FILTER (WHERE ${writer.write(filter)})`) +
    (over === undefined ? "" : over());
  if (name === "any_value") return `(${text})[1]`;
  // Sums of 64-bit integers are of arbitrary precision, and averages too; a number is what the program is to get.
  const isWhole = input?.kind === "integer" || input?.kind === "serial";
  if (name === "sum" && isWhole) return `(${text})::bigint`;
  // The mean of decimals is one, and of lengths of time a length.
  const isFloat = floats.has(name) && node.output.kind === "float";
  return isFloat ? `(${text})::double precision` : text;
}

const names: Readonly<Record<string, string>> = { any_value: "ARRAY_AGG", json_agg: "JSONB_AGG" };
const floats = new Set(["avg", "stddev_pop", "stddev_samp", "var_pop", "var_samp"]);
