import type { OutputName } from "../expressions/nodes.js";
import { toInstant } from "../fields/dates/date-time-field.js";
import { toTime } from "../fields/dates/time-field.js";
import { toDecimal } from "../fields/numbers/decimal-field.js";
import { toInteger } from "../fields/numbers/int-field.js";
import { refuse, show } from "../fields/problem.js";
import type { Operand } from "../lookups/lookup.js";

function toNumber(value: unknown): unknown {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "bigint") return toInteger(value);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : refuse("invalid", `is not a number: ${show(value)}`);
}

function toText(value: unknown): unknown {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return refuse("invalid", `is not text: ${show(value)}`);
}

function toBoolean(value: unknown): unknown {
  return typeof value === "boolean" ? value : refuse("invalid", `is neither true nor false: ${show(value)}`);
}

function toDay(value: unknown): unknown {
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  return toInstant(value).toISOString().slice(0, 10);
}

/** What later steps of a query know about an expression that gives each type. */
export const outputs: Readonly<Record<OutputName, Operand>> = {
  integer: { kind: "number", type: { kind: "integer" }, toValue: toInteger },
  float: { kind: "number", type: { kind: "float" }, toValue: toNumber },
  decimal: { kind: "decimal", type: { kind: "decimal", isComputed: true }, toValue: toDecimal },
  text: { kind: "text", type: { kind: "text" }, toValue: toText },
  boolean: { kind: "boolean", type: { kind: "boolean" }, toValue: toBoolean },
  dateTime: { kind: "dateTime", type: { kind: "dateTime" }, toValue: toInstant },
  time: { kind: "time", type: { kind: "time" }, toValue: toTime },
  json: { kind: "json", type: { kind: "json" }, toValue: (value) => value },
  uuid: { kind: "uuid", type: { kind: "uuid" }, toValue: toText },
  date: { kind: "date", type: { kind: "date" }, toValue: toDay },
};

/** The operand of an output by name. */
export function outputOf(name: OutputName): Operand {
  // The compiler has not looked everywhere that a name may come from.
  if (!Object.hasOwn(outputs, name)) throw new TypeError(`There is no type ${JSON.stringify(name)} of expressions.`);
  return outputs[name];
}
