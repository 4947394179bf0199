import { createHash } from "node:crypto";

type Value = string | number | bigint | null;

/** Functions that SQLite does not have and queries may need; null of anything is null. */
export const userFunctions: Readonly<Record<string, (...args: Value[]) => Value>> = {
  // `text REGEXP pattern` calls it with the pattern first.
  regexp: (pattern, text) => matches(pattern, text, "u"),
  hotclub_iregexp: (text, pattern) => matches(pattern, text, "iu"),
  hotclub_hash: (algorithm, text) =>
    text === null ? null : createHash(String(algorithm)).update(String(text)).digest("hex"),
  hotclub_date_part: (instant, zone, part) => (instant === null ? null : partOf(instant, zone, String(part))),
  hotclub_trunc: (instant, zone, unit) => (instant === null ? null : truncated(instant, String(zone), String(unit))),
};

/** Aggregates that SQLite does not have, over whole numbers of 64 bits; of nothing but nulls they are null. */
export const userAggregates: Readonly<Record<string, (total: bigint, next: bigint) => bigint>> = {
  hotclub_bit_and: (total, next) => total & next,
  hotclub_bit_or: (total, next) => total | next,
  hotclub_bit_xor: (total, next) => total ^ next,
};

/** Programs have few patterns; those of users come and go. */
const maxPatterns = 200;
const patterns = new Map<string, RegExp>();

function matches(pattern: Value | undefined, text: Value | undefined, flags: string): Value {
  if (pattern === null || pattern === undefined || text === null || text === undefined) return null;
  const key = `${flags} ${String(pattern)}`;
  let known = patterns.get(key);
  if (known === undefined) {
    if (patterns.size >= maxPatterns) patterns.clear();
    known = new RegExp(String(pattern), flags);
    patterns.set(key, known);
  }
  return known.test(String(text)) ? 1 : 0;
}

const formats = new Map<string, Intl.DateTimeFormat>();

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What calendar and clock show in `zone`. */
function wallOf(instant: number, zone: string): Wall {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  const found = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes): number => found.get(type) ?? 0;
  return {
    year: at("year"),
    month: at("month"),
    day: at("day"),
    hour: at("hour"),
    minute: at("minute"),
    second: at("second"),
  };
}

const dayMs = 86_400_000;

/** The wall's day as an instant of UTC, to count with. */
function dayOf({ year, month, day }: Wall): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

/** Monday is 1. */
function isoWeekDay(day: number): number {
  return ((new Date(day).getUTCDay() + 6) % 7) + 1;
}

function isoWeek(day: number): { year: number; week: number } {
  const thursday = new Date(day + (4 - isoWeekDay(day)) * dayMs);
  const year = thursday.getUTCFullYear();
  const start = new Date(0);
  start.setUTCFullYear(year, 0, 1);
  return { year, week: Math.floor((thursday.getTime() - start.getTime()) / dayMs / 7) + 1 };
}

function partOf(instant: Value, zone: Value | undefined, part: string): Value {
  const wall = wallOf(Number(instant), String(zone));
  const day = dayOf(wall);
  switch (part) {
    case "year":
      return wall.year;
    case "month":
      return wall.month;
    case "day":
      return wall.day;
    case "hour":
      return wall.hour;
    case "minute":
      return wall.minute;
    case "second":
      return wall.second;
    case "quarter":
      return Math.floor((wall.month + 2) / 3);
    case "iso_year":
      return isoWeek(day).year;
    case "week":
      return isoWeek(day).week;
    case "iso_week_day":
      return isoWeekDay(day);
    case "week_day":
      return new Date(day).getUTCDay() + 1;
    case "time": {
      const milliseconds = ((Number(instant) % 1000) + 1000) % 1000;
      const fraction = String(milliseconds).padStart(3, "0").replace(/0+$/, "");
      const clock = [wall.hour, wall.minute, wall.second].map((one) => String(one).padStart(2, "0")).join(":");
      return fraction === "" ? clock : `${clock}.${fraction}`;
    }
    case "date":
      return new Date(day).toISOString().slice(0, 10);
    default:
      return null;
  }
}

const clockUnits: Readonly<Record<string, number>> = { hour: 3_600_000, minute: 60_000, second: 1000 };

function truncated(instant: Value, zone: string, unit: string): Value {
  const time = Number(instant);
  const wall = wallOf(time, zone);
  const day = dayOf(wall);
  const wallTime = day + ((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000;
  const date = new Date(day);
  const start = (year: number, month: number): number => dayOf({ ...wall, year, month, day: 1 });
  const size = clockUnits[unit];
  // Of an hour that the clocks show twice, the one that the instant is in.
  if (size !== undefined) return time - (wallTime % size) - (((time % 1000) + 1000) % 1000);
  const target: Readonly<Record<string, number>> = {
    year: start(wall.year, 1),
    quarter: start(wall.year, Math.floor((wall.month - 1) / 3) * 3 + 1),
    month: start(wall.year, wall.month),
    week: date.getTime() - (isoWeekDay(day) - 1) * dayMs,
    day,
  };
  return instantAt(target[unit] ?? day, zone);
}

/** The instant at which the wall in `zone` shows what UTC shows at `wallTime`. */
function instantAt(wallTime: number, zone: string): number {
  const offset = (at: number): number => {
    const wall = wallOf(at, zone);
    return dayOf(wall) + ((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000 - at;
  };
  // Twice: the offset may be another one on the other side of a change of clocks.
  const guess = wallTime - offset(wallTime);
  const found = wallTime - offset(guess);
  // Where clocks skip midnight no instant shows it: the day begins when they do.
  return found + offset(found) === wallTime ? found : wallTime - offset(wallTime - dayMs);
}
