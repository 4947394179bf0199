import { availableParallelism } from "node:os";

import type { Handler, Send, TaskScope } from "../../core/index.js";
import type { TaskDelivery } from "../backend.js";
import { TaskThreadEnded, WorkerStopping } from "../errors.js";
import { TaskThread } from "./task-thread.js";
import { ThreadRun, type ThreadRunPlace } from "./thread-run.js";

/** A thread that has had nothing to do for so long is ended, in milliseconds. */
const idleMs = 60_000;

/** Of a run, whether it has a thread or waits for one. */
type Seat = Pick<TaskDelivery, "id" | "attempt">;

interface Waiting {
  readonly seat: string;
  readonly place: Omit<ThreadRunPlace, "thread">;
  readonly resolve: () => void;
}

/** How many threads a worker has unless it is told: all cores but that of its event loop. */
export function defaultThreads(): number {
  return Math.max(availableParallelism() - 1, 1);
}

/** The threads of a worker: as many as there is work for, up to a limit; what is over it waits for its turn. */
export class ThreadPool {
  readonly #max: number;
  readonly #idle: TaskThread[] = [];
  readonly #all = new Set<TaskThread>();
  readonly #timers = new Map<TaskThread, NodeJS.Timeout>();
  readonly #places = new Map<string, ThreadRunPlace>();
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(max: number = defaultThreads()) {
    this.#max = max;
  }

  /** Resolves when the run has a thread. Never, where it is given up before. */
  reserve({ id, attempt, failures }: Seat & Pick<TaskDelivery, "failures">, module: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ seat: seatOf({ id, attempt }), place: { module, failures }, resolve });
      this.#seatNext();
    });
  }

  /** The run is over, or does not want a thread any more. */
  release(run: Seat): void {
    const seat = seatOf(run);
    const waiting = this.#waiting.findIndex((other) => other.seat === seat);
    if (waiting >= 0) return void this.#waiting.splice(waiting, 1);
    const place = this.#places.get(seat);
    if (place === undefined) return;
    this.#places.delete(seat);
    const { thread } = place;
    if (thread.isBusy) void thread.end(new TaskThreadEnded({ problem: "its run was given up" }));
    else if (this.#all.has(thread)) this.#rest(thread);
    this.#seatNext();
  }

  /** What handles a run that has a thread. */
  handler(scope: TaskScope, send: Send): Handler {
    const place = this.#places.get(seatOf(scope));
    if (place === undefined) throw new WorkerStopping();
    return new ThreadRun(place, scope, send);
  }

  /** Ends all threads, and with them what they run. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const error = new TaskThreadEnded({ problem: "its worker was closed" });
    await Promise.all([...this.#all].map((thread) => thread.end(error)));
  }

  #seatNext(): void {
    if (this.#isClosed) return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const thread = this.#take(next.place.module);
      if (thread === undefined) return;
      this.#waiting.shift();
      this.#places.set(next.seat, { ...next.place, thread });
      next.resolve();
    }
  }

  /** An idle thread, rather one that has loaded the module; otherwise a new one, where there may be another. */
  #take(module: string): TaskThread | undefined {
    const knowing = this.#idle.findLastIndex((thread) => thread.knows(module));
    const idle = this.#idle.splice(knowing, 1)[0];
    if (idle === undefined) return this.#all.size < this.#max ? this.#start() : undefined;
    clearTimeout(this.#timers.get(idle));
    return idle;
  }

  #start(): TaskThread {
    const thread = new TaskThread();
    this.#all.add(thread);
    thread.onEnd = () => {
      this.#all.delete(thread);
      clearTimeout(this.#timers.get(thread));
      this.#timers.delete(thread);
      const idle = this.#idle.indexOf(thread);
      if (idle >= 0) this.#idle.splice(idle, 1);
      this.#seatNext();
    };
    return thread;
  }

  #rest(thread: TaskThread): void {
    this.#idle.push(thread);
    const end = (): void => void thread.end(new TaskThreadEnded({ problem: "it had nothing to do" }));
    this.#timers.set(thread, setTimeout(end, idleMs).unref());
  }
}

function seatOf({ id, attempt }: Seat): string {
  return `${id} ${attempt}`;
}
