const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const time = String.raw`(\d\d):(\d\d):(\d\d)`;
const month = `(${months.join("|")})`;
// RFC 9110 §5.6.7: the format of today, and two that old clients send.
const fixedDate = new RegExp(`^\\w{3}, (\\d\\d) ${month} (\\d{4}) ${time} GMT$`);
const rfc850Date = new RegExp(`^\\w{6,9}, (\\d\\d)-${month}-(\\d\\d) ${time} GMT$`);
const asctimeDate = new RegExp(`^\\w{3} ${month} ([ \\d]\\d) ${time} (\\d{4})$`);

/** A time as HTTP writes it, in whole seconds: `Sun, 06 Nov 1994 08:49:37 GMT`. */
export function formatHttpDate(date: Date): string {
  return date.toUTCString();
}

/** The milliseconds since 1970 that an HTTP date stands for, or `undefined` when it is none (RFC 9110 §5.6.7). */
export function parseHttpDate(text: string): number | undefined {
  const fixed = fixedDate.exec(text);
  if (fixed !== null) return timeOf(fixed[3], fixed[2], fixed[1], fixed.slice(4));
  const old = rfc850Date.exec(text);
  if (old !== null) return timeOf(fullYear(Number(old[3])), old[2], old[1], old.slice(4));
  const asctime = asctimeDate.exec(text);
  if (asctime !== null) return timeOf(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6));
  return undefined;
}

/** Two digits of a year stand for the one that is at most 50 years ahead. */
function fullYear(twoDigits: number): number {
  const now = new Date().getUTCFullYear();
  const year = now - (now % 100) + twoDigits;
  return year > now + 50 ? year - 100 : year;
}

type Part = string | number | undefined;

function timeOf(year: Part, monthName: Part, day: Part, [hour, minute, second]: readonly string[]): number | undefined {
  const monthIndex = months.indexOf(String(monthName));
  const date = new Date(
    Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Math.min(Number(second), 59)),
  );
  // `Date` takes the 31st of February for a day in March.
  const isReal = date.getUTCDate() === Number(day) && date.getUTCHours() === Number(hour);
  return isReal && Number(minute) < 60 && Number(second) <= 60 ? date.getTime() : undefined;
}
