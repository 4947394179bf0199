import { defaultTimeZone } from "../../../core/index.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";
import { dayInZone } from "./zone.js";

/** Options of `f.date`. */
export interface DateOptions extends FieldOptions<string> {
  /** Set to today (in the zone of the process, `TIME_ZONE`) when the row is first saved, unless a value was given. Default false. */
  readonly autoNowAdd?: boolean;
  /** Set to today (in that zone) whenever the instance is saved. Not by `update()`. Default false. */
  readonly autoNow?: boolean;
}

/** A day of the calendar, as text: `2026-11-21`. Of a `Date` the day in the zone of the process is taken. */
export class DateField extends Field<string> {
  readonly typeName = "date";
  readonly lookupKind = "date";
  readonly columnType = { kind: "date" } as const;
  readonly #autoNow: boolean;
  readonly #autoNowAdd: boolean;

  constructor(options: DateOptions = {}) {
    super(options);
    this.#autoNow = options.autoNow === true;
    this.#autoNowAdd = options.autoNowAdd === true;
  }

  override toValue(value: unknown): string {
    return toDay(value);
  }

  override get setsItself(): boolean {
    return this.#autoNow;
  }

  override valueToSave(current: unknown, isNew: boolean): unknown {
    if (this.#autoNow) return new Date();
    return this.#autoNowAdd && isNew && (current === undefined || current === null) ? new Date() : current;
  }
}

/** `value` as `YYYY-MM-DD`: such text, or the day of a `Date` in `zone`. Calls `refuse` for all else. */
export function toDay(value: unknown, zone: string = defaultTimeZone()): string {
  if (value instanceof Date) {
    const text = Number.isNaN(value.getTime()) ? "" : dayInZone(value, zone);
    return isDay(text) ? text : refuse("out_of_range", `is not a day in the years 1 to 9999: ${show(value)}`);
  }
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return refuse("invalid", `is not a date (YYYY-MM-DD): ${show(value)}`);
  }
  return isDay(value) ? value : refuse("invalid", `is not a day of the calendar: ${show(value)}`);
}

function isDay(text: string): boolean {
  const midnight = new Date(`${text}T00:00:00Z`);
  return !text.startsWith("0000") && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
