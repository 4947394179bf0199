import { Worker } from "node:worker_threads";

import { getLogger, toError } from "../../core/index.js";
import { TaskThreadEnded } from "../errors.js";
import { logLineOfThread } from "./thread-log.js";
import type { ThreadOrder, ThreadReport, ThreadRunOrder, ThreadSettings } from "./thread-messages.js";

/** What becomes of a run in a thread. */
export interface ThreadRunListener {
  report(report: Exclude<ThreadReport, { type: "log" }>): void;
  /** The thread is no more, and the run with it. */
  died(error: Error): void;
}

/** A thread, as the process sees it: runs one task at a time, and can be ended at any moment. */
export class TaskThread {
  /** Called once, when the thread is no more. */
  onEnd: () => void = () => {};
  readonly #worker: Worker;
  readonly #modules = new Set<string>();
  readonly #exited: Promise<void>;
  #listener: ThreadRunListener | undefined;
  #error: Error | undefined;
  #isOver = false;

  constructor() {
    const workerData: ThreadSettings = { level: getLogger().level };
    this.#worker = new Worker(new URL("./thread-main.js", import.meta.url), { workerData, name: "hotclub task" });
    // It keeps the process alive only while it runs something.
    this.#worker.unref();
    this.#worker.on("message", (report: ThreadReport) => this.#hear(report));
    this.#worker.on("messageerror", (error) => void this.end(error));
    this.#worker.on("error", (thrown: unknown) => (this.#error ??= toError(thrown)));
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#isOver = true;
        this.#error ??= new TaskThreadEnded({ problem: `it left with exit code ${code}` });
        const listener = this.#listener;
        this.#listener = undefined;
        // First this: nobody is to take it for one that is free.
        this.onEnd();
        listener?.died(this.#error);
        resolve();
      });
    });
  }

  /** Whether it has loaded a module before. */
  knows(module: string): boolean {
    return this.#modules.has(module);
  }

  /** Whether it runs a task. */
  get isBusy(): boolean {
    return this.#listener !== undefined;
  }

  /** Throws what cannot be sent to a thread, and the error of a thread that is no more. */
  run(order: ThreadRunOrder, listener: ThreadRunListener): void {
    if (this.#isOver) throw this.#error ?? new TaskThreadEnded({ problem: "it left" });
    this.tell(order);
    this.#modules.add(order.module);
    this.#listener = listener;
    this.#worker.ref();
  }

  tell(order: ThreadOrder): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin; that is for windows.
    this.#worker.postMessage(order);
  }

  /** Ends the thread, whatever it does. Resolves when it is no more; then its run has died of `error`. */
  async end(error: Error): Promise<void> {
    this.#error ??= error;
    await this.#worker.terminate();
    await this.#exited;
  }

  #hear(report: ThreadReport): void {
    if (report.type === "log") return logLineOfThread(report.line);
    const listener = this.#listener;
    if (report.type === "completed" || report.type === "failed") {
      this.#listener = undefined;
      this.#worker.unref();
    }
    listener?.report(report);
  }
}
