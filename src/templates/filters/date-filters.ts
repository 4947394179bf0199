import type { TemplateFilter } from "../filter.js";
import { asDate, asText } from "./as-values.js";
import { formatDate } from "./date-format.js";
import { liquidFunction } from "./liquid-function.js";

const strftime = liquidFunction("date");

/** Liquid's formats have `%`, Django's have none. */
function dateText(value: unknown, format: unknown, zone: unknown): unknown {
  if (typeof format !== "string" || format === "" || format.includes("%")) return strftime(value, format, zone);
  const date = asDate(value);
  return date === undefined ? "" : formatDate(date, format, zone === undefined ? "" : asText(zone));
}

const units = ["year", "month", "week", "day", "hour", "minute"] as const;

/** Calendar years and months, then weeks, days, hours and minutes between two instants. */
function spans(from: Date, to: Date): readonly number[] {
  let months = (to.getFullYear() - from.getFullYear()) * 12 + to.getMonth() - from.getMonth();
  const after = (count: number): Date => {
    const date = new Date(from);
    date.setDate(1);
    date.setMonth(from.getMonth() + count);
    const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
    date.setDate(Math.min(from.getDate(), last));
    return date;
  };
  if (after(months) > to) months -= 1;
  let rest = Math.floor((to.getTime() - after(months).getTime()) / 60_000);
  const counts = [Math.floor(months / 12), months % 12];
  for (const minutes of [10_080, 1440, 60, 1]) {
    counts.push(Math.floor(rest / minutes));
    rest %= minutes;
  }
  return counts;
}

/** `2 weeks, 3 days`: the two largest units that follow each other. The blanks before units do not break. */
export function timeBetween(from: Date, to: Date): string {
  if (to <= from) return "0\u00A0minutes";
  const counts = spans(from, to);
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return "0\u00A0minutes";
  const shown = [first, first + 1].flatMap((index) => {
    const count = counts[index] ?? 0;
    return count === 0 ? [] : [`${count}\u00A0${units[index] ?? ""}${count === 1 ? "" : "s"}`];
  });
  return shown.join(", ");
}

function since(value: unknown, other: unknown): string {
  const [date, now] = [asDate(value), other === undefined ? new Date() : asDate(other)];
  return date === undefined || now === undefined ? "" : timeBetween(date, now);
}

function until(value: unknown, other: unknown): string {
  const [date, now] = [asDate(value), other === undefined ? new Date() : asDate(other)];
  return date === undefined || now === undefined ? "" : timeBetween(now, date);
}

function naturalDay(value: unknown, format: unknown): unknown {
  const date = asDate(value);
  if (date === undefined) return value;
  const midnight = (one: Date): number => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime();
  const distance = Math.round((midnight(date) - midnight(new Date())) / 86_400_000);
  const word = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[distance];
  return word ?? formatDate(date, format === undefined ? "DATE_FORMAT" : asText(format));
}

function naturalTime(value: unknown): unknown {
  const date = asDate(value);
  if (date === undefined) return value;
  const now = new Date();
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  const isPast = seconds >= 0;
  const distance = Math.abs(seconds);
  const said = (text: string): string => (isPast ? `${text} ago` : `${text} from now`);
  if (distance === 0) return "now";
  if (distance < 60) return said(distance === 1 ? "a second" : `${distance}\u00A0seconds`);
  if (distance < 3600) return said(distance < 120 ? "a minute" : `${Math.floor(distance / 60)}\u00A0minutes`);
  if (distance < 86_400) return said(distance < 7200 ? "an hour" : `${Math.floor(distance / 3600)}\u00A0hours`);
  return said(isPast ? timeBetween(date, now) : timeBetween(now, date));
}

/** Filters of dates, under Django's names. */
export const dateFilters: Readonly<Record<string, TemplateFilter>> = {
  date: dateText,
  naturalday: naturalDay,
  naturaltime: naturalTime,
  time: (value: unknown, format: unknown, zone: unknown) => dateText(value, format ?? "TIME_FORMAT", zone),
  timesince: since,
  timeuntil: until,
};
