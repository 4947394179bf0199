/** The process that enqueues a task, and runs it, while that is measured. */
import { toError } from "../../core/index.js";
import { boot, type RunningProject, startWorker } from "../../project/index.js";
import { type Task, TaskFailed, type TaskHandle } from "../../workers/index.js";
import { loadProject } from "../load-project.js";
import { loadEnvironment } from "../process.js";
import { Latencies } from "./latencies.js";
import { obey } from "./obey.js";

/** What it is told, in this order. */
export type TaskOrder =
  | { readonly do: "open"; readonly file: string; readonly task: string }
  | { readonly do: "enqueue"; readonly count: number; readonly args: unknown; readonly flows: number }
  | { readonly do: "run" };

/** How enqueueing went. */
export interface Enqueued {
  readonly seconds: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

/** How running went. */
export interface Ran {
  readonly seconds: number;
  readonly succeeded: number;
  /** Why others failed, and how often. */
  readonly failed: Readonly<Record<string, number>>;
}

loadEnvironment();

let running: RunningProject | undefined;
let task: Task | undefined;
let handles: TaskHandle[] = [];

obey(async (given) => {
  const order = given as TaskOrder;
  switch (order.do) {
    case "open":
      running = await boot(await loadProject(order.file));
      task = running.tasks.find(({ name }) => name === order.task);
      return null;
    case "enqueue":
      return enqueue(order.count, order.args, order.flows);
    case "run":
  }
  return run();
});

/** So many flows enqueue one after the other, as requests of a site do. */
async function enqueue(count: number, args: unknown, flows: number): Promise<Enqueued> {
  const latencies = new Latencies();
  const begin = performance.now();
  let left = count;
  const flow = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sentAt = performance.now();
      const handle = await task?.enqueue(args);
      latencies.add(performance.now() - sentAt);
      if (handle !== undefined) handles.push(handle);
    }
  };
  await Promise.all(Array.from({ length: flows }, flow));
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, p50: latencies.percentile(0.5), p99: latencies.percentile(0.99) };
}

/** Runs what waits, until all that was enqueued is over, with its retries. */
async function run(): Promise<Ran> {
  if (running === undefined) throw new Error("nothing is open");
  const begin = performance.now();
  const results = handles.map((handle) => handle.result());
  const settled = Promise.allSettled(results);
  const worker = await startWorker(running);
  const outcomes = await settled;
  const seconds = (performance.now() - begin) / 1000;
  await worker.close();
  handles = [];
  const failed: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") continue;
    const { reason: thrown } = outcome as { reason: unknown };
    const reason =
      thrown instanceof TaskFailed ? `${thrown.params.name}: ${thrown.params.message}` : toError(thrown).name;
    failed[reason] = (failed[reason] ?? 0) + 1;
  }
  const succeeded = outcomes.filter(({ status }) => status === "fulfilled").length;
  return { seconds, succeeded, failed };
}
