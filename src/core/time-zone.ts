import { AsyncLocalStorage } from "node:async_hooks";

import { defineError } from "./errors.js";

/** A name is no time zone that this Node knows. Use one of the IANA database, such as `Europe/Paris`. */
export class TimeZoneUnknown extends defineError({
  code: "CORE_TIME_ZONE_UNKNOWN",
  message: (p: { zone: string }) =>
    `${JSON.stringify(p.zone)} is no time zone. Use a name of the IANA database, such as "Europe/Paris".`,
}) {}

const storage = new AsyncLocalStorage<string>();
let standard = "UTC";
/** Until a zone is activated there is nothing to look for. */
let isActivated = false;

/** The names that were found to be zones, with what Node calls them. */
const known = new Map<string, string>([["UTC", "UTC"]]);

/** Whether `name` is a time zone that this Node knows. */
export function isTimeZone(name: string): boolean {
  return nameOf(name) !== undefined;
}

function nameOf(zone: string): string | undefined {
  const found = known.get(zone);
  if (found !== undefined) return found;
  try {
    const name = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
    known.set(zone, name);
    return name;
  } catch {
    return undefined;
  }
}

function checked(zone: string): string {
  const name = nameOf(zone);
  if (name === undefined) throw new TimeZoneUnknown({ zone });
  return name;
}

/** The zone of a process in which nobody has activated another: the setting `TIME_ZONE`, else UTC. */
export function defaultTimeZone(): string {
  return standard;
}

/** Sets the zone that `defaultTimeZone` gives; a project does it at start. Throws `TimeZoneUnknown`. */
export function setDefaultTimeZone(zone: string): void {
  standard = checked(zone);
}

/** The zone that days and hours are meant in by the running code: the innermost `inTimeZone`, else the default. */
export function currentTimeZone(): string {
  return isActivated ? (storage.getStore() ?? standard) : standard;
}

/**
 * Runs `work`, and what it awaits, with `zone` as the current time zone: lookups such as `sentAt__date`, `Trunc` and
 * what shows times to people mean its days and hours. Throws `TimeZoneUnknown`.
 *
 * ```ts
 * const today = await inTimeZone(user.timeZone, () => Message.filter({ sentAt__date: new Date() }).count());
 * ```
 */
export function inTimeZone<T>(zone: string, work: () => T): T {
  const name = checked(zone);
  isActivated = true;
  return storage.run(name, work);
}
