import { toError } from "../../core/index.js";
import { endStates, type TaskEnd, type TaskRef, type TaskStatus } from "../backend.js";
import { TaskBackendClosed, TaskBackendUnavailable } from "../errors.js";
import { progressMark } from "./task-announcer.js";

/** How a watcher hears of tasks, and asks about them. */
export interface TaskSource {
  /** Resolves when `TaskWatcher.hear` is called for the changes of a queue's tasks. */
  subscribe(queue: string): Promise<unknown>;
  unsubscribe(queue: string): void;
  /** The end of each task, in order; `undefined` where it is not over, an error where there is none to come. */
  ends(tasks: readonly TaskRef[]): Promise<readonly (TaskEnd | Error | undefined)[]>;
  status(task: TaskRef): Promise<TaskStatus>;
  /** How often to ask at first, where announcements do not come from everywhere. Default 1 s. */
  askEveryMs?(): number;
}

/** Somebody waits for something to happen to a task. */
interface Waiter {
  readonly task: TaskRef;
  readonly since: number;
  /** When to ask without having been told, in milliseconds since 1970. */
  askAt: number;
  /** For the end of the task; without it, whoever waits asks by herself. */
  readonly onEnd: ((end: TaskEnd) => void) | undefined;
  readonly onChange: () => void;
  readonly reject: (error: Error) => void;
}

/** Announcements can be lost with the connection, and other programs' workers make none. */
const firstAskMs = 1000;
const maxAskMs = 30_000;

/** How many tasks are asked for at once. */
const maxAsking = 100;

