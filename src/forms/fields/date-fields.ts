import { currentTimeZone } from "../../core/index.js";
import { TemporalInput } from "../widgets/input.js";
import { SplitDateTime } from "../widgets/several.js";
import { Input } from "../widgets/input.js";
import type { Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";
import { localText } from "./local-text.js";
import { type ModelParsed, modelParser } from "./model-parsed.js";

/** A value that a field of models reads from text. */
abstract class ParsedField<Value> extends FormField<Value> {
  protected abstract parsed(raw: unknown): ModelParsed;

  protected parse(raw: unknown): unknown {
    if (raw === undefined || raw === null) return undefined;
    const given = typeof raw === "string" ? raw.trim() : raw;
    if (given === "") return undefined;
    const parsed = this.parsed(given);
    return "value" in parsed ? parsed.value : this.refuse("invalid", { value: given });
  }
}

const parseDate = modelParser("date");

/** A day of the calendar, as text: `2026-11-21`. Where nothing is given, null. */
export class DateField<Value = string> extends ParsedField<Value> {
  constructor(options: FieldOptions<string> = {}) {
    super({
      ...options,
      errorMessages: { invalid: "Enter a date, such as 2026-11-21.", ...options.errorMessages },
    });
  }

  protected defaultWidget(): Widget {
    return new TemporalInput("date");
  }

  protected parsed(raw: unknown): ModelParsed {
    return parseDate(raw);
  }

  protected override format(value: unknown): unknown {
    return value instanceof Date ? value.toISOString().slice(0, 10) : value;
  }
}

const parseTime = modelParser("time");

/** A time of day, as text: `18:30:00`. Where nothing is given, null. */
export class TimeField<Value = string> extends ParsedField<Value> {
  constructor(options: FieldOptions<string> = {}) {
    super({
      ...options,
      errorMessages: { invalid: "Enter a time, such as 18:30.", ...options.errorMessages },
    });
  }

  protected defaultWidget(): Widget {
    return new TemporalInput("time");
  }

  protected parsed(raw: unknown): ModelParsed {
    return parseTime(raw);
  }

  /** As browsers write it: without seconds where there are none. */
  protected override format(value: unknown): unknown {
    return typeof value === "string" ? value.replace(/^(\d{2}:\d{2}):00$/, "$1") : value;
  }
}

/** Options of `field.dateTime`. */
export interface DateTimeOptions extends FieldOptions<Date> {
  /** The time zone that people mean, such as `Europe/Paris`. Default: the current one (`currentTimeZone`). */
  readonly zone?: string;
}

/** An instant, to the millisecond. Text without an offset is in the zone of the field. Where nothing is given, null. */
export class DateTimeField<Value = Date> extends ParsedField<Value> {
  readonly #parse: (value: unknown) => ModelParsed;
  protected readonly zone: string;

  constructor(options: DateTimeOptions = {}) {
    super({
      ...options,
      errorMessages: { invalid: "Enter a date and a time, such as 2026-11-21 18:30.", ...options.errorMessages },
    });
    this.zone = options.zone ?? currentTimeZone();
    this.#parse = modelParser("dateTime", { zone: this.zone });
  }

  protected defaultWidget(): Widget {
    return new TemporalInput("datetime-local");
  }

  protected parsed(raw: unknown): ModelParsed {
    return this.#parse(raw);
  }

  protected override format(value: unknown): unknown {
    return value instanceof Date ? localText(value, this.zone) : value;
  }
}

/** An instant, of which the date and the time are asked for apart. */
export class SplitDateTimeField<Value = Date> extends DateTimeField<Value> {
  protected override defaultWidget(): Widget {
    return new SplitDateTime();
  }

  protected override parse(raw: unknown): unknown {
    if (!Array.isArray(raw)) return super.parse(raw);
    const [date = "", time = ""] = (raw as readonly unknown[]).map((part) => String(part).trim());
    if (date === "" && time === "") return undefined;
    // Half of an instant is none.
    return date === "" || time === ""
      ? this.refuse("invalid", { value: `${date} ${time}` })
      : super.parse(`${date}T${time}`);
  }

  protected override format(value: unknown): unknown {
    const text = super.format(value);
    return typeof text === "string" ? text.split("T") : text;
  }
}

const parseDuration = modelParser("duration");

/** A length of time, in milliseconds: `1 02:03:04.5` or `PT1H30M`. Where nothing is given, null. */
export class DurationField<Value = number> extends ParsedField<Value> {
  constructor(options: FieldOptions<number> = {}) {
    super({
      ...options,
      errorMessages: { invalid: "Enter a length of time, such as 1:30:00 or 2 12:00:00.", ...options.errorMessages },
    });
  }

  protected defaultWidget(): Widget {
    return new Input();
  }

  /** Minutes and seconds alone, and seconds alone, are lengths of time as well. */
  protected parsed(raw: unknown): ModelParsed {
    const short = typeof raw === "string" ? /^([+-]?)(?:(\d+):)?(\d+(?:\.\d+)?)$/.exec(raw) : null;
    if (short === null) return parseDuration(raw);
    const [, sign = "", minutes = "0", seconds = "0"] = short;
    const ms = Math.round(Number(minutes) * 60_000 + Number(seconds) * 1000);
    return parseDuration(sign === "-" ? -ms : ms);
  }

  protected override format(value: unknown): unknown {
    return typeof value === "number" ? durationText(value) : value;
  }
}

/** `93784500` as `1 02:03:04.5`. */
export function durationText(ms: number): string {
  const total = Math.abs(ms);
  const two = (number: number): string => String(Math.floor(number)).padStart(2, "0");
  const days = Math.floor(total / 86_400_000);
  const rest = total % 86_400_000;
  const fraction =
    rest % 1000 === 0
      ? ""
      : `.${String(rest % 1000)
          .padStart(3, "0")
          .replace(/0+$/, "")}`;
  const clock = `${two(rest / 3_600_000)}:${two((rest / 60_000) % 60)}:${two((rest / 1000) % 60)}${fraction}`;
  return `${ms < 0 ? "-" : ""}${days === 0 ? "" : `${days} `}${clock}`;
}
