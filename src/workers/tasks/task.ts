import {
  type Carried,
  carriedBy,
  currentLogContext,
  currentScope,
  type Issue,
  type Scope,
  validate,
  ValidationFailed,
} from "../../core/index.js";
import type { TaskBackend, TaskJob } from "../backend.js";
import { TaskArgsInvalid, TaskOptionInvalid } from "../errors.js";
import { taskBackends } from "../task-backends.js";
import { depart } from "./departure.js";
import { findUnplain, type PlainData } from "./plain-data.js";
import type { TaskConsumerClass } from "./task-consumer.js";
import { TaskHandle } from "./task-handle.js";
import { newTaskId } from "./task-id.js";
import { isPriority, maxPriority, type ResolvedTaskOptions } from "./task-options.js";

/** When an enqueued task runs, and for whom. */
export interface EnqueueOptions {
  /** Not before this many milliseconds have passed. */
  readonly delayMs?: number;
  /** Not before this moment: a date, or milliseconds since 1970. One in the past is now. */
  readonly runAt?: Date | number;
  /** Default: the task's own. */
  readonly priority?: number;
  /** How long it may wait for its start, in milliseconds. Default: the task's own `expiresInMs`. */
  readonly expiresInMs?: number;
  /**
   * The request, socket or task on whose behalf it runs: its id is for the logs, and its user the task's. Default: the one
   * whose handler enqueues, unless the project tracks no requests.
   */
  readonly scope?: Scope;
  /** The id of the request on whose behalf it runs, for the logs. Default: that of the scope, or of the log context. */
  readonly requestId?: string;
}

/** No argument where the task takes none. */
export type EnqueueArguments<Input> = unknown extends Input
  ? [args?: Input, options?: EnqueueOptions]
  : undefined extends Input
    ? [args?: Input, options?: EnqueueOptions]
    : [args: Input, options?: EnqueueOptions];

/**
 * A piece of background work: a name, how it is queued, and the consumer that runs it. Made by `task()`.
 *
 * `Input` is what is enqueued; with a schema, `Args` is what the schema makes of it.
 */
export class Task<Args = unknown, Result = unknown, Input = Args> {
  readonly name: string;
  readonly options: ResolvedTaskOptions;
  readonly consumer: TaskConsumerClass<Args, Result>;

  constructor(name: string, options: ResolvedTaskOptions, consumer: TaskConsumerClass<Args, Result>) {
    this.name = name;
    this.options = options;
    this.consumer = consumer;
  }

  /**
   * Hands the task to its queue. Resolves when the queue has it. Inside a transaction (`atomic`) it resolves at once, and
   * the task leaves when that commits; it never leaves when that is rolled back.
   *
   * Rejects with `TaskArgsInvalid` for arguments that break the schema or hold what JSON does not carry, with
   * `TaskBackendUnavailable` when the queue cannot be reached, with `TaskQueueFull` when it takes no more, with
   * `TaskBackendMissing`, and where it cannot be found out who asked for it.
   */
  async enqueue(...[args, options]: EnqueueArguments<Input>): Promise<TaskHandle<Result>> {
    const backend = taskBackends.require(this.options.backend);
    const checking = this.#checkArgs(args, []);
    if (checking !== undefined) await checking;
    const carrying = carriedBy(options?.scope ?? currentScope());
    const carried = carrying instanceof Promise ? await carrying : carrying;
    const job = this.#job(args, this.#when(options), requestIdFor(options), carried);
    return new TaskHandle<Result>(backend, job, await depart(backend, [job], this.options));
  }

