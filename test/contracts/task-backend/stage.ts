import { randomUUID } from "node:crypto";

import {
  runWorker,
  type Task,
  type TaskBackend,
  taskBackends,
  type TaskJob,
  type Worker,
  type WorkerOptions,
} from "hotclub/workers";

/** Two backends on the same queues, as two processes have them. An engine of one process gives the same one twice. */
export interface BackendPair {
  readonly a: TaskBackend;
  readonly b: TaskBackend;
}

/** How the backends of a test keep what is over. */
export interface KeepOptions {
  readonly keepCount?: number;
}

/** One engine under the contract. */
export interface TaskEngine {
  readonly name: string;
  open(options: KeepOptions): Promise<BackendPair>;
  /** Tests that cannot hold for this engine, by a part of their names. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** The backends and workers of one test, closed after it. */
export function stage(engine: TaskEngine) {
  let opened: TaskBackend[] = [];
  let workers: Worker[] = [];
  return {
    async open(options: KeepOptions = {}): Promise<BackendPair> {
      const pair = await engine.open(options);
      opened = [pair.a, pair.b];
      taskBackends.set("default", pair.a);
      return pair;
    },
    async work(options: WorkerOptions): Promise<Worker> {
      const worker = await runWorker(options);
      workers.push(worker);
      return worker;
    },
    async close(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.close({ timeoutMs: 100 })));
      await Promise.all(opened.map((backend) => backend.close()));
      [opened, workers] = [[], []];
      taskBackends.remove("default");
    },
  };
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** A job of a task, as `enqueue` would make it. */
export function jobOf(task: Task): TaskJob {
  const { name } = task;
  const { queue, retries, backoff, priority, limitsFor } = task.options;
  const rest = { args: undefined, runAt: undefined, expiresAt: undefined, requestId: undefined, carried: undefined };
  return { id: randomUUID(), name, queue, retries, backoff, priority, ...rest, ...limitsFor(undefined) };
}
