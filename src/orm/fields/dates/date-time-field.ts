import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.dateTime`. */
export interface DateTimeOptions extends FieldOptions<Date> {
  /** Set to now when the row is first saved, unless a value was given. Default false. */
  readonly autoNowAdd?: boolean;
  /** Set to now whenever the instance is saved. Not by `update()`. Default false. */
  readonly autoNow?: boolean;
}

const isoText = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?))?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * An instant, to the millisecond, from the year 1 to 9999. Text in ISO 8601 is converted; without a zone it is UTC.
 */
export class DateTimeField extends Field<Date> {
  readonly typeName = "dateTime";
  readonly lookupKind = "dateTime";
  readonly columnType = { kind: "dateTime" } as const;
  readonly #autoNow: boolean;
  readonly #autoNowAdd: boolean;

  constructor(options: DateTimeOptions = {}) {
    super(options);
    this.#autoNow = options.autoNow === true;
    this.#autoNowAdd = options.autoNowAdd === true;
  }

  override toValue(value: unknown): Date {
    return toInstant(value);
  }

  override valueToSave(current: unknown, isNew: boolean): unknown {
    if (this.#autoNow) return new Date();
    return this.#autoNowAdd && isNew && (current === undefined || current === null) ? new Date() : current;
  }
}

/** `value` as a date within the years that all databases keep. Calls `refuse` for all else. */
export function toInstant(value: unknown): Date {
  const date = value instanceof Date ? value : parseInstant(value);
  const time = date.getTime();
  if (Number.isNaN(time)) refuse("invalid", `is not a date and time: ${show(value)}`);
  if (time < earliest || time > latest) refuse("out_of_range", `is not in the years 1 to 9999: ${show(value)}`);
  return date;
}

function parseInstant(value: unknown): Date {
  const match = typeof value === "string" ? isoText.exec(value.trim()) : null;
  if (match === null) return refuse("invalid", `is not a date and time in ISO 8601: ${show(value)}`);
  const [, day = "", time = "00:00", zone = "Z"] = match;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  const date = new Date(`${day}T${time.replace(",", ".")}${offset.toUpperCase()}`);
  // `Date` turns February 31st into March 3rd; the same day in UTC tells, as the text's own zone does not matter.
  const midnight = new Date(`${day}T00:00:00Z`);
  const isRealDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return isRealDay ? date : refuse("invalid", `is not a day of the calendar: ${show(value)}`);
}
