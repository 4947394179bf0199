import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/**
 * A length of time, as a whole number of milliseconds. Text is converted: `PT1H30M` (ISO 8601, without years and
 * months, whose length is not fixed), or `1 02:03:04.5` for a day and some hours.
 */
export class DurationField extends Field<number> {
  readonly typeName = "duration";
  readonly lookupKind = "duration";
  readonly columnType = { kind: "duration" } as const;

  constructor(options: FieldOptions<number> = {}) {
    super(options);
  }

  override toValue(value: unknown): number {
    const ms = typeof value === "string" ? parseDuration(value.trim()) : value;
    if (typeof ms !== "number" || !Number.isSafeInteger(ms)) {
      return refuse("invalid", `is not a duration in whole milliseconds: ${show(value)}`);
    }
    if (Math.abs(ms) > maxMs) refuse("out_of_range", `is more than 10,000 years: ${show(value)}`);
    return ms === 0 ? 0 : ms;
  }
}

/** What all databases keep without losing digits. */
const maxMs = 10_000 * 366 * 86_400_000;

const iso = /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3})\d*)?S)?)?$/i;
const clock = /^([+-])?(?:(\d+)\s+)?(\d+):([0-5]\d):([0-5]\d)(?:\.(\d{1,3})\d*)?$/;

function parseDuration(text: string): number | undefined {
  const parts = iso.exec(text);
  if (parts !== null && /\d/.test(text)) {
    const [, sign, weeks, days, hours, minutes, seconds, fraction = ""] = parts;
    return total(sign, { days: Number(weeks ?? 0) * 7 + Number(days ?? 0), hours, minutes, seconds, fraction });
  }
  const shown = clock.exec(text);
  if (shown === null) return undefined;
  const [, sign, days, hours, minutes, seconds, fraction = ""] = shown;
  return total(sign, { days: Number(days ?? 0), hours, minutes, seconds, fraction });
}

interface Parts {
  readonly days: number;
  readonly hours: string | undefined;
  readonly minutes: string | undefined;
  readonly seconds: string | undefined;
  readonly fraction: string;
}

function total(sign: string | undefined, { days, hours, minutes, seconds, fraction }: Parts): number {
  const whole = days * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const ms = whole * 1000 + Number(fraction.padEnd(3, "0"));
  return sign === "-" ? -ms : ms;
}
