import { declare } from "../../schema/construction.js";
import { DateField, type DateOptions } from "../dates/date-field.js";
import { DateTimeField, type DateTimeOptions } from "../dates/date-time-field.js";
import { DurationField } from "../dates/duration-field.js";
import { TimeField, type TimeOptions } from "../dates/time-field.js";
import type { FieldOptions } from "../field.js";
import type { ColumnFor } from "./property-types.js";

export function dateTime<const Options extends DateTimeOptions = DateTimeOptions>(
  options?: Options,
): ColumnFor<Date, "dateTime", Options> {
  return declare("dateTime", () => new DateTimeField(options)) as ColumnFor<Date, "dateTime", Options>;
}

export function date<const Options extends DateOptions = DateOptions>(
  options?: Options,
): ColumnFor<string, "date", Options, string | Date> {
  return declare("date", () => new DateField(options)) as ColumnFor<string, "date", Options, string | Date>;
}

export function time<const Options extends TimeOptions = TimeOptions>(
  options?: Options,
): ColumnFor<string, "time", Options> {
  return declare("time", () => new TimeField(options)) as ColumnFor<string, "time", Options>;
}

export function duration<const Options extends FieldOptions<number> = FieldOptions<number>>(
  options?: Options,
): ColumnFor<number, "duration", Options> {
  return declare("duration", () => new DurationField(options)) as ColumnFor<number, "duration", Options>;
}
