const msOf: Readonly<Record<string, number>> = { year: 31_557_600_000, mon: 2_592_000_000, day: 86_400_000 };

/**
 * `1 day -02:03:04.5` in milliseconds. Hotclub writes milliseconds only, so that the larger units come from elsewhere:
 * a day has 24 hours, a month 30 days, a year 365.25, as when PostgreSQL itself gives the epoch of an interval.
 */
export function parseInterval(text: string): number {
  let ms = 0;
  for (const [, amount, unit = ""] of text.matchAll(/([+-]?\d+) (year|mon|day)s?/g)) {
    ms += Number(amount) * (msOf[unit] ?? 0);
  }
  const clock = /([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(text);
  if (clock === null) return ms;
  const [, sign, hours, minutes, seconds, fraction = ""] = clock;
  const size =
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Number(fraction.padEnd(3, "0").slice(0, 3));
  return ms + (sign === "-" ? -size : size);
}