  /**
   * Enqueues the task once for each item of `list`, in few round trips; the handles come in the order of the list. The
   * arguments of all are checked before anything is sent. When the connection is lost half-way, some may have been
   * enqueued.
   */
  async enqueueMany(list: readonly Input[], options?: EnqueueOptions): Promise<TaskHandle<Result>[]> {
    const backend = taskBackends.require(this.options.backend);
    const when = this.#when(options);
    for (const [index, args] of list.entries()) {
      const checking = this.#checkArgs(args, [index]);
      if (checking !== undefined) await checking;
    }
    const [requestId, carried] = [requestIdFor(options), await carriedBy(options?.scope ?? currentScope())];
    const jobs = list.map((args) => this.#job(args, when, requestId, carried));
    const departure = await depart(backend, jobs, this.options);
    return jobs.map((job) => new TaskHandle<Result>(backend, job, departure));
  }

  /** The task with this id, enqueued earlier by any process. Asks nothing; its methods do. */
  handle(id: string): TaskHandle<Result> {
    const backend: TaskBackend = taskBackends.require(this.options.backend);
    return new TaskHandle<Result>(backend, { id, name: this.name, queue: this.options.queue });
  }

  /** What the consumer gets for arguments that came out of a queue. Throws or rejects with `TaskArgsInvalid`. */
  readArgs(kept: unknown): Args | Promise<Args> {
    const schema = this.options.args;
    if (schema === undefined) return kept as Args;
    const refuse = (thrown: unknown): never => {
      throw thrown instanceof ValidationFailed ? this.#invalid(thrown.params.issues, thrown) : thrown;
    };
    try {
      const read = validate(schema, kept, "Arguments");
      return read instanceof Promise ? (read.catch(refuse) as Promise<Args>) : (read as Args);
    } catch (thrown) {
      return refuse(thrown);
    }
  }

  /** A job of this task, checked, for `TaskBackend.enqueue`. Rejects with `TaskArgsInvalid`. */
  async job(args: unknown, id: string): Promise<TaskJob> {
    const checking = this.#checkArgs(args, []);
    if (checking !== undefined) await checking;
    return { ...this.#job(args, this.#when(undefined), requestIdFor(undefined), undefined), id };
  }

  #checkArgs(args: unknown, path: readonly number[]): Promise<unknown> | undefined {
    // `null` is how a queue keeps that there are none.
    const problem = args === null ? { path: [], problem: "is null; leave it out" } : findUnplain(args);
    if (problem !== undefined) {
      const place = [...path, ...problem.path];
      throw this.#invalid([{ path: place, message: place.length === 0 ? `it ${problem.problem}` : problem.problem }]);
    }
    if (this.options.args === undefined) return undefined;
    const read = this.readArgs(args);
    return read instanceof Promise ? read : undefined;
  }

  #invalid(issues: readonly Issue[], cause?: Error): TaskArgsInvalid {
    return new TaskArgsInvalid({ task: this.name, issues }, { cause });
  }

  #job(args: unknown, when: When, requestId: string | undefined, carried: Carried | undefined): TaskJob {
    const { queue, retries, backoff, limitsFor } = this.options;
    const { unique, concurrency, rateLimit } = limitsFor(args);
    return {
      id: newTaskId(),
      name: this.name,
      queue,
      args: args as PlainData,
      runAt: when.runAt,
      retries,
      backoff,
      priority: when.priority,
      expiresAt: when.expiresAt,
      unique,
      concurrency,
      rateLimit,
      requestId,
      carried,
    };
  }

  #when(options: EnqueueOptions | undefined): When {
    const { priority = this.options.priority, expiresInMs = this.options.expiresInMs } = options ?? {};
    const task = this.name;
    if (!isPriority(priority)) {
      const problem = `must be a whole number from 0 to ${maxPriority}, is ${priority}`;
      throw new TaskOptionInvalid({ task, option: "priority", problem });
    }
    const runAt = runTime(task, options);
    if (expiresInMs === undefined) return { runAt, priority, expiresAt: undefined };
    if (!(expiresInMs > 0 && Number.isFinite(expiresInMs))) {
      throw new TaskOptionInvalid({ task, option: "expiresInMs", problem: `must be above 0, is ${expiresInMs}` });
    }
    return { runAt, priority, expiresAt: Date.now() + expiresInMs };
  }
}

type When = Pick<TaskJob, "runAt" | "priority" | "expiresAt">;

function requestIdFor(options: EnqueueOptions | undefined): string | undefined {
  return options?.requestId ?? (options?.scope ?? currentLogContext())?.requestId;
}

function runTime(task: string, options: EnqueueOptions | undefined): number | undefined {
  if (options === undefined) return undefined;
  const { delayMs, runAt } = options;
  if (runAt !== undefined) {
    if (delayMs !== undefined) throw new TaskOptionInvalid({ task, option: "runAt", problem: "excludes delayMs" });
    const time = Number(runAt);
    if (!Number.isFinite(time)) throw new TaskOptionInvalid({ task, option: "runAt", problem: "is not a date" });
    return time;
  }
  if (delayMs === undefined) return undefined;
  if (delayMs >= 0 && Number.isFinite(delayMs)) return Date.now() + delayMs;
  throw new TaskOptionInvalid({ task, option: "delayMs", problem: `must be a number from 0, is ${delayMs}` });
}
