import { isTimeZone, TimeZoneUnknown } from "../../../core/index.js";
import type { DatePart } from "../../compiler/nodes.js";
import type { Argument, ArgumentResult, NullFrom } from "../../typing/result.js";
import { nodeOf } from "../arguments.js";
import { Expression } from "../expression.js";
import { oneOf } from "../one-of.js";
import type { FunctionExpression, OutputName } from "../nodes.js";

/** Options of functions of instants. */
export interface ZoneOption {
  /**
   * The zone whose calendar and clock are meant, such as `Europe/Paris`. Default the current one. Zones other than UTC
   * need a driver that can be given functions, which libsql cannot.
   */
  readonly timeZone?: string;
}

/** The periods that `Trunc` knows. */
export type TruncUnit = (typeof units)[number];

const units = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"] as const;

const parts = [
  "date",
  "year",
  "iso_year",
  "quarter",
  "month",
  "week",
  "day",
  "week_day",
  "iso_week_day",
  "hour",
  "minute",
  "second",
  "time",
] as const satisfies readonly DatePart[];

type Part<A> = Expression<number, NullFrom<A, number>>;

function ofDate(
  name: string,
  of: Argument,
  output: FunctionExpression["output"],
  { timeZone }: ZoneOption,
): Expression<never, never> {
  const node: FunctionExpression = { kind: "function", name, args: [nodeOf(of)], output };
  if (timeZone === undefined) return new Expression(node);
  if (!isTimeZone(timeZone)) throw new TimeZoneUnknown({ zone: timeZone });
  return new Expression({ ...node, zone: timeZone });
}

/** A part of an instant, a day or a time, as a number: see the lookups of dates. */
export function Extract<const A extends Argument>(of: A, part: NumberPart, options: ZoneOption = {}) {
  return extract(of, part, "integer", options) as Part<A>;
}

type NumberPart = Exclude<DatePart, "date" | "time">;

function extract(of: Argument, part: DatePart, output: OutputName, options: ZoneOption): Expression<never, never> {
  oneOf("The part of a date", part, parts);
  return ofDate(`part_${part}`, of, output, options);
}

const part =
  (name: NumberPart) =>
  <const A extends Argument>(of: A, options: ZoneOption = {}): Part<A> =>
    Extract(of, name, options);

export const ExtractYear = part("year");
export const ExtractIsoYear = part("iso_year");
export const ExtractQuarter = part("quarter");
export const ExtractMonth = part("month");
export const ExtractWeek = part("week");
export const ExtractDay = part("day");
export const ExtractWeekDay = part("week_day");
export const ExtractIsoWeekDay = part("iso_week_day");
export const ExtractHour = part("hour");
export const ExtractMinute = part("minute");
export const ExtractSecond = part("second");

/** The beginning of the period that an instant or a day is in. Weeks begin on Monday. */
export function Trunc<const A extends Argument>(
  of: A,
  unit: TruncUnit,
  options: ZoneOption = {},
): Expression<never, ArgumentResult<A>> {
  oneOf("The unit of Trunc", unit, units);
  return ofDate(`trunc_${unit}`, of, "same", options);
}

const truncated =
  (unit: TruncUnit) =>
  <const A extends Argument>(of: A, options: ZoneOption = {}): Expression<never, ArgumentResult<A>> =>
    Trunc(of, unit, options);

export const TruncYear = truncated("year");
export const TruncQuarter = truncated("quarter");
export const TruncMonth = truncated("month");
export const TruncWeek = truncated("week");
export const TruncDay = truncated("day");
export const TruncHour = truncated("hour");
export const TruncMinute = truncated("minute");
export const TruncSecond = truncated("second");

/** The day of an instant, as `YYYY-MM-DD`. */
export function TruncDate<const A extends Argument>(
  of: A,
  options: ZoneOption = {},
): Expression<string, NullFrom<A, string>> {
  return extract(of, "date", "date", options);
}

/** The time of day of an instant, as `HH:MM:SS`. */
export function TruncTime<const A extends Argument>(
  of: A,
  options: ZoneOption = {},
): Expression<string, NullFrom<A, string>> {
  return extract(of, "time", "time", options);
}

/** Now, by the clock of the database. */
export function Now(): Expression<Date, Date> {
  return new Expression({ kind: "function", name: "now", args: [], output: "dateTime" });
}
