import { setTimeout as sleep } from "node:timers/promises";

import { Command, Option } from "commander";

import { boot, type RunningProject } from "../project/index.js";
import {
  type QueueActivity,
  type QueueCounts,
  taskBackends,
  type TaskInspection,
  type TaskListing,
  type TaskRef,
  type TaskState,
} from "../workers/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "./options.js";

const states: readonly TaskState[] = ["waiting", "delayed", "running", "succeeded", "failed", "cancelled"];

/** How many dead letters are taken up at once. */
const pageSize = 100;

interface TableOptions extends ProjectOptions {
  readonly once?: boolean;
  readonly every: number;
}

interface ListOptions extends ProjectOptions {
  readonly queue: string;
  readonly state: TaskState;
  readonly limit: number;
  readonly json?: boolean;
}

interface OneOptions extends ProjectOptions {
  readonly queue: string;
}

/** `hotclub tasks` */
export function tasksCommand(): Command {
  const command = withProjectOption(new Command("tasks"))
    .description(
      "Show what each queue has, its workers and its rate, again and again; look at single tasks and change what becomes of them.",
    )
    .addOption(new Option("--once", "show it once"))
    .addOption(new Option("--every <ms>", "how often to look").argParser(wholeNumber(100, 60_000)).default(1000))
    .action((options: TableOptions) => inProject(options, (running) => showTable(running, options)));
  command
    .addCommand(
      withProjectOption(new Command("list"))
        .description("List the tasks of a queue that are in one state.")
        .addOption(queueOption())
        .addOption(new Option("--state <state>", "which tasks").choices(states).default("failed"))
        .addOption(new Option("--limit <number>", "how many").argParser(wholeNumber(1, 10_000)).default(20))
        .addOption(new Option("--json", "one JSON object in each line, with arguments and stacks"))
        .action((options: ListOptions) => inProject(options, (running) => list(running, options))),
    )
    .addCommand(
      one("retry", "Have a failed or cancelled task run again, with all its retries.", (inspection, task) =>
        inspection.retry(task),
      ),
    )
    .addCommand(
      one("cancel", "End a task that waits; ask one that runs to end.", (_inspection, { id, queue }, running) =>
        backendOf(running, queue).cancel({ id, queue }),
      ),
    )
    .addCommand(one("remove", "Forget a task that is over.", (inspection, task) => inspection.remove(task)))
    .addCommand(
      withProjectOption(new Command("requeue-dead"))
        .description("Have every failed task of a queue run again.")
        .addOption(queueOption())
        .action((options: OneOptions) => inProject(options, (running) => requeueDead(running, options.queue))),
    )
    .addCommand(
      withProjectOption(new Command("pause"))
        .description("Have workers leave a queue alone; what runs goes on.")
        .addOption(queueOption())
        .action((options: OneOptions) => inProject(options, (running) => pause(running, options.queue, true))),
    )
    .addCommand(
      withProjectOption(new Command("resume"))
        .description("Have workers take from a queue again.")
        .addOption(queueOption())
        .action((options: OneOptions) => inProject(options, (running) => pause(running, options.queue, false))),
    );
  return command;
}

function queueOption(): Option {
  return new Option("--queue <name>", "the queue").default("default");
}

function one(
  name: string,
  description: string,
  change: (inspection: TaskInspection, task: TaskRef, running: RunningProject) => Promise<boolean>,
): Command {
  return withProjectOption(new Command(name))
    .description(description)
    .argument("<id>", "the task's id")
    .addOption(queueOption())
    .action((id: string, options: OneOptions) =>
      inProject(options, async (running) => {
        const { queue } = options;
        const isDone = await change(backendOf(running, queue).inspection, { id, queue }, running);
        say(isDone ? `${name}: ${id}` : `There is no such task in the queue ${queue} that this can be done with.`);
        if (!isDone) process.exitCode = 1;
      }),
    );
}