/** Waits for the ends and changes of tasks: listens to the announcements of their queues while somebody waits. */
export class TaskWatcher {
  readonly #source: TaskSource;
  /** By queue, then by id. */
  readonly #waiters = new Map<string, Map<string, Set<Waiter>>>();
  readonly #subscriptions = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(source: TaskSource) {
    this.#source = source;
  }

  /** The end of a task, as soon as it has one. */
  async wait(task: TaskRef, signal: AbortSignal | undefined): Promise<TaskEnd> {
    signal?.throwIfAborted();
    let waiter: Waiter | undefined;
    let onAbort = () => {};
    const end = new Promise<TaskEnd>((resolve, reject) => {
      waiter = this.#add(task, resolve, () => {}, reject);
      onAbort = () => reject(signal?.reason as Error);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
    // It may be over already; from here on, its end is announced.
    void this.#subscribe(task.queue).then(() => waiter && this.#askFor([waiter]));
    try {
      return await end;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (waiter !== undefined) this.#remove(waiter);
    }
  }

  /** The status now, and after each change until the end. */
  async *changes(task: TaskRef, signal: AbortSignal | undefined): AsyncGenerator<TaskStatus, void> {
    await this.#subscribe(task.queue);
    for (;;) {
      signal?.throwIfAborted();
      const change = this.#nextChange(task, signal);
      try {
        const status = await this.#source.status(task);
        yield status;
        if (endStates.has(status.state)) return;
        await change.promise;
      } finally {
        change.forget();
      }
    }
  }

  #nextChange(task: TaskRef, signal: AbortSignal | undefined) {
    let waiter: Waiter | undefined;
    let onAbort = () => {};
    const promise = new Promise<void>((resolve, reject) => {
      waiter = this.#add(task, undefined, resolve, reject);
      onAbort = resolve;
      signal?.addEventListener("abort", onAbort, { once: true });
    });
    // Whoever asks for the status is told of the same trouble there.
    promise.catch(() => {});
    const forget = () => {
      signal?.removeEventListener("abort", onAbort);
      if (waiter !== undefined) this.#remove(waiter);
    };
    return { promise, forget };
  }

  /** Something happened to tasks of a queue: their ids, as the announcer wrote them. */
  hear(queue: string, text: string): void {
    const byId = this.#waiters.get(queue);
    if (byId === undefined) return;
    for (const line of text.split("\n")) {
      const isProgress = line.startsWith(progressMark);
      const waiters = byId.get(isProgress ? line.slice(progressMark.length) : line);
      if (waiters === undefined) continue;
      const told = [...waiters];
      for (const waiter of told) waiter.onChange();
      if (!isProgress) void this.#askFor(told);
    }
  }

  /** Announcements may have been missed: asks for every task that is waited for. */
  askAgain(): void {
    const all = this.#all();
    for (const waiter of all) waiter.onChange();
    void this.#askFor(all);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const waiter of this.#all()) waiter.reject(new TaskBackendClosed());
  }

  #all(): Waiter[] {
    const all: Waiter[] = [];
    for (const byId of this.#waiters.values()) for (const waiters of byId.values()) all.push(...waiters);
    return all;
  }

  #add(task: TaskRef, onEnd: Waiter["onEnd"], onChange: () => void, reject: (error: Error) => void): Waiter {
    const now = Date.now();
    const waiter: Waiter = { task, since: now, askAt: now + this.#firstAskMs, onEnd, onChange, reject };
    const byId = this.#waiters.get(task.queue) ?? new Map<string, Set<Waiter>>();
    this.#waiters.set(task.queue, byId.set(task.id, (byId.get(task.id) ?? new Set()).add(waiter)));
    this.#timer ??= setTimeout(this.#onTimer, this.#firstAskMs);
    return waiter;
  }

  get #firstAskMs(): number {
    return Math.min(this.#source.askEveryMs?.() ?? firstAskMs, firstAskMs);
  }

  #remove(waiter: Waiter): void {
    const { id, queue } = waiter.task;
    const byId = this.#waiters.get(queue);
    const waiters = byId?.get(id);
    waiters?.delete(waiter);
    if (waiters?.size === 0) byId?.delete(id);
    if (byId?.size === 0) this.#waiters.delete(queue);
  }

  /** Resolves also when it fails: the timer asks all the same. */
  #subscribe(queue: string): Promise<unknown> {
    let subscription = this.#subscriptions.get(queue);
    if (subscription === undefined) {
      subscription = this.#source.subscribe(queue).catch(() => this.#subscriptions.delete(queue));
      this.#subscriptions.set(queue, subscription);
    }
    return subscription;
  }

  readonly #onTimer = (): void => {
    const now = Date.now();
    const waiting = this.#all();
    this.#unsubscribeUnused();
    const due = waiting.filter((waiter) => waiter.askAt <= now);
    for (const waiter of due) {
      waiter.askAt = now + Math.min(Math.max((now - waiter.since) / 2, this.#firstAskMs), maxAskMs);
      waiter.onChange();
    }
    void this.#askFor(due);
    const isNeeded = waiting.length > 0 || this.#subscriptions.size > 0;
    this.#timer = isNeeded ? setTimeout(this.#onTimer, this.#firstAskMs) : undefined;
  };

  /** A busy queue's announcements are not worth having when nobody waits for one. */
  #unsubscribeUnused(): void {
    for (const queue of this.#subscriptions.keys()) {
      if (this.#waiters.has(queue)) continue;
      this.#subscriptions.delete(queue);
      this.#source.unsubscribe(queue);
    }
  }

  async #askFor(waiters: readonly Waiter[]): Promise<void> {
    const forEnd = waiters.filter(({ onEnd }) => onEnd !== undefined);
    for (let start = 0; start < forEnd.length; start += maxAsking) {
      await this.#askOnce(forEnd.slice(start, start + maxAsking));
    }
  }

  async #askOnce(waiters: readonly Waiter[]): Promise<void> {
    try {
      const ends = await this.#source.ends(waiters.map(({ task }) => task));
      for (const [index, waiter] of waiters.entries()) {
        const end = ends[index];
        if (end instanceof Error) waiter.reject(end);
        else if (end !== undefined) waiter.onEnd?.(end);
      }
    } catch (thrown) {
      // A connection that is lost comes back, and the ends with it.
      if (thrown instanceof TaskBackendUnavailable) return;
      for (const waiter of waiters) waiter.reject(toError(thrown));
    }
  }
}
