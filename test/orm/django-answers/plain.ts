import { Decimal } from "decimal.js";

import { modelOptions } from "hotclub/orm";

import { all } from "./models.js";

interface Row {
  readonly id: number;
}

const classes: readonly unknown[] = all;
/** The properties that all instances of a model have, relations too. */
const ownNames = new Map(
  all.map((model) => {
    const fields = modelOptions(model).fields.map(({ name }) => name);
    return [model.name, new Set([...fields, ...Object.keys(new model())])];
  }),
);

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && classes.includes(value.constructor);
}

const named = (row: Row): string => `${row.constructor.name}#${row.id}`;

/** What a query gave, as answers.json has it: an instance is its model and key, followed by its annotations. */
export function plain(value: unknown): unknown {
  if (!Array.isArray(value)) return plainValue(value);
  return value.map((row: unknown) => {
    if (!isRow(row)) return plainValue(row);
    const own = ownNames.get(row.constructor.name);
    const more = Object.entries(row).filter(([name]) => own?.has(name) === false);
    return more.length === 0
      ? [named(row)]
      : [named(row), Object.fromEntries(more.map(([name, one]) => [name, plainValue(one)]))];
  });
}

function plainValue(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(9)) + 0 : String(value);
  if (value instanceof Date) return `T${value.toISOString()}`;
  if (value instanceof Decimal) return `D${value.toDecimalPlaces(8).toFixed()}`;
  if (Array.isArray(value)) return value.map(plainValue);
  if (isRow(value)) return named(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainValue(one)]));
}