async function inProject(options: ProjectOptions, work: (running: RunningProject) => Promise<void>): Promise<void> {
  const running = await boot(await loadProject(findProjectFile(options.project)));
  try {
    await work(running);
  } finally {
    await running.close();
  }
}

/** The backend of the tasks of a queue; the default one for queues that no task names. */
function backendOf({ tasks }: RunningProject, queue: string) {
  return taskBackends.require(tasks.find(({ options }) => options.queue === queue)?.options.backend ?? "default");
}

async function showTable({ tasks }: RunningProject, { once = false, every }: TableOptions): Promise<void> {
  const aliases = new Set(["default", ...tasks.map(({ options }) => options.backend)]);
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  process.once("SIGTERM", () => abort.abort());
  const isLive = !once && process.stdout.isTTY;
  do {
    const rows: QueueRow[] = [];
    for (const alias of aliases) rows.push(...(await queueRows(taskBackends.require(alias).inspection)));
    // Over what was there before, as `top` does.
    say((isLive ? "\u001B[2J\u001B[H" : "") + tableOf(rows));
    if (once) return;
    await sleep(every, undefined, { signal: abort.signal }).catch(() => {});
  } while (!abort.signal.aborted);
}

type QueueRow = QueueCounts & QueueActivity;

async function queueRows(inspection: TaskInspection): Promise<readonly QueueRow[]> {
  const queues = await inspection.queues();
  const [counts, activity] = await Promise.all([inspection.counts(queues), inspection.activity(queues)]);
  return counts.flatMap((its, index) => {
    const active = activity[index];
    return active === undefined ? [] : [{ ...its, ...active }];
  });
}

function tableOf(queues: readonly QueueRow[]): string {
  const head = ["queue", ...states, "workers", "ended/s"];
  const rows = queues.map((its) => [
    its.queue + (its.isPaused ? " (paused)" : ""),
    ...states.map((state) => its[state].toLocaleString("en")),
    its.workers.toLocaleString("en"),
    its.endedPerSecond.toLocaleString("en", { maximumFractionDigits: 1 }),
  ]);
  return aligned([head, ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

async function list(running: RunningProject, { queue, state, limit, json = false }: ListOptions): Promise<void> {
  const tasks = await backendOf(running, queue).inspection.list({ queue, state, limit });
  for (const task of tasks) say(json ? JSON.stringify(task) : lineOf(task, await askerOf(task)));
  if (tasks.length === 0 && !json) say(`No task of the queue ${queue} is ${state}.`);
}

async function askerOf({ carried }: TaskListing): Promise<string | undefined> {
  // Only where there is something: users take their time to load.
  return carried === null ? undefined : (await import("../auth/index.js")).nameOfAsker(carried);
}

function lineOf({ id, name, attempts, enqueuedAt, error, runAt }: TaskListing, asker: string | undefined): string {
  const parts = [id, name, `attempts ${attempts}`, `enqueued ${new Date(enqueuedAt).toISOString()}`];
  if (asker !== undefined) parts.push(`for ${asker}`);
  if (runAt !== null) parts.push(`due ${new Date(runAt).toISOString()}`);
  if (error !== null) parts.push(`${error.name}: ${error.message.split("\n", 1)[0]}`);
  return parts.join("  ");
}

async function requeueDead(running: RunningProject, queue: string): Promise<void> {
  const { inspection } = backendOf(running, queue);
  let requeued = 0;
  for (;;) {
    const dead = await inspection.list({ queue, state: "failed", limit: pageSize });
    let changed = 0;
    for (const task of dead) if (await inspection.retry(task)) changed += 1;
    requeued += changed;
    // Those that fail again at once are not taken up for ever.
    if (changed < pageSize) break;
  }
  say(`${requeued} dead tasks of the queue ${queue} run again.`);
}

async function pause(running: RunningProject, queue: string, isPaused: boolean): Promise<void> {
  await backendOf(running, queue).inspection.pause(queue, isPaused);
  say(`The queue ${queue} is ${isPaused ? "paused" : "taken from again"}.`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
