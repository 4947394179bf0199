import { getLogger, type Handler, type Message, type Send, type TaskScope, toError } from "../../core/index.js";
import { TaskThreadEnded } from "../errors.js";
import { errorInfo } from "../tasks/error-info.js";
import type { TaskRunMessage, TaskStopMessage } from "../tasks/task-messages.js";
import { lentNames } from "./lent.js";
import { Loans } from "./loans.js";
import type { TaskThread, ThreadRunListener } from "./task-thread.js";
import type { ThreadQuestion, ThreadReport } from "./thread-messages.js";

/** How long a run that was asked to end may take over that, in milliseconds; then its thread is ended. */
const graceMs = 500;

/** What is known of a run before it begins. */
export interface ThreadRunPlace {
  readonly thread: TaskThread;
  readonly module: string;
  readonly failures: number;
}

/** The process's end of a run in a thread: what a consumer is elsewhere. */
export class ThreadRun implements Handler, ThreadRunListener {
  readonly #place: ThreadRunPlace;
  readonly #scope: TaskScope;
  readonly #send: Send;
  readonly #loans: Loans;
  #timer: NodeJS.Timeout | undefined;
  /** Progress that the queue is being told of. */
  #keeping: Promise<void> | undefined;
  #isOver = false;

  constructor(place: ThreadRunPlace, scope: TaskScope, send: Send) {
    this.#place = place;
    this.#scope = scope;
    this.#send = send;
    this.#loans = new Loans(scope);
  }

  handle(message: Message): void {
    const { thread, module, failures } = this.#place;
    if (message.type === "task.run") {
      const { args } = message as TaskRunMessage;
      thread.run({ type: "run", module, scope: this.#scope, args, failures, lent: lentNames() }, this);
    } else if (message.type === "task.stop") {
      thread.tell({ type: "stop", message: message as TaskStopMessage });
      // A loop that never pauses hears nothing.
      this.#timer = setTimeout(() => {
        void thread.end(new TaskThreadEnded({ problem: `the task did not stop within ${graceMs} ms` }));
      }, graceMs);
    }
  }

  report(report: Exclude<ThreadReport, { type: "log" }>): void {
    if (report.type === "ask") return void this.#answer(report);
    if (report.type === "progress") return void (this.#keeping = this.#keep(report.message));
    this.#end(report.type === "failed" ? report.message : { type: "task.completed", result: report.result });
  }

  died(error: Error): void {
    this.#end({ type: "task.failed", error: errorInfo(error), isFinal: false });
  }

  async #answer(question: ThreadQuestion): Promise<void> {
    try {
      await this.#loans.answer(question, (order) => {
        if (!this.#isOver) this.#place.thread.tell(order);
      });
    } catch (thrown) {
      void this.#place.thread.end(toError(thrown));
    }
  }

  #end(message: Message): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    void this.#tell(message);
  }

  async #tell(message: Message): Promise<void> {
    try {
      await this.#keeping;
      await this.#send(message);
    } catch (thrown) {
      const { name: task, id: taskId } = this.#scope;
      getLogger().error({ task, taskId, err: toError(thrown) }, "middleware refused the end of a task");
    }
  }

  async #keep(message: Message): Promise<void> {
    try {
      await this.#send(message);
    } catch (thrown) {
      // What is around the run refuses its progress.
      return void this.#place.thread.end(toError(thrown));
    }
    if (!this.#isOver) this.#place.thread.tell({ type: "kept" });
  }
}
