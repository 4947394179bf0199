import type { ModelField } from "../../../orm/index.js";
import { ListQueryInvalid } from "../../errors.js";
import { capitalized } from "../../model/words.js";
import { emptyChoice, type FilterChoice, type PanelFilter } from "./panel-filter.js";

const dayMs = 24 * 3600 * 1000;

const periods: ReadonlyMap<string, { readonly label: string; since(today: Date): Date }> = new Map([
  ["today", { label: "Today", since: (today: Date) => today }],
  ["week", { label: "Past 7 days", since: (today: Date) => new Date(today.getTime() - 7 * dayMs) }],
  ["month", { label: "This month", since: (today: Date) => utcDay(today.getUTCFullYear(), today.getUTCMonth()) }],
  ["year", { label: "This year", since: (today: Date) => utcDay(today.getUTCFullYear(), 0) }],
]);

/** A filter by how long ago a day or an instant is, counted in UTC. */
export function dateFilter(path: string, field: ModelField): PanelFilter {
  const choices: FilterChoice[] = [...periods].map(([value, { label }]) => ({ value, label }));
  if (field.null) choices.push({ value: emptyChoice, label: "Empty" }, { value: "any", label: "Any date" });
  const where = (value: string): Readonly<Record<string, unknown>> => {
    if (field.null && (value === emptyChoice || value === "any")) return { [`${path}__isnull`]: value !== "any" };
    const period = periods.get(value);
    if (period === undefined) {
      const known = choices.map((choice) => choice.value).join(", ");
      throw new ListQueryInvalid({ parameter: path, problem: `is none of ${known}` });
    }
    const now = new Date();
    const today = utcDay(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
    return between(path, field, period.since(today), new Date(today.getTime() + dayMs));
  };
  return {
    parameter: path,
    title: capitalized(field.verboseName),
    choices: () => Promise.resolve(choices),
    where,
    apply: (rows, value) => rows.filterBy(where(value)),
  };
}

/** The lookups for what is from `start` to before `end`. */
export function between(path: string, field: ModelField, start: Date, end: Date): Readonly<Record<string, unknown>> {
  const asStored = (instant: Date): unknown => (field.type === "date" ? instant.toISOString().slice(0, 10) : instant);
  return { [`${path}__gte`]: asStored(start), [`${path}__lt`]: asStored(end) };
}

export function utcDay(year: number, month: number, day = 1): Date {
  const instant = new Date(0);
  // Not `Date.UTC`, which takes the years up to 99 for those of the twentieth century.
  instant.setUTCFullYear(year, month, day);
  return instant;
}
