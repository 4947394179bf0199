import type { ModelField } from "../../orm/index.js";
import { formatDate } from "../../templates/index.js";
import type { Rows } from "../model/rows.js";
import { between, utcDay } from "./filters/date-filter.js";
import type { ListDate, ListLinks } from "./list-state.js";

/** A link of the walk down a date. */
export interface DateStep {
  readonly label: string;
  readonly url: string;
  readonly isCurrent: boolean;
}

/** The lookups for the year, month or day. */
export function dateWhere(
  path: string,
  field: ModelField,
  { year, month, day }: ListDate,
): Readonly<Record<string, unknown>> {
  if (month === undefined) return between(path, field, utcDay(year, 0), utcDay(year + 1, 0));
  if (day === undefined) return between(path, field, utcDay(year, month - 1), utcDay(year, month));
  return between(path, field, utcDay(year, month - 1, day), utcDay(year, month - 1, day + 1));
}

/**
 * The ways up from `date`, and down to the years, months or days that `rows` have. Where all are of one year, or of one
 * month, the way down begins there.
 */
export async function dateSteps(
  rows: Rows,
  path: string,
  field: ModelField,
  date: ListDate | undefined,
  links: ListLinks,
): Promise<readonly DateStep[]> {
  const url = (to: Partial<ListDate>): string =>
    links.change({ year: text(to.year), month: text(to.month), day: text(to.day) });
  const up: DateStep[] = [{ label: "All dates", url: url({}), isCurrent: date === undefined }];
  if (date !== undefined) {
    const { year, month, day } = date;
    up.push({ label: String(year), url: url({ year }), isCurrent: month === undefined });
    if (month !== undefined) {
      up.push({ label: monthName(year, month), url: url({ year, month }), isCurrent: day === undefined });
    }
    if (day !== undefined) up.push({ label: String(day), url: url({ year, month: month ?? 1, day }), isCurrent: true });
  }
  if (date?.day !== undefined) return up;
  const periods = async (unit: Unit): Promise<readonly Required<ListDate>[]> => {
    const found = await (field.type === "date" ? rows.dates(path, unit) : rows.datetimes(path, unit));
    return (found as readonly (Date | string)[]).map(dayOf);
  };
  let unit: Unit = date === undefined ? "year" : date.month === undefined ? "month" : "day";
  let found = await periods(unit);
  if (date === undefined && found.length === 1) found = await periods((unit = "month"));
  if (date === undefined && unit === "month" && found.length === 1) found = await periods((unit = "day"));
  const down = found.map(({ year, month, day }): DateStep => {
    const name = monthName(year, month);
    if (unit === "year") return { label: String(year), url: url({ year }), isCurrent: false };
    if (unit === "month") {
      const label = date === undefined ? `${name} ${year}` : name;
      return { label, url: url({ year, month }), isCurrent: false };
    }
    const label = date === undefined ? `${name} ${day}, ${year}` : String(day);
    return { label, url: url({ year, month, day }), isCurrent: false };
  });
  return [...up, ...down];
}

type Unit = "year" | "month" | "day";

function dayOf(period: Date | string): Required<ListDate> {
  const day = typeof period === "string" ? period : period.toISOString().slice(0, 10);
  const [year = 0, month = 1, dayOfMonth = 1] = day.split("-").map(Number);
  return { year, month, day: dayOfMonth };
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** As every page calls it. */
function monthName(year: number, month: number): string {
  return formatDate(utcDay(year, month - 1), "F", "UTC");
}
