import { Decimal } from "decimal.js";

import { mappedFromDatabase, mappedToDatabase, pick, type ByKind, type Converter } from "../../compiler/converter.js";
import type { ColumnType, ColumnTypeName } from "../../fields/column-type.js";
import { readJson, writeJson } from "../../fields/data/json-text.js";
import { readInteger } from "../read-integer.js";
import {
  isDecimalText,
  readDecimalNumber,
  readDecimalText,
  writeDecimalNumber,
  writeDecimalText,
  writeLimitedDecimal,
} from "./decimal-text.js";

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The names of types that have no options. They tell people what is in the column; to SQLite they give it an affinity:
 * TEXT where a value that looks like a number must stay text, INTEGER or NUMERIC where it must not.
 */
const typeNames = {
  // AUTOINCREMENT: the key of a deleted row is never given to another.
  serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
  bigint: "BIGINT",
  float: "REAL",
  boolean: "BOOLEAN",
  // Milliseconds since 1970 as an integer: exact, in order, and small. The name gives the column NUMERIC affinity.
  dateTime: "DATETIME",
  date: "DATE",
  time: "TIME",
  duration: "BIGINT",
  uuid: "CHAR(36)",
  binary: "BLOB",
  json: "TEXT",
  ipAddress: "CHAR(39)",
  array: "TEXT",
} as const satisfies Partial<Record<ColumnTypeName, string>>;

const integerNames = { 16: "SMALLINT", 32: "INTEGER", 64: "INTEGER" } as const;

const typeNameBy: ByKind<string> = {
  integer: (type) => integerNames[type.bits ?? 64],
  decimal(type) {
    if (isDecimalText(type)) return `CHAR(${type.maxDigits + 1})`;
    return type.maxDigits === undefined ? "DECIMAL" : `DECIMAL(${type.maxDigits}, ${type.decimalPlaces ?? 0})`;
  },
  text: (type) => {
    const name = type.maxLength === undefined ? "TEXT" : `VARCHAR(${type.maxLength})`;
    return type.collation === undefined ? name : `${name} COLLATE ${quote(type.collation)}`;
  },
  mapped: (type) => typeName(type.of),
};

/** The type of a column, as `CREATE TABLE` names it. */
export function typeName(type: ColumnType): string {
  return pick(typeNameBy, type) ?? typeNames[type.kind as keyof typeof typeNames];
}

const toDatabaseBy: ByKind<Converter> = {
  decimal(type) {
    if (isDecimalText(type)) return (value) => writeDecimalText(value as Decimal, type);
    if (type.maxDigits === undefined && type.isComputed !== true)
      return (value) => writeDecimalNumber(value as Decimal);
    const { decimalPlaces: places } = type;
    return places === undefined
      ? (value) => (value as Decimal).toNumber()
      : (value) => writeLimitedDecimal(value as Decimal, places);
  },
  boolean: () => (value) => (value === true ? 1 : 0),
  dateTime: () => (value) => (value as Date).getTime(),
  json: () => writeJson,
  array: (type) => {
    const convert = toJsonItem(type.item);
    return (value) =>
      JSON.stringify((value as readonly unknown[]).map((item) => (item === null ? null : convert(item))));
  },
  mapped: (type) => mappedToDatabase(type, toDatabase),
};

/** How values are given to the driver. */
export function toDatabase(type: ColumnType): Converter {
  return pick(toDatabaseBy, type);
}

const fromDatabaseBy: ByKind<Converter> = {
  serial: () => readInteger,
  integer: () => readInteger,
  duration: () => readInteger,
  bigint: () => (value) => BigInt(value as number | bigint),
  float: () => Number,
  decimal: (type) =>
    isDecimalText(type)
      ? (value) => readDecimalText(value as string, type)
      : (value) => readDecimalNumber(value as number | bigint),
  boolean: () => (value) => value === 1 || value === 1n,
  dateTime: () => (value) => new Date(Number(value)),
  json: () => readJson,
  array: (type) => {
    const convert = fromJsonItem(type.item);
    return (value) => (JSON.parse(value as string) as unknown[]).map((item) => (item === null ? null : convert(item)));
  },
  mapped: (type) => mappedFromDatabase(type, fromDatabase),
};

/** How values are read from what the driver gives. */
export function fromDatabase(type: ColumnType): Converter {
  return pick(fromDatabaseBy, type);
}

/** How an element of a list is written into JSON, which has no bytes and no 64-bit integers. */
const toJsonItemBy: ByKind<(value: unknown) => unknown> = {
  bigint: () => String,
  decimal: () => (value) => (value as Decimal).toFixed(),
  binary: () => (value) => Buffer.from(value as Uint8Array).toString("base64"),
  boolean: () => (value) => value,
  json: () => (value) => value,
  array: (type) => (value) =>
    (value as readonly unknown[]).map((item) => (item === null ? null : toJsonItem(type.item)(item))),
};

function toJsonItem(type: ColumnType): (value: unknown) => unknown {
  return pick(toJsonItemBy, type) ?? toDatabase(type) ?? ((value) => value);
}

/** How an element of a list is read from JSON. */
const fromJsonItemBy: ByKind<(value: unknown) => unknown> = {
  bigint: () => (value) => BigInt(value as string),
  decimal: () => (value) => new Decimal(value as string),
  binary: () => (value) => Buffer.from(value as string, "base64"),
  boolean: () => (value) => value,
  json: () => (value) => value,
  array: (type) => (value) =>
    (value as unknown[]).map((item) => (item === null ? null : fromJsonItem(type.item)(item))),
};

function fromJsonItem(type: ColumnType): (value: unknown) => unknown {
  return pick(fromJsonItemBy, type) ?? fromDatabase(type) ?? ((value) => value);
}

/** A list as JSON whose items are each of another type. */
export function writeEach(values: readonly unknown[], converters: readonly Converter[]): string {
  return writeList(
    values.map((value, index) => {
      const convert = converters[index];
      return convert === undefined ? value : convert(value);
    }),
    undefined,
  );
}

/** A list as JSON, for `json_each`. A bigint is written as a number: SQLite reads all of its digits. */
export function writeList(values: readonly unknown[], convert: Converter): string {
  const items = convert === undefined ? values : values.map(convert);
  return `[${items.map((item) => (typeof item === "bigint" ? String(item) : JSON.stringify(item))).join(",")}]`;
}
