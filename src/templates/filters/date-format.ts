/** The parts of a date in a time zone. */
interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      ...(zone === "" ? {} : { timeZone: zone }),
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    // As many as there are zones, which `Intl` refuses beyond.
    formats.set(zone, format);
  }
  return format;
}

function partsOf(date: Date, zone: string): DateParts {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = Math.round((asUtc - Math.floor(date.getTime() / 1000) * 1000) / 60_000);
  return { year, month, day, hour, minute, second, weekday: new Date(asUtc).getUTCDay(), offset };
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const associatedPress = [
  "Jan.",
  "Feb.",
  "March",
  "April",
  "May",
  "June",
  "July",
  "Aug.",
  "Sept.",
  "Oct.",
  "Nov.",
  "Dec.",
];
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function suffix(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function dayOfYear({ year, month, day }: DateParts): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
}

/** ISO 8601 week and its year. */
function week({ year, month, day, weekday }: DateParts): { readonly week: number; readonly year: number } {
  const thursday = new Date(Date.UTC(year, month - 1, day + 4 - (weekday === 0 ? 7 : weekday)));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return { week: Math.floor((thursday.getTime() - first) / 604_800_000) + 1, year: thursday.getUTCFullYear() };
}

function offsetText({ offset }: DateParts, colon: string): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
}

function friendlyTime({ hour, minute }: DateParts): string {
  if (minute === 0 && hour === 0) return "midnight";
  if (minute === 0 && hour === 12) return "noon";
  const clock = minute === 0 ? String(hour % 12 || 12) : `${hour % 12 || 12}:${two(minute)}`;
  return `${clock} ${hour < 12 ? "a.m." : "p.m."}`;
}

function zoneName(date: Date, zone: string): string {
  const format = new Intl.DateTimeFormat("en-US", {
    ...(zone === "" ? {} : { timeZone: zone }),
    timeZoneName: "short",
  });
  return format.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** Of a second, where there is any. */
function fraction(date: Date): string {
  const milliseconds = date.getUTCMilliseconds();
  return milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}000`;
}

/** Whether the clocks are put forward: less than the most that they are ahead of Greenwich is winter. */
function isSummerTime({ year, offset }: DateParts, zone: string): boolean {
  const offsets = [0, 6].map((month) => partsOf(new Date(Date.UTC(year, month, 1)), zone).offset);
  return offset > Math.min(...offsets);
}

type Letter = (parts: DateParts, date: Date, zone: string) => string;

function at(list: readonly string[], index: number): string {
  return list[index] ?? "";
}

const letters: Readonly<Record<string, Letter>> = {
  a: ({ hour }) => (hour < 12 ? "a.m." : "p.m."),
  A: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  b: ({ month }) =>
    at(months, month - 1)
      .slice(0, 3)
      .toLowerCase(),
  c: (parts, date, zone) => formatDate(date, "Y-m-d\\TH:i:s", zone) + fraction(date) + offsetText(parts, ":"),
  d: ({ day }) => two(day),
  D: ({ weekday }) => at(days, weekday).slice(0, 3),
  e: (_, date, zone) => (zone === "" ? zoneName(date, zone) : zone),
  E: ({ month }) => at(months, month - 1),
  f: ({ hour, minute }) => (minute === 0 ? String(hour % 12 || 12) : `${hour % 12 || 12}:${two(minute)}`),
  F: ({ month }) => at(months, month - 1),
  g: ({ hour }) => String(hour % 12 || 12),
  G: ({ hour }) => String(hour),
  h: ({ hour }) => two(hour % 12 || 12),
  H: ({ hour }) => two(hour),
  i: ({ minute }) => two(minute),
  I: (parts, _, zone) => (isSummerTime(parts, zone) ? "1" : "0"),
  j: ({ day }) => String(day),
  l: ({ weekday }) => at(days, weekday),
  L: ({ year }) => String(isLeap(year)),
  m: ({ month }) => two(month),
  M: ({ month }) => at(months, month - 1).slice(0, 3),
  n: ({ month }) => String(month),
  N: ({ month }) => at(associatedPress, month - 1),
  o: (parts) => String(week(parts).year),
  O: (parts) => offsetText(parts, ""),
  P: friendlyTime,
  r: (parts, date, zone) => `${formatDate(date, "D, d M Y H:i:s", zone)} ${offsetText(parts, "")}`,
  s: ({ second }) => two(second),
  S: ({ day }) => suffix(day),
  t: ({ year, month }) => String(new Date(Date.UTC(year, month, 0)).getUTCDate()),
  T: (_, date, zone) => zoneName(date, zone),
  u: (_, date) => `${String(date.getMilliseconds()).padStart(3, "0")}000`,
  U: (_, date) => String(Math.floor(date.getTime() / 1000)),
  w: ({ weekday }) => String(weekday),
  W: (parts) => String(week(parts).week),
  y: ({ year }) => two(year % 100),
  Y: ({ year }) => String(year).padStart(4, "0"),
  z: (parts) => String(dayOfYear(parts)),
  Z: ({ offset }) => String(offset * 60),
};

/** Django's names of formats. */
const named: Readonly<Record<string, string>> = {
  DATE_FORMAT: "N j, Y",
  DATETIME_FORMAT: "N j, Y, P",
  TIME_FORMAT: "P",
  YEAR_MONTH_FORMAT: "F Y",
  MONTH_DAY_FORMAT: "F j",
  SHORT_DATE_FORMAT: "m/d/Y",
  SHORT_DATETIME_FORMAT: "m/d/Y P",
};

/** `date` in Django's format letters; `\` before a letter leaves it as it is. `zone`: a name of IANA, or this machine's. */
export function formatDate(date: Date, format: string, zone = ""): string {
  const parts = partsOf(date, zone);
  const wanted = Object.hasOwn(named, format) ? (named[format] ?? "") : format;
  return wanted.replace(/\\(.)|([a-zA-Z])/g, (found, escaped: string | undefined, letter: string | undefined) => {
    if (escaped !== undefined) return escaped;
    return letter === undefined || !Object.hasOwn(letters, letter)
      ? found
      : (letters[letter]?.(parts, date, zone) ?? found);
  });
}
