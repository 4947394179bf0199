const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the clocks of `zone` show at `instant`, as `<input type="datetime-local">` has it: `2026-11-21T18:30`. */
export function localText(instant: Date, zone: string): string {
  if (Number.isNaN(instant.getTime())) return "";
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = value;
  const { year = "", month, day, hour, minute, second } = parts;
  const ms = ((instant.getTime() % 1000) + 1000) % 1000;
  const fraction = ms === 0 ? "" : `.${String(ms).padStart(3, "0")}`;
  const seconds = second === "00" && fraction === "" ? "" : `:${second}${fraction}`;
  return `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}${seconds}`;
}
