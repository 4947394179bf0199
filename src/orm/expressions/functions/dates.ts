import type { DatePart } from "../../compiler/nodes.js";
import type { Argument, ArgumentResult, NullFrom } from "../../typing/result.js";
import { nodeOf } from "../arguments.js";
import { Expression } from "../expression.js";
import { oneOf } from "../one-of.js";
import type { FunctionExpression, OutputName } from "../nodes.js";

/** Options of functions of instants. */
export interface ZoneOption {
  /** The zone whose calendar and clock are meant, such as `Europe/Paris`. Default UTC. Not with libsql. */
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
] as const satisfies readonly DatePart[];

type Part<A> = Expression<number, NullFrom<A, number>>;

function zoneOf({ timeZone }: ZoneOption): string | undefined {
  if (timeZone === undefined || timeZone === "UTC") return undefined;
  // Throws a RangeError for a zone that there is not.
  return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
}

function inZone(
  name: string,
  of: Argument,
  part: string,
  zone: string,
  output: FunctionExpression["output"],
): FunctionExpression {
  const value = (text: string) => ({ kind: "value", value: text }) as const;
  return { kind: "function", name, args: [nodeOf(of), value(zone), value(part)], output };
}

/** A part of an instant or a day, as a number: see the lookups of dates. */
export function Extract<const A extends Argument>(of: A, part: Exclude<DatePart, "date">, options: ZoneOption = {}) {
  return extract(of, part, "integer", options) as Part<A>;
}

function extract(of: Argument, part: DatePart, output: OutputName, options: ZoneOption): Expression<never, never> {
  const zone = zoneOf(options);
  oneOf("The part of a date", part, parts);
  return new Expression(
    zone === undefined
      ? { kind: "function", name: `part_${part}`, args: [nodeOf(of)], output }
      : inZone("part_zoned", of, part, zone, output),
  );
}

const part =
  (name: Exclude<DatePart, "date">) =>
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
  const zone = zoneOf(options);
  oneOf("The unit of Trunc", unit, units);
  return new Expression(
    zone === undefined
      ? { kind: "function", name: `trunc_${unit}`, args: [nodeOf(of)], output: "same" }
      : inZone("trunc_zoned", of, unit, zone, "same"),
  );
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

/** Now, by the clock of the database. */
export function Now(): Expression<Date, Date> {
  return new Expression({ kind: "function", name: "now", args: [], output: "dateTime" });
}
