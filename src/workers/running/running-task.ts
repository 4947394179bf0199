import {
  type Application,
  type Handler,
  type Logger,
  type Message,
  runWithLogContext,
  type Send,
  type TaskScope,
  toError,
} from "../../core/index.js";
import type { RunOutcome, TaskDelivery } from "../backend.js";
import { TaskExpired, TaskMessageUnknown, TaskTimedOut } from "../errors.js";
import { retryDelayMs } from "../tasks/backoff.js";
import { errorInfo, isFinal, reviveError } from "../tasks/error-info.js";
import {
  type StopReason,
  type TaskCompletedMessage,
  type TaskErrorInfo,
  type TaskFailedMessage,
  type TaskProgressMessage,
  thrownError,
} from "../tasks/task-messages.js";
import type { PlainData } from "../tasks/plain-data.js";
import type { ResolvedTaskOptions } from "../tasks/task-options.js";
import { type ProgressChange, taskProgress } from "../tasks/task-progress.js";

/** How a run is limited; a task that this worker does not know has the defaults. */
export type RunLimits = Pick<ResolvedTaskOptions, "timeoutMs" | "backoff" | "retryIf" | "announce" | "thread">;

/** How long a run that was asked to stop may take over that before it counts as failed without it, in milliseconds. */
const graceMs = 1000;

/** One run: the worker's end of a task's scope. Turns what the consumer sends into the outcome. */
export class RunningTask {
  readonly #delivery: TaskDelivery;
  readonly #limits: RunLimits;
  readonly #log: Logger;
  readonly #settle: (outcome: RunOutcome) => void;
  #handler: Handler | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopReason: StopReason | undefined;
  /** What was kept last. */
  #progress: PlainData;
  /** What is to be kept next. */
  #reported: { readonly value: PlainData } | undefined;
  #keeping: Promise<void> | undefined;
  #isStarted = false;
  #isOver = false;

  /** `settle` is called exactly once. */
  constructor(delivery: TaskDelivery, limits: RunLimits, log: Logger, settle: (outcome: RunOutcome) => void) {
    this.#delivery = delivery;
    this.#limits = limits;
    this.#log = log;
    this.#settle = settle;
  }

  start(application: Application): void {
    if (this.#isOver) return;
    this.#isStarted = true;
    const { id, requestId, carried, name, expiresAt } = this.#delivery;
    if (expiresAt !== undefined && expiresAt <= Date.now()) {
      return this.#fail({
        type: "task.failed",
        error: errorInfo(new TaskExpired({ task: name, expiresAt })),
        isFinal: true,
      });
    }
    const { queue, attempt } = this.#delivery;
    const scope: TaskScope = { type: "task", id, name, queue, attempt, requestId: requestId ?? id, state: {} };
    // Only where there is something to carry: a context makes every promise of the process dearer (Node.js 20).
    if (requestId === undefined && carried === undefined) return this.#begin(application, scope);
    const carrying = carried === undefined ? scope : { ...scope, carried };
    runWithLogContext(carrying, () => this.#begin(application, carrying));
  }

