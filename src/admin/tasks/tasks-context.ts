import { nameOfAsker } from "../../auth/index.js";
import { type TaskListing, taskBackends, type TaskState } from "../../workers/index.js";
import { timeOf } from "../list/show-value.js";

/** The states of tasks, as the page has them beside each other. */
export const taskStates: readonly TaskState[] = ["waiting", "delayed", "running", "succeeded", "failed", "cancelled"];

const perPage = 50;
const maxText = 300;

/** Which tasks the page lists. */
export interface TaskChoice {
  readonly backend: string;
  readonly queue: string;
  readonly state: TaskState;
  /** From 0. */
  readonly page: number;
}

/** What the URL says is to be listed; `undefined` for nothing, or nothing that there can be. */
export function readTaskChoice(query: URLSearchParams): TaskChoice | undefined {
  const queue = query.get("queue") ?? "";
  const backend = query.get("backend") ?? "default";
  const state = taskStates.find((one) => one === query.get("state"));
  const page = Number(query.get("p") ?? 0);
  const isNumber = Number.isSafeInteger(page) && page >= 0 && page <= 100_000;
  if (!/^[\w.-]{1,99}$/.test(queue) || state === undefined || !isNumber) return undefined;
  return taskBackends.get(backend) === undefined ? undefined : { backend, queue, state, page };
}

/** The URL's query for a choice. */
export function taskQuery({ backend, queue, state, page }: TaskChoice): string {
  const query = new URLSearchParams({ queue, state });
  if (backend !== "default") query.set("backend", backend);
  if (page > 0) query.set("p", String(page));
  return `?${query.toString()}`;
}

/** The queues of all backends, with a link to the tasks in each state. */
export async function queueRows(choice: TaskChoice | undefined) {
  const rows = [];
  for (const backend of taskBackends.aliases()) {
    const { inspection } = taskBackends.require(backend);
    const queues = await inspection.queues();
    const [counts, activity] = await Promise.all([inspection.counts(queues), inspection.activity(queues)]);
    for (const [index, its] of counts.entries()) {
      const { workers = 0, endedPerSecond = 0 } = activity[index] ?? {};
      const { queue, isPaused } = its;
      rows.push({
        title: backend === "default" ? queue : `${backend}: ${queue}`,
        isPaused,
        workers,
        endedPerSecond: endedPerSecond.toLocaleString("en", { maximumFractionDigits: 1 }),
        states: taskStates.map((state) => ({
          state,
          count: its[state].toLocaleString("en"),
          url: taskQuery({ backend, queue, state, page: 0 }),
          isCurrent: choice?.backend === backend && choice.queue === queue && choice.state === state,
        })),
      });
    }
  }
  return rows;
}

/** One page of the tasks of a choice. */
export async function taskRows(choice: TaskChoice) {
  const { inspection } = taskBackends.require(choice.backend);
  const { queue, state, page } = choice;
  const found = await inspection.list({ queue, state, offset: page * perPage, limit: perPage + 1 });
  const askers = new Map<string, Promise<string | undefined>>();
  const askerOf = ({ carried }: TaskListing): Promise<string | undefined> => {
    const key = JSON.stringify(carried);
    const known = askers.get(key) ?? nameOfAsker(carried);
    askers.set(key, known);
    return known;
  };
  const tasks = await Promise.all(
    found.slice(0, perPage).map(async (task) => ({
      id: task.id,
      name: task.name,
      asker: (await askerOf(task)) ?? "",
      args: cut(task.args === undefined ? "" : JSON.stringify(task.args)),
      attempts: task.attempts,
      at: timeOf(new Date(task.runAt ?? task.finishedAt ?? task.startedAt ?? task.enqueuedAt)),
      error: task.error === null ? "" : cut(`${task.error.name}: ${task.error.message}`),
    })),
  );
  return {
    tasks,
    timeTitle: timeTitles[state],
    mayRetry: state === "failed" || state === "cancelled",
    mayForget: state === "failed" || state === "cancelled" || state === "succeeded",
    mayCancel: state === "waiting" || state === "delayed" || state === "running",
    olderUrl: found.length > perPage ? taskQuery({ ...choice, page: page + 1 }) : undefined,
    newerUrl: page > 0 ? taskQuery({ ...choice, page: page - 1 }) : undefined,
  };
}

const timeTitles: Readonly<Record<TaskState, string>> = {
  waiting: "Enqueued",
  delayed: "Due",
  running: "Started",
  succeeded: "Ended",
  failed: "Ended",
  cancelled: "Ended",
};

function cut(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`;
}
