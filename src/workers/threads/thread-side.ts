import { ConsumerServices } from "../../consumers/index.js";
import {
  type Application,
  type Handler,
  type Message,
  runWithLogContext,
  type Scope,
  toError,
} from "../../core/index.js";
import { TaskMessageUnknown, TaskThreadModuleInvalid } from "../errors.js";
import { taskApplication } from "../running/task-application.js";
import { definedTasks } from "../tasks/defined-tasks.js";
import { errorInfo, isFinal } from "../tasks/error-info.js";
import {
  type TaskCompletedMessage,
  type TaskFailedMessage,
  type TaskProgressMessage,
  thrownError,
} from "../tasks/task-messages.js";
import { TaskConsumer } from "../tasks/task-consumer.js";
import { Borrowings } from "./borrowings.js";
import { LatestProgress } from "./latest-progress.js";
import { loadModule } from "./load-module.js";
import type { ThreadOrder, ThreadReport, ThreadRunOrder } from "./thread-messages.js";

/** The thread's end of its runs, one at a time. */
export class ThreadSide {
  readonly #report: (message: ThreadReport) => void;
  readonly #application: Application = taskApplication(definedTasks, new ConsumerServices({ tracksRequests: false }));
  /** By the scope: what still goes on of an earlier run has nothing of the next. */
  readonly #borrowings = new WeakMap<Scope, Borrowings>();
  #borrowed: Borrowings | undefined;
  #progress: LatestProgress;
  #handler: Handler | undefined;
  #stop: Message | undefined;

  constructor(report: (message: ThreadReport) => void) {
    this.#report = report;
    this.#progress = new LatestProgress((message) => report({ type: "progress", message }));
  }

  hear(order: ThreadOrder): void {
    if (order.type === "run") void this.#run(order);
    else if (order.type === "answer") this.#borrowed?.hear(order);
    else if (order.type === "kept") this.#progress.kept();
    else {
      this.#stop = order.message;
      this.#tell(order.message);
    }
  }

  async #run(order: ThreadRunOrder): Promise<void> {
    const { module, scope, args } = order;
    this.#handler = undefined;
    this.#stop = undefined;
    this.#progress = new LatestProgress((message) => this.#report({ type: "progress", message }));
    try {
      await loadModule(module);
      if (!definedTasks.has(scope.name)) throw new TaskThreadModuleInvalid({ task: scope.name, module });
      this.#lend(order);
      const begin = async (): Promise<void> => {
        this.#handler = this.#application(scope, (message) => this.#send(message, order));
        if (this.#stop !== undefined) this.#tell(this.#stop);
        await this.#handler.handle({ type: "task.run", args });
      };
      const { requestId, id, carried } = scope;
      await (requestId === id && carried === undefined ? begin() : runWithLogContext(scope, begin));
    } catch (thrown) {
      this.#fail(thrown, order);
    }
  }

  #lend({ scope, lent }: ThreadRunOrder): void {
    const borrowings = (this.#borrowed = new Borrowings((question) => this.#report(question)));
    this.#borrowings.set(scope, borrowings);
    const all = this.#borrowings;
    for (const name of lent) {
      // Before what a module that a task imports may have set up for a process: that has a database.
      Object.defineProperty(TaskConsumer.prototype, name, {
        configurable: true,
        get(this: TaskConsumer) {
          return all.get(this.scope)?.get(name);
        },
      });
    }
  }

  #tell(message: Message): void {
    void this.#handler?.handle(message);
  }

  #send(message: Message, order: ThreadRunOrder): Promise<void> | void {
    switch (message.type) {
      case "task.progress":
        return this.#progress.send(message as TaskProgressMessage);
      case "task.completed":
        return this.#end({ type: "completed", result: (message as TaskCompletedMessage).result });
      case "task.failed": {
        const failed = message as TaskFailedMessage;
        return this.#end({ type: "failed", message: withRetry(failed, failed[thrownError], order) });
      }
      default:
        throw new TaskMessageUnknown({ type: message.type });
    }
  }

  #fail(thrown: unknown, order: ThreadRunOrder): void {
    const error = toError(thrown);
    const message: TaskFailedMessage = { type: "task.failed", error: errorInfo(error), isFinal: isFinal(error) };
    this.#end({ type: "failed", message: withRetry(message, error, order) });
  }

  #end(end: ThreadReport): void {
    this.#handler = undefined;
    this.#progress.flush();
    this.#report(end);
  }
}

/** The rule about retries is asked here, where there is still the error itself and not a copy. */
function withRetry(
  { type, error, isFinal: isFinalError }: TaskFailedMessage,
  thrown: Error | undefined,
  { scope, failures }: ThreadRunOrder,
): TaskFailedMessage {
  const message: TaskFailedMessage = { type, error, isFinal: isFinalError };
  const retryIf = definedTasks.get(scope.name)?.options.retryIf;
  if (retryIf === undefined || thrown === undefined) return message;
  try {
    return { ...message, retry: retryIf(thrown, { attempt: scope.attempt, failures: failures + 1 }) };
  } catch {
    // The worker asks again, and says what is wrong with the rule.
    return message;
  }
}
