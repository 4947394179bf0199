import {
  type ChannelRoute,
  ConsumerServices,
  type ConsumerServicesOptions,
  flattenRoutes,
  type Middleware,
  type Route,
  wrap,
} from "../consumers/index.js";
import { getLogger, observed } from "../core/index.js";
import { databases } from "../orm/index.js";
import type { TaskBackend } from "./backend.js";
import { WorkerOptionInvalid } from "./errors.js";
import { Outbox } from "./outbox/outbox.js";
import { OutboxRelay } from "./outbox/outbox-relay.js";
import { ChannelListener } from "./running/channel-listener.js";
import { taskApplication, tasksByName } from "./running/task-application.js";
import { TaskRunner } from "./running/task-runner.js";
import { settlesWithin } from "./running/within.js";
import type { Schedule } from "./schedules/schedule.js";
import { Scheduler } from "./schedules/scheduler.js";
import { taskBackends } from "./task-backends.js";
import type { Task } from "./tasks/task.js";
import { defaultThreads, ThreadPool } from "./threads/thread-pool.js";

/** What a worker does. */
export interface WorkerOptions extends ConsumerServicesOptions {
  /** The tasks that it can run. */
  readonly tasks?: readonly Task[];
  /** The tasks that it has run at set times. */
  readonly schedules?: readonly Schedule[];
  /**
   * The aliases of the databases whose outboxes it relays. Default: `default`, where that is set and one of the tasks is
   * `durable`.
   */
  readonly outboxes?: readonly string[];
  /** A routing table: the worker listens to its named channels. */
  readonly routes?: readonly Route[];
  /** The queues that it takes tasks from. Default: those of its tasks. */
  readonly queues?: readonly string[];
  /** The named channels that it listens to. Default: all of `routes`. */
  readonly channels?: readonly string[];
  /** How many tasks of each queue run at once. Default 10. */
  readonly concurrency?: number;
  /** How many tasks with the option `thread` run at once, each in a thread. Default: the number of cores less one. */
  readonly threads?: number;
  /** The backend of tasks that name none. Default: the one registered as `default`. */
  readonly backend?: TaskBackend;
  /** Wraps every run of a task, and every named channel. The first is the outermost. */
  readonly middleware?: readonly Middleware[];
}

/** Options of `Worker.close`. */
export interface CloseOptions {
  /** How long what runs may take to end, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

/** A process's part in the work. Made by `runWorker`. */
export interface Worker {
  readonly queues: readonly string[];
  readonly channels: readonly string[];
  /**
   * Takes nothing more and waits for what runs. Shortly before the time is up (a fifth of it, at most a second), the
   * signals of the runs are aborted; what has not ended at the end goes back to its queue, where another worker takes
   * it. Again is no error.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** How long the longest of the grace times is, and how long a backend may take to record the last outcomes. */
const secondMs = 1000;

/**
 * Runs tasks, and the consumers of named channels, until it is closed. Resolves when it takes work.
 *
 * Throws `TaskNameTaken`, `WorkerOptionInvalid` (an unknown queue or channel, a bad concurrency), `TaskBackendMissing`,
 * and `TaskBackendUnavailable` when the queue's server is not there.
 */
export async function runWorker(options: WorkerOptions): Promise<Worker> {
  const { tasks = [], routes = [], middleware = [], concurrency = 10, threads = defaultThreads() } = options;
  for (const [option, value] of Object.entries({ concurrency, threads })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new WorkerOptionInvalid({ option, problem: `must be a whole number from 1, is ${value}` });
  }
  const byName = tasksByName(tasks);
  const queues = pick("queues", options.queues, new Set(tasks.map((task) => task.options.queue)));
  const channels = pickRoutes(flattenRoutes(routes).channels, options.channels);
  const services = new ConsumerServices(options);
  // A run opens the context of its request itself, where it has one: contexts make every promise of the process dearer.
  const taskServices = new ConsumerServices({ ...options, tracksRequests: false });
  const pool = new ThreadPool(threads);
  const application = wrap(taskApplication(byName, taskServices, pool), middleware);
  const runner = new TaskRunner(observed(application), byName, pool);
  const stops: Stop[] = [];
  const worker = new RunningWorker(queues, channels, runner, stops);
  try {
    for (const [backend, itsQueues] of queuesByBackend(tasks, queues, options.backend)) {
      const consumption = await backend.consume({ queues: [...itsQueues], concurrency, executor: runner });
      stops.push(() => consumption.stop());
    }
    const backendOf = (alias: string) => backendCalled(alias, options.backend);
    const scheduler = schedulerOf(options, backendOf);
    if (scheduler !== undefined) {
      scheduler.start();
      stops.push(() => scheduler.stop());
    }
    for (const alias of options.outboxes ?? defaultOutboxes(tasks)) {
      const relay = new OutboxRelay(new Outbox(alias), backendOf);
      relay.start();
      stops.push(() => relay.stop());
    }
    for (const route of channels) {
      const listener = await ChannelListener.open(route, services, middleware);
      stops.push(() => listener.stop());
    }
  } catch (error) {
    await worker.close();
    throw error;
  }
  return worker;
}

type Stop = () => Promise<void>;

function schedulerOf(
  { schedules = [], tasks = [] }: WorkerOptions,
  backendOf: (alias: string) => TaskBackend,
): Scheduler | undefined {
  const names = new Set<string>();
  for (const { name, task } of schedules) {
    const problem = names.has(name) ? `names ${JSON.stringify(name)} twice` : unknownTask(task, tasks);
    if (problem !== undefined) throw new WorkerOptionInvalid({ option: "schedules", problem });
    names.add(name);
  }
  if (schedules.length === 0) return undefined;
  return new Scheduler(schedules, ({ task }) => backendOf(task.options.backend));
}

function unknownTask(task: Task, tasks: readonly Task[]): string | undefined {
  return tasks.includes(task) ? undefined : `has one for the task ${JSON.stringify(task.name)}, which is not in tasks`;
}

function defaultOutboxes(tasks: readonly Task[]): readonly string[] {
  return databases.has("default") && tasks.some(({ options }) => options.durable) ? ["default"] : [];
}

function backendCalled(alias: string, defaultBackend: TaskBackend | undefined): TaskBackend {
  return alias === "default" && defaultBackend !== undefined ? defaultBackend : taskBackends.require(alias);
}

class RunningWorker implements Worker {
  readonly queues: readonly string[];
  readonly channels: readonly string[];
  readonly #runner: TaskRunner;
  readonly #stops: readonly Stop[];
  #closing: Promise<void> | undefined;

