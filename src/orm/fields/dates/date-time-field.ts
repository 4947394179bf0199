import { defaultTimeZone } from "../../../core/index.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";
import { instantInZone, isZone } from "./zone.js";

/** Options of `f.dateTime`. */
export interface DateTimeOptions extends FieldOptions<Date> {
  /** Set to now when the row is first saved, unless a value was given. Default false. */
  readonly autoNowAdd?: boolean;
  /** Set to now whenever the instance is saved. Not by `update()`. Default false. */
  readonly autoNow?: boolean;
  /** The time zone of text that names none, such as `Europe/Paris`. Default that of the process, `TIME_ZONE`. */
  readonly zone?: string;
}

const isoText =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?))?\s*(Z|[+-]\d{2}(?::?\d{2})?)?(?:\[([\w/+-]+)\])?$/i;
const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * An instant, to the millisecond, from the year 1 to 9999, whatever the time zone it was given in. Text in ISO 8601 is
 * converted: with an offset (`2026-07-01T10:00+02:00`), or with a zone (`2026-07-01T10:00[Europe/Paris]`).
 */
export class DateTimeField extends Field<Date> {
  readonly typeName = "dateTime";
  readonly lookupKind = "dateTime";
  readonly columnType = { kind: "dateTime" } as const;
  readonly #autoNow: boolean;
  readonly #autoNowAdd: boolean;
  readonly #zone: string | undefined;

  constructor(options: DateTimeOptions = {}) {
    super(options);
    this.#autoNow = options.autoNow === true;
    this.#autoNowAdd = options.autoNowAdd === true;
    this.#zone = options.zone;
    if (options.zone !== undefined && !isZone(options.zone)) {
      throw new RangeError(`f.dateTime has a zone that is none: ${JSON.stringify(options.zone)}.`);
    }
  }

  override toValue(value: unknown): Date {
    return toInstant(value, this.#zone);
  }

  override get setsItself(): boolean {
    return this.#autoNow;
  }

  override valueToSave(current: unknown, isNew: boolean): unknown {
    if (this.#autoNow) return new Date();
    return this.#autoNowAdd && isNew && (current === undefined || current === null) ? new Date() : current;
  }
}

/** `value` as a date within the years that all databases keep. Calls `refuse` for all else. */
export function toInstant(value: unknown, zone?: string): Date {
  const date = value instanceof Date ? value : parseInstant(value, zone);
  const time = date.getTime();
  if (Number.isNaN(time)) refuse("invalid", `is not a date and time: ${show(value)}`);
  if (time < earliest || time > latest) refuse("out_of_range", `is not in the years 1 to 9999: ${show(value)}`);
  return date;
}

function parseInstant(value: unknown, defaultZone: string | undefined): Date {
  const match = typeof value === "string" ? isoText.exec(value.trim()) : null;
  if (match === null) return refuse("invalid", `is not a date and time in ISO 8601: ${show(value)}`);
  const [, day = "", time = "00:00", offset, namedZone] = match;
  const zone = offset === undefined ? (namedZone ?? defaultZone ?? defaultTimeZone()) : undefined;
  const date = new Date(`${day}T${time.replace(",", ".")}${writtenOffset(offset ?? "Z")}`);
  // `Date` turns February 31st into March 3rd; the same day in UTC tells, as the text's own zone does not matter.
  const midnight = new Date(`${day}T00:00:00Z`);
  const isRealDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  if (!isRealDay) return refuse("invalid", `is not a day of the calendar: ${show(value)}`);
  if (namedZone !== undefined && !isZone(namedZone)) return refuse("invalid", `names no time zone: ${show(value)}`);
  return zone === undefined || Number.isNaN(date.getTime()) ? date : new Date(instantInZone(date.getTime(), zone));
}

/** `+02` and `+0200` as `+02:00`. */
function writtenOffset(offset: string): string {
  if (/^[+-]\d{2}$/.test(offset)) return `${offset}:00`;
  return offset.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2").toUpperCase();
}
