import type { TaskEnd, TaskListing, TaskState } from "../backend.js";
import { carriedIn } from "./taken-task.js";
import type { PlainData } from "../tasks/plain-data.js";
import type { TaskErrorInfo } from "../tasks/task-messages.js";
import { stateCodes } from "./task-tables.js";

const states = new Map<number, TaskState>([
  [stateCodes.waiting, "waiting"],
  [stateCodes.delayed, "delayed"],
  [stateCodes.running, "running"],
  [stateCodes.held, "waiting"],
  [stateCodes.succeeded, "succeeded"],
  [stateCodes.failed, "failed"],
  [stateCodes.cancelled, "cancelled"],
]);

/** The state that a code in the database stands for. */
export function stateOf(code: unknown): TaskState {
  return states.get(Number(code)) ?? "waiting";
}

/** A row of `listedColumns`. */
export function listedTask(row: readonly unknown[]): TaskListing {
  const [id, queue, name, code, at, priority, args, requestId, attempts, progress, enqueuedAt, startedAt, finishedAt] =
    row;
  const state = stateOf(code);
  const [error, extras] = [row[13], row[14]];
  return {
    id: String(id),
    queue: String(queue),
    name: String(name),
    state,
    runAt: state === "delayed" ? Number(at) : null,
    priority: Number(priority),
    args: args === null ? undefined : (JSON.parse(args as string) as unknown),
    requestId: requestId as string | null,
    carried: carriedIn(extras) ?? null,
    attempts: Number(attempts),
    progress: JSON.parse(String(progress)) as PlainData,
    enqueuedAt: Number(enqueuedAt),
    startedAt: startedAt === null ? null : Number(startedAt),
    finishedAt: finishedAt === null ? null : Number(finishedAt),
    error: error === null ? null : (JSON.parse(error as string) as TaskErrorInfo),
  };
}

/** The end of a task, from its state, result and error; `undefined` where it is not over. */
export function endOf(code: unknown, result: unknown, error: unknown): TaskEnd | undefined {
  const state = stateOf(code);
  if (state === "succeeded") return { state, result: JSON.parse(String(result)) as PlainData };
  if (state === "failed") return { state, error: JSON.parse(String(error)) as TaskErrorInfo };
  return state === "cancelled" ? { state } : undefined;
}
