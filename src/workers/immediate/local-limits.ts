import type { UniqueKey } from "../backend.js";
import type { TaskEntry } from "./task-entry.js";

interface Holder {
  readonly entry: TaskEntry;
  readonly until: UniqueKey["until"];
  readonly freeAt: number;
}

interface Window {
  readonly endsAt: number;
  starts: number;
}

/** Whether a task may start: at once, when another of its key ends, or not before a time. */
export type Turn = "now" | "later" | number;

/** What the tasks of this process have to do with each other: unique keys, limits of concurrency and of rate. */
export class LocalLimits {
  readonly #unique = new Map<string, Holder>();
  readonly #running = new Map<string, number>();
  readonly #held = new Map<string, Set<TaskEntry>>();
  readonly #windows = new Map<string, Window>();

  /** The task that has the key of `entry`; where there is none, `entry` has it now. */
  claim(entry: TaskEntry): TaskEntry | undefined {
    const { unique } = entry.job;
    if (unique === undefined) return undefined;
    const key = placeOf(entry, unique.key);
    const holder = this.#unique.get(key);
    const now = Date.now();
    if (holder !== undefined && now < holder.freeAt) return holder.entry;
    const { until } = unique;
    if (typeof until === "number") this.#forgetOld(now);
    this.#unique.set(key, { entry, until, freeAt: typeof until === "number" ? now + until : Infinity });
    return undefined;
  }

  /** Keys that are held for a time are given up by nobody. */
  #forgetOld(now: number): void {
    if (this.#unique.size < 1000) return;
    for (const [key, { freeAt }] of this.#unique) if (freeAt <= now) this.#unique.delete(key);
  }

  /** Asks for a turn, and takes it where there is one now. */
  takeTurn(entry: TaskEntry): Turn {
    const { concurrency } = entry.job;
    const place = concurrency && placeOf(entry, concurrency.key);
    if (concurrency !== undefined && place !== undefined) {
      const running = this.#running.get(place) ?? 0;
      if (running >= concurrency.max) {
        this.#held.set(place, (this.#held.get(place) ?? new Set()).add(entry));
        return "later";
      }
    }
    const nextWindow = this.#takeStart(entry);
    if (nextWindow !== undefined) return nextWindow;
    if (place !== undefined) this.#running.set(place, (this.#running.get(place) ?? 0) + 1);
    this.#release(entry, (until) => until === "start");
    return "now";
  }

  /** The end of the window, where that has had all its starts. */
  #takeStart(entry: TaskEntry): number | undefined {
    const { rateLimit } = entry.job;
    if (rateLimit === undefined) return undefined;
    const place = placeOf(entry, rateLimit.key);
    const now = Date.now();
    const open = this.#windows.get(place);
    if (open === undefined || open.endsAt <= now) {
      if (this.#windows.size >= 1000) {
        for (const [key, { endsAt }] of this.#windows) if (endsAt <= now) this.#windows.delete(key);
      }
      this.#windows.set(place, { endsAt: now + rateLimit.perMs, starts: 1 });
      return undefined;
    }
    if (open.starts >= rateLimit.max) return open.endsAt;
    open.starts += 1;
    return undefined;
  }

  /** A run is over. The task that has waited longest for its place, where there is one. */
  endTurn(entry: TaskEntry): TaskEntry | undefined {
    const { concurrency } = entry.job;
    if (concurrency === undefined) return undefined;
    const place = placeOf(entry, concurrency.key);
    const running = (this.#running.get(place) ?? 1) - 1;
    if (running > 0) this.#running.set(place, running);
    else this.#running.delete(place);
    const held = this.#held.get(place);
    const next = held?.values().next().value;
    if (next !== undefined) this.unhold(next);
    return next;
  }

  /** It waits no more for others of its key. Whether it did. */
  unhold(entry: TaskEntry): boolean {
    const { concurrency } = entry.job;
    if (concurrency === undefined) return false;
    const place = placeOf(entry, concurrency.key);
    const held = this.#held.get(place);
    const wasHeld = held?.delete(entry) ?? false;
    if (held?.size === 0) this.#held.delete(place);
    return wasHeld;
  }

  get hasHeld(): boolean {
    return this.#held.size > 0;
  }

  /** The task is over: others may have its key, unless it holds that for a time. */
  finish(entry: TaskEntry): void {
    this.#release(entry, (until) => typeof until !== "number");
  }

  #release(entry: TaskEntry, isOver: (until: UniqueKey["until"]) => boolean): void {
    const { unique } = entry.job;
    if (unique === undefined || !isOver(unique.until)) return;
    const key = placeOf(entry, unique.key);
    if (this.#unique.get(key)?.entry === entry) this.#unique.delete(key);
  }
}

function placeOf(entry: TaskEntry, key: string): string {
  return `${entry.job.queue}\n${key}`;
}
