import { getLogger, toError } from "../../core/index.js";
import { TaskBackendUnavailable } from "../errors.js";
import type { TaskBackend } from "../backend.js";
import type { Schedule } from "./schedule.js";

/** What is later than this was missed, in milliseconds. */
const lateMs = 60_000;

/** How many firings that were missed happen at most. */
const maxMissed = 1000;

/** The longest wait without a look at the clock, which may be set, and the machine may have slept. */
const maxWaitMs = 30_000;

/** How long to wait after something went wrong. */
const retryMs = 1000;

/**
 * Fires schedules at their times. Every worker does so; a firing has an id that follows from its time, under which the
 * queue takes it once, and the time of the last firing is kept beside the queue.
 */
export class Scheduler {
  readonly #schedules: readonly Schedule[];
  readonly #backendOf: (schedule: Schedule) => TaskBackend;
  /** By schedule, when each was last looked at, for those that never change elsewhere. */
  readonly #last = new Map<Schedule, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(schedules: readonly Schedule[], backendOf: (schedule: Schedule) => TaskBackend) {
    this.#schedules = schedules;
    this.#backendOf = backendOf;
  }

  start(): void {
    this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #look(): void {
    this.#looking = this.#lookOnce();
  }

  async #lookOnce(): Promise<void> {
    let waitMs = maxWaitMs;
    for (const schedule of this.#schedules) {
      if (this.#isStopped) return;
      waitMs = Math.min(waitMs, await this.#fireDue(schedule));
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#look(), Math.max(waitMs, 1));
  }

  /** In how many milliseconds to look again. */
  async #fireDue(schedule: Schedule): Promise<number> {
    try {
      const backend = this.#backendOf(schedule);
      const now = Date.now();
      let last = this.#last.get(schedule);
      if (last === undefined || (schedule.timetable.next(last) ?? Infinity) <= now) {
        last = (await backend.lastFiring(schedule.name)) ?? last;
      }
      if (last === undefined) {
        // What was before the schedule was known was not missed.
        await backend.noteFiring(schedule.name, now);
        last = now;
      }
      const due = dueFirings(schedule, last, now);
      for (const at of firingsToHappen(schedule, due, now)) await fire(schedule, backend, at);
      const newest = due.at(-1);
      if (newest !== undefined) await backend.noteFiring(schedule.name, newest);
      this.#last.set(schedule, newest ?? last);
      const next = schedule.timetable.next(now);
      return next === undefined ? Infinity : next - Date.now();
    } catch (thrown) {
      const error = toError(thrown);
      const level = error instanceof TaskBackendUnavailable ? "warn" : "error";
      getLogger()[level]({ schedule: schedule.name, err: error }, "a schedule could not fire; it is being tried again");
      return retryMs;
    }
  }
}

/** The times after `last`, up to `now`, in order; of too many, the newest. */
function dueFirings({ timetable }: Schedule, last: number, now: number): number[] {
  const due: number[] = [];
  for (let at = timetable.next(last); at !== undefined && at <= now; at = timetable.next(at)) {
    due.push(at);
    if (due.length > 2 * maxMissed) due.splice(0, due.length - maxMissed);
  }
  return due.slice(-maxMissed);
}

function firingsToHappen({ name, missed }: Schedule, due: readonly number[], now: number): readonly number[] {
  const onTime = due.filter((at) => now - at <= lateMs);
  const late = due.slice(0, due.length - onTime.length);
  if (late.length === 0) return onTime;
  const kept = missed === "all" ? late : missed === "once" && onTime.length === 0 ? late.slice(-1) : [];
  const text = "no worker was there at times of a schedule";
  getLogger().warn({ schedule: name, missed: late.length, happen: kept.length, since: new Date(late[0] ?? now) }, text);
  return [...kept, ...onTime];
}

async function fire(schedule: Schedule, backend: TaskBackend, at: number): Promise<void> {
  const args = schedule.args({ schedule: schedule.name, at: new Date(at) });
  const id = `${schedule.name}-${new Date(at).toISOString().replaceAll(/[:.]/g, "")}`;
  const job = await schedule.task.job(args, id);
  await backend.enqueue([job]);
  getLogger().debug({ schedule: schedule.name, taskId: id }, "a schedule fires");
}
