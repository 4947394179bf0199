const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, format);
  return format;
}

/** Whether `name` is a time zone that this Node knows, such as `Europe/Paris`. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** How far the clocks of `zone` are ahead of UTC at the instant `ms`, in milliseconds. */
function offsetAt(zone: string, ms: number): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) parts[type] = value;
  const year = parts["era"] === "BC" ? 1 - Number(parts["year"]) : Number(parts["year"]);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(parts["month"]) - 1, Number(parts["day"]));
  local.setUTCHours(Number(parts["hour"]), Number(parts["minute"]), Number(parts["second"]));
  return local.getTime() - Math.floor(ms / 1000) * 1000;
}

/** What a UTC clock would show where the clocks of `zone` show what they do at the instant `ms`, in milliseconds. */
export function localTime(ms: number, zone: string): number {
  return zone === "UTC" ? ms : ms + offsetAt(zone, ms);
}

/** The day that the calendar of `zone` shows at `instant`, as `YYYY-MM-DD`. */
export function dayInZone(instant: Date, zone: string): string {
  return new Date(localTime(instant.getTime(), zone)).toISOString().slice(0, 10);
}

/**
 * The instant at which the clocks of `zone` show what a UTC clock shows at `localMs`. A time that they skip is taken
 * with the offset before the change, and of one that they show twice the first is taken, as `Temporal` does.
 */
export function instantInZone(localMs: number, zone: string): number {
  if (zone === "UTC") return localMs;
  const day = 86_400_000;
  const before = offsetAt(zone, localMs - day);
  const after = offsetAt(zone, localMs + day);
  const candidates = [localMs - before, localMs - after];
  for (const [index, offset] of [before, after].entries()) {
    const candidate = candidates[index] ?? localMs;
    if (offsetAt(zone, candidate) === offset) return candidate;
  }
  return localMs - before;
}