  constructor(
    queues: readonly string[],
    channels: readonly ChannelRoute[],
    runner: TaskRunner,
    stops: readonly Stop[],
  ) {
    this.queues = queues;
    this.channels = channels.map((route) => route.channel);
    this.#runner = runner;
    this.#stops = stops;
  }

  close({ timeoutMs = 10_000 }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    const stopped = Promise.allSettled(this.#stops.map((stop) => stop()));
    const graceMs = Math.min(timeoutMs / 5, secondMs);
    let isDone = await settlesWithin(stopped, timeoutMs - graceMs);
    if (!isDone) {
      this.#runner.stopAll();
      isDone = await settlesWithin(stopped, graceMs);
    }
    // First these: what another worker takes is not to go on here.
    await this.#runner.endThreads();
    if (isDone) return;
    const returned = this.#runner.abandonAll();
    const isRecorded = await settlesWithin(stopped, secondMs);
    getLogger().warn({ returned, isRecorded }, "the worker's time was up; what still ran goes back to its queue");
  }
}

function pick(option: string, wanted: readonly string[] | undefined, known: ReadonlySet<string>): readonly string[] {
  for (const name of wanted ?? []) {
    if (!known.has(name)) {
      const problem = `names ${JSON.stringify(name)}; there are: ${[...known].join(", ") || "none"}`;
      throw new WorkerOptionInvalid({ option, problem });
    }
  }
  return [...new Set(wanted ?? known)];
}

function pickRoutes(routes: readonly ChannelRoute[], wanted: readonly string[] | undefined): readonly ChannelRoute[] {
  const names = pick("channels", wanted, new Set(routes.map((route) => route.channel)));
  return routes.filter((route) => names.includes(route.channel));
}

function queuesByBackend(
  tasks: readonly Task[],
  queues: readonly string[],
  defaultBackend: TaskBackend | undefined,
): ReadonlyMap<TaskBackend, ReadonlySet<string>> {
  const byBackend = new Map<TaskBackend, Set<string>>();
  for (const { options } of tasks) {
    if (!queues.includes(options.queue)) continue;
    const backend = backendCalled(options.backend, defaultBackend);
    const itsQueues = byBackend.get(backend) ?? new Set();
    byBackend.set(backend, itsQueues.add(options.queue));
  }
  return byBackend;
}