  /** Asks the consumer to end. A second reason changes nothing. What has not begun ends at once. */
  stop(reason: StopReason): void {
    if (this.#isOver || this.#stopReason !== undefined) return;
    this.#stopReason = reason;
    if (!this.#isStarted) return reason === "cancelled" ? this.#endCancelled() : this.#end({ type: "returned" });
    const { timeoutMs } = this.#limits;
    if (reason === "cancelled" && !this.#hasThread) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#endCancelled(), graceMs);
    }
    this.#tell({ type: "task.stop", reason, ...(reason === "timeout" && { timeoutMs }) });
  }

  /** Ends the run as far as the queue is concerned: another worker is to run the task. */
  abandon(): void {
    if (this.#isOver) return;
    this.#log.warn(this.#fields(), "a task did not end when it was asked to; it goes back to its queue");
    this.#end({ type: "returned" });
  }

  #begin(application: Application, scope: TaskScope): void {
    const { timeoutMs } = this.#limits;
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#onTimeout(), timeoutMs);
    this.#debug("a task starts");
    try {
      this.#handler = application(scope, this.#send);
    } catch (thrown) {
      return this.#failWith(thrown);
    }
    this.#tell({ type: "task.run", args: this.#delivery.args });
  }

  #tell(message: Message): void {
    try {
      const handled = this.#handler?.handle(message);
      if (handled instanceof Promise) handled.catch((thrown: unknown) => this.#failWith(thrown));
    } catch (thrown) {
      this.#failWith(thrown);
    }
  }

  readonly #send: Send = (message) => {
    switch (message.type) {
      case "task.progress":
        return this.#report(message as TaskProgressMessage);
      case "task.completed":
        return this.#complete(message as TaskCompletedMessage);
      case "task.failed": {
        return this.#fail(message as TaskFailedMessage);
      }
      default:
        throw new TaskMessageUnknown({ type: message.type });
    }
  };

  #report({ value }: TaskProgressMessage): void | Promise<void> {
    if (this.#isOver) return;
    this.#reported = { value };
    return (this.#keeping ??= this.#keepProgress());
  }

  /**
   * One at a time, or a pool of connections would let the older overtake the newer; of what comes meanwhile, the latest.
   * Ends with the last that was reported, also when the run is over by then.
   */
  async #keepProgress(): Promise<void> {
    while (this.#reported !== undefined) {
      const { value } = this.#reported;
      this.#reported = undefined;
      try {
        await this.#delivery.progress(value);
      } catch (thrown) {
        this.#log.warn({ ...this.#fields(), err: toError(thrown) }, "a task's progress could not be kept");
      }
      this.#progress = value;
      await this.#announce("running");
    }
    this.#keeping = undefined;
  }

  async #announce(state: ProgressChange["state"]): Promise<void> {
    if (!this.#limits.announce) return;
    const { id, name } = this.#delivery;
    try {
      await taskProgress({ id }).send("progress.changed", { id, task: name, state, value: this.#progress ?? null });
    } catch (thrown) {
      this.#log.warn({ ...this.#fields(), err: toError(thrown) }, "a task's progress could not be announced");
    }
  }

  #complete({ result }: TaskCompletedMessage): void {
    if (this.#isOver) return;
    this.#debug("a task has succeeded");
    this.#end({ type: "completed", result });
  }

  #failWith(thrown: unknown): void {
    const error = toError(thrown);
    this.#fail({ type: "task.failed", error: errorInfo(error), isFinal: isFinal(error), [thrownError]: error });
  }

  #fail({ error: given, isFinal: isFinalError, retry, [thrownError]: thrown }: TaskFailedMessage): void {
    if (this.#isOver) return;
    if (this.#stopReason === "cancelled") return this.#endCancelled();
    // What a task throws because it was stopped is no failure of its own.
    if (this.#stopReason === "shutdown" || this.#stopReason === "lost") return this.#end({ type: "returned" });
    const error = this.#stopReason === "timeout" ? this.#timeoutError() : given;
    const { failures, retries } = this.#delivery;
    const retryInMs =
      isFinalError || failures >= retries ? null : this.#retryInMs(thrown ?? reviveError(error), failures + 1, retry);
    const fields = { ...this.#fields(), err: reviveError(error) };
    if (retryInMs === null) this.#log.error(fields, "a task has failed");
    else this.#log.warn({ ...fields, retryInMs }, "a task failed and will run again");
    this.#end({ type: "failed", error, retryInMs });
  }

  /** The wait before the next run; `null` where the task's rule says that there is none. */
  #retryInMs(error: Error, failures: number, asked: boolean | number | undefined): number | null {
    const { backoff, retryIf } = this.#limits;
    const usual = retryDelayMs(backoff, failures);
    if (retryIf === undefined) return usual;
    try {
      const answer = asked ?? retryIf(error, { attempt: this.#delivery.attempt, failures });
      if (typeof answer === "number") return Math.max(answer, 0);
      return answer ? usual : null;
    } catch (thrown) {
      this.#log.error({ ...this.#fields(), err: toError(thrown) }, "a task's rule about retries failed; it runs again");
      return usual;
    }
  }

  #endCancelled(): void {
    if (this.#isOver) return;
    this.#log.info(this.#fields(), "a task was cancelled");
    this.#end({ type: "cancelled" });
  }

  #onTimeout(): void {
    this.stop("timeout");
    // A thread is ended where its task goes on, and the run is over when it is: so nothing goes on beside a successor.
    if (this.#hasThread) return;
    this.#timer = setTimeout(() => {
      this.#log.warn(
        this.#fields(),
        "a task does not end when its signal is aborted; it goes on beside its successors",
      );
      this.#failWith(this.#timeoutError());
    }, graceMs);
  }

  get #hasThread(): boolean {
    return this.#limits.thread !== undefined;
  }

  #timeoutError(): TaskErrorInfo {
    return errorInfo(new TaskTimedOut({ task: this.#delivery.name, timeoutMs: this.#limits.timeoutMs ?? 0 }));
  }

  #end(outcome: RunOutcome): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    // A task that is over keeps its progress as it is.
    if (this.#keeping === undefined) this.#finish(outcome);
    else void this.#keeping.then(() => this.#finish(outcome));
  }

  #finish(outcome: RunOutcome): void {
    const state = endStateOf(outcome);
    if (state !== undefined) void this.#announce(state);
    this.#settle(outcome);
  }

  #debug(text: string): void {
    if (this.#log.isLevelEnabled("debug")) this.#log.debug(this.#fields(), text);
  }

  #fields() {
    const { name, id, queue, attempt } = this.#delivery;
    return { task: name, taskId: id, queue, attempt };
  }
}

function endStateOf(outcome: RunOutcome): "succeeded" | "failed" | "cancelled" | undefined {
  if (outcome.type === "completed") return "succeeded";
  if (outcome.type === "cancelled") return "cancelled";
  return outcome.type === "failed" && outcome.retryInMs === null ? "failed" : undefined;
}
