import { Consumer, type ConsumerContext } from "../../consumers/index.js";
import { getLogger, type Logger, type Message, type TaskScope, toError } from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";
import { TaskCancelled, TaskLost, TaskResultInvalid, TaskTimedOut, WorkerStopping } from "../errors.js";
import { errorInfo, isFinal } from "./error-info.js";
import { findUnplain, type PlainData } from "./plain-data.js";
import { type StopReason, type TaskRunMessage, type TaskStopMessage, thrownError } from "./task-messages.js";

/** One run of a task, as its function sees it. */
export interface TaskRun {
  /** The task's id, the same in every run of it. */
  readonly id: string;
  /** 1 for the first run. Above that, an earlier one failed or its worker died: what it did may be there already. */
  readonly attempt: number;
  /** Aborted when the run takes too long, is cancelled, or the worker stops: hand it to what takes long. */
  readonly signal: AbortSignal;
  /** Logs with the task's name, id and attempt, and the id of the request that enqueued it. */
  readonly log: Logger;
  /** The channel layer that groups live in. */
  readonly layer: ChannelLayer;
  /** Tells who asks for the task's status how far it is: a share, or any plain data. Resolves also when it cannot. */
  progress(value: PlainData): Promise<void>;
}

/** A class of consumers that run a task. */
export type TaskConsumerClass<Args = never, Result = unknown> = new (
  context: ConsumerContext<TaskScope>,
) => Pick<TaskConsumer<Args, Result>, "scope" | "run" | "task.run">;

/**
 * Runs a task: one object for each run, whose `run` gets the arguments and returns the result.
 *
 * ```ts
 * class ImportFile extends TaskConsumer<{ path: string }, number> {
 *   isPaused = false;
 *   async run({ path }: { path: string }) {
 *     await this.join(imports({ path }));
 *     …
 *   }
 *   "import.pause"() { this.isPaused = true; }
 * }
 * export const importFile = task("files.import", { retries: 3 }, ImportFile);
 * ```
 *
 * Messages of the groups it joins are handled one at a time, as in every consumer, while `run` waits for something.
 */
export abstract class TaskConsumer<Args = unknown, Result = unknown> extends Consumer<TaskScope> implements TaskRun {
  #abort: AbortController | undefined;
  #stopReason: Error | undefined;
  #log: Logger | undefined;

  /** The task itself. What it throws is the task's failure. */
  abstract run(args: Args): Result | Promise<Result>;

  get id(): string {
    return this.scope.id;
  }

  get attempt(): number {
    return this.scope.attempt;
  }

  override get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#stopReason !== undefined) this.#abort.abort(this.#stopReason);
    }
    return this.#abort.signal;
  }

  override get log(): Logger {
    // The request's id comes from the log context that the worker opens around a run.
    const { name, id, attempt } = this.scope;
    return (this.#log ??= getLogger().child({ task: name, taskId: id, attempt }));
  }

  async progress(value: PlainData): Promise<void> {
    const problem = findUnplain(value);
    if (problem !== undefined) throw new TaskResultInvalid({ task: this.scope.name, what: "progress", ...problem });
    await this.send({ type: "task.progress", value });
  }

  /** Starts the run and leaves the mailbox free for what comes from groups. */
  "task.run"(message: Message): void {
    void this.#perform((message as TaskRunMessage).args as Args);
  }

  "task.stop"(message: Message): void {
    const stop = message as TaskStopMessage;
    this.#stopReason ??= stopErrors[stop.reason](stop, this.scope);
    this.#abort?.abort(this.#stopReason);
  }

  async #perform(args: Args): Promise<void> {
    let answer: Message;
    try {
      const result = await this.run(args);
      const problem = findUnplain(result);
      if (problem !== undefined) throw new TaskResultInvalid({ task: this.scope.name, what: "result", ...problem });
      answer = { type: "task.completed", result: result ?? null };
    } catch (thrown) {
      const error = toError(thrown);
      answer = {
        type: "task.failed",
        error: errorInfo(error),
        isFinal: isFinal(error),
        [thrownError]: error,
      };
    }
    this.announceEnd();
    const released = this.releaseChannel();
    if (released !== undefined) await released;
    void this.send(answer);
  }
}

const stopErrors: Readonly<Record<StopReason, (message: TaskStopMessage, scope: TaskScope) => Error>> = {
  timeout: ({ timeoutMs = 0 }, { name }) => new TaskTimedOut({ task: name, timeoutMs }),
  shutdown: () => new WorkerStopping(),
  cancelled: (_message, { name, id }) => new TaskCancelled({ task: name, id }),
  lost: (_message, { name, id }) => new TaskLost({ task: name, id }),
};
