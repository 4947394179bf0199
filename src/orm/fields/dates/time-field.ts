import { defaultTimeZone } from "../../../core/index.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";
import { localTime } from "./zone.js";

/** Options of `f.time`. */
export interface TimeOptions extends FieldOptions<string> {
  /** Set to the time of day (in the zone of the process, `TIME_ZONE`) when the row is first saved, unless a value was given. Default false. */
  readonly autoNowAdd?: boolean;
  /** Set to the time of day (in that zone) whenever the instance is saved. Not by `update()`. Default false. */
  readonly autoNow?: boolean;
}

/**
 * A time of day without a date, as text: `18:30:00`, or `18:30:00.25` where there are fractions, to the millisecond.
 * Of a `Date` the time in the zone of the process is taken.
 */
export class TimeField extends Field<string> {
  readonly typeName = "time";
  readonly lookupKind = "time";
  readonly columnType = { kind: "time" } as const;
  readonly #autoNow: boolean;
  readonly #autoNowAdd: boolean;

  constructor(options: TimeOptions = {}) {
    super(options);
    this.#autoNow = options.autoNow === true;
    this.#autoNowAdd = options.autoNowAdd === true;
  }

  override toValue(value: unknown): string {
    return toTime(value);
  }

  override get setsItself(): boolean {
    return this.#autoNow;
  }

  override valueToSave(current: unknown, isNew: boolean): unknown {
    if (this.#autoNow) return new Date();
    return this.#autoNowAdd && isNew && (current === undefined || current === null) ? new Date() : current;
  }
}

/** `value` as `HH:MM:SS`, with a fraction where it is not zero. Calls `refuse` for what is no time of day. */
export function toTime(value: unknown): string {
  const isDate = value instanceof Date && !Number.isNaN(value.getTime());
  const text = isDate ? clockAt(value) : value;
  const match =
    typeof text === "string" ? /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3})0*)?)?$/.exec(text) : null;
  if (match === null) return refuse("invalid", `is not a time of day (HH:MM:SS): ${show(value)}`);
  const [, hour = "", minute = "", second = "00", fraction = ""] = match;
  const digits = fraction.replace(/0+$/, "");
  return `${hour}:${minute}:${second}${digits === "" ? "" : `.${digits}`}`;
}

function clockAt(instant: Date): string {
  return new Date(localTime(instant.getTime(), defaultTimeZone())).toISOString().slice(11, 23);
}
