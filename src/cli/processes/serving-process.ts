import cluster, { type Worker } from "node:cluster";

import { ProcessNotServing } from "../../project/index.js";

/** Set for processes that a supervisor has started. */
const supervisedVariable = "HOTCLUB_SUPERVISED";

/** What such a process says when it serves. */
interface Serving {
  readonly type: "hotclub.serving";
  readonly url: string;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** How long it lived, in milliseconds. */
  readonly afterMs: number;
}

/** One of several processes that serve together, as their supervisor sees it. */
export class ServingProcess {
  readonly exited: Promise<ProcessEnd>;
  /** Where it serves, as soon as it does. Rejects with `ProcessNotServing` when it ends before. */
  readonly serving: Promise<string>;
  readonly #worker: Worker;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    const began = performance.now();
    const worker = cluster.fork({ ...environment, [supervisedVariable]: "1" });
    this.#worker = worker;
    this.exited = new Promise((resolve) => {
      worker.once("exit", (code: number | null, signal: string | null) => {
        clearTimeout(this.#killTimer);
        resolve({ code, signal, afterMs: performance.now() - began });
      });
    });
    this.serving = new Promise((resolve, reject) => {
      worker.on("message", (message: unknown) => {
        if (isServing(message)) resolve(message.url);
      });
      void this.exited.then(({ code, signal }) => reject(new ProcessNotServing({ end: `${signal ?? code}` })));
    });
    this.serving.catch(() => {});
    // Such as a channel that closes while something is being said over it; what follows is `exit`.
    worker.on("error", () => {});
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Asks it to stop, and ends it after `withinMs`. Resolves when it has ended. */
  stop(withinMs: number): Promise<ProcessEnd> {
    this.#worker.process.kill("SIGTERM");
    this.#killTimer ??= setTimeout(() => this.kill(), withinMs);
    return this.exited;
  }

  /** Ends it at once. */
  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }
}

function isServing(message: unknown): message is Serving {
  return typeof message === "object" && message !== null && "type" in message && message.type === "hotclub.serving";
}

/** Whether this process was started by a supervisor. */
export function isSupervised(): boolean {
  return cluster.isWorker && process.env[supervisedVariable] === "1";
}

/** Tells the supervisor that this process serves. */
export function tellServing(url: string): void {
  process.send?.({ type: "hotclub.serving", url } satisfies Serving);
}
