import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { BenchProcessFailed } from "./errors.js";

/** Whether server and load can have a core each: where there are two, and `taskset`. */
export const canPin = availableParallelism() >= 2 && spawnSync("taskset", ["--version"]).status === 0;

/** What a process of the bench has used and holds. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Resident memory. */
  readonly memoryBytes: number;
}

/** What such a process answers. */
type Answer = { readonly result: unknown } | { readonly failure: string };

/** How such a process is started. */
export interface BenchProcessOptions {
  readonly core: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A process of the bench, which does what it is told, one order after the other. */
export class BenchProcess {
  readonly #child: ChildProcess;
  readonly #role: string;
  readonly #ended: Promise<never>;

  /** Starts `file` of this folder on a core of its own, where that can be. */
  constructor(role: string, file: string, options: BenchProcessOptions) {
    this.#role = role;
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      // What the project logs costs what it costs, and is seen by nobody; what is wrong is told on stderr.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: options.environment,
    });
    const { pid } = this.#child;
    if (canPin && pid !== undefined) {
      spawnSync("taskset", ["-a", "-p", "-c", String(options.core), String(pid)], { stdio: "ignore" });
    }
    this.#ended = once(this.#child, "exit").then(([code, signal]) => {
      throw new BenchProcessFailed({ role, problem: `it ended with ${code ?? signal}` });
    });
    const kill = (): void => void this.#child.kill("SIGKILL");
    options.signal.addEventListener("abort", kill);
    if (options.signal.aborted) kill();
    this.#ended.catch(() => options.signal.removeEventListener("abort", kill));
  }

  /** Rejects with `BenchProcessFailed` where the process cannot do it, or has ended. */
  async ask<Result>(order: object): Promise<Result> {
    const answered = once(this.#child, "message") as Promise<[Answer]>;
    // What cannot be sent has no answer; that the process is gone, its exit tells.
    this.#child.send(order, () => {});
    const [answer] = await Promise.race([answered, this.#ended]);
    if ("failure" in answer) throw new BenchProcessFailed({ role: this.#role, problem: answer.failure });
    return answer.result as Result;
  }

  usage(): Promise<Usage> {
    return this.ask({ do: "usage" });
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended.catch(() => {});
  }
}
