import { toError } from "../../core/index.js";
import { ScheduleInvalid } from "../errors.js";
import type { Task } from "../tasks/task.js";
import { cronTimetable, intervalTimetable, type Timetable } from "./timetable.js";

/** One firing of a schedule. */
export interface Firing {
  readonly schedule: string;
  /** The time that it is for; it may come later. */
  readonly at: Date;
}

/** When a task is to run, and what about times at which no worker was there. */
export interface ScheduleOptions<Input = unknown> {
  /**
   * A cron pattern: minute, hour, day of the month, month, day of the week, with `*`, lists, ranges, steps and names;
   * seconds may come first. Or `@daily` and its like.
   */
  readonly cron?: string;
  /** Or every so many milliseconds, from 1000. */
  readonly everyMs?: number;
  /** The time zone of `cron`, such as `Europe/Paris`. Default `UTC`. */
  readonly timeZone?: string;
  /**
   * What happens to firings that come more than a minute late, because no worker ran: the last of them happens `once`
   * (default), `all` happen (at most the last 1000), or none (`skip`).
   */
  readonly missed?: "once" | "all" | "skip";
  /** What the task is enqueued with; a function makes it for each firing. */
  readonly args?: Input | ((firing: Firing) => Input);
}

/** A task that runs at set times. Made by `schedule()`. */
export interface Schedule {
  readonly name: string;
  readonly task: Task;
  readonly timetable: Timetable;
  readonly missed: "once" | "all" | "skip";
  readonly args: (firing: Firing) => unknown;
}

/** Longer ones are not worth a timer, shorter ones are no schedule. */
const minEveryMs = 1000;

/**
 * Runs a task at set times:
 *
 * ```ts
 * export const nightly = schedule("shop.nightly", { cron: "30 3 * * *", timeZone: "Europe/Paris" }, sendReports);
 * export const pulse = schedule("shop.pulse", { everyMs: 60_000 }, checkStock);
 * ```
 *
 * Every worker that knows the schedule looks after it; each firing happens once all the same. Throws `ScheduleInvalid`.
 */
export function schedule<Args, Result, Input>(
  name: string,
  options: ScheduleOptions<Input>,
  task: Task<Args, Result, Input>,
): Schedule {
  const refuse = (problem: string, cause?: Error): never => {
    throw new ScheduleInvalid({ schedule: name, problem }, { cause });
  };
  if (!/^[\w.-]{1,99}$/.test(name)) refuse('needs a name of 1 to 99 letters, digits, "-", "_" and "."');
  const { missed = "once", args } = options;
  return {
    name,
    task,
    timetable: timetableOf(options, refuse),
    missed,
    args: typeof args === "function" ? (args as (firing: Firing) => unknown) : () => args,
  };
}

function timetableOf(options: ScheduleOptions, refuse: (problem: string, cause?: Error) => never): Timetable {
  const { cron, everyMs, timeZone } = options;
  if (everyMs !== undefined) {
    if (cron !== undefined || timeZone !== undefined) refuse("has everyMs, which excludes cron and timeZone");
    if (!Number.isInteger(everyMs) || everyMs < minEveryMs) {
      refuse(`needs everyMs to be a whole number from ${minEveryMs}, is ${everyMs}`);
    }
    return intervalTimetable(everyMs);
  }
  if (cron === undefined) return refuse("needs cron or everyMs");
  try {
    return cronTimetable(cron, timeZone ?? "UTC");
  } catch (thrown) {
    const error = toError(thrown);
    return refuse(`has a time that cannot be read (${JSON.stringify(cron)}): ${error.message}`, error);
  }
}
