import { Cron } from "croner";

/** When a schedule fires: the first time after another, in milliseconds since 1970; `undefined` where there is none. */
export interface Timetable {
  next(after: number): number | undefined;
}

/**
 * Times by a cron pattern (minute, hour, day of the month, month, day of the week; seconds may come first), as the clocks
 * of `timeZone` show them. Throws an `Error` that says what is wrong.
 *
 * When clocks go forward, what would fire in the hour that there is not fires at its end; when they go back, a pattern
 * that names an hour fires once, in the first of the two.
 */
export function cronTimetable(pattern: string, timeZone: string): Timetable {
  // Paused, it only computes.
  const cron = new Cron(pattern, { timezone: timeZone, paused: true });
  const timetable = { next: (after: number) => cron.nextRun(new Date(after))?.getTime() };
  // A zone that there is not is noticed when it is used.
  timetable.next(0);
  return timetable;
}

/** Every `everyMs` milliseconds since 1970, so that all processes agree. */
export function intervalTimetable(everyMs: number): Timetable {
  return { next: (after) => (Math.floor(after / everyMs) + 1) * everyMs };
}
