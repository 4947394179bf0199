import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

import type { Question } from "./announce.js";

/** Servers run on the first core, the load on the second, where the machine has two and `taskset`. */
export const canPin = availableParallelism() >= 2 && spawnSync("taskset", ["--version"]).status === 0;

/** Moves a process to one core. */
export function pin(pid: number, core: number): void {
  if (canPin) spawnSync("taskset", ["-a", "-p", "-c", String(core), String(pid)], { stdio: "ignore" });
}

/** A peer that cannot take part on this machine. */
export class LeftOut extends Error {}

/** A server of a case, in a process of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #file: string;
  readonly #exited: Promise<number | string>;

  private constructor(child: ChildProcess, file: string, port: number, exited: Promise<number | string>) {
    this.#child = child;
    this.#file = file;
    this.#exited = exited;
    this.port = port;
  }

  static async start(file: string, environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const child = fork(file, {
      stdio: ["ignore", 2, 2, "ipc"],
      execArgv: ["--expose-gc"],
      env: { ...process.env, ...environment, NODE_ENV: "production" },
    });
    const announced = once(child, "message") as Promise<[{ port: number } | { leftOut: string }]>;
    const exited = once(child, "exit").then(([code, signal]) => (code as number | null) ?? (signal as string));
    const ended = exited.then((code) => {
      throw new Error(`${file} ended with ${code} before it listened`);
    });
    ended.catch(() => {});
    const [message] = await Promise.race([announced, ended]);
    if ("leftOut" in message) {
      child.kill();
      throw new LeftOut(message.leftOut);
    }
    const { port } = message;
    if (child.pid !== undefined) pin(child.pid, 0);
    return new ServerProcess(child, file, port, exited);
  }

  /** The CPU seconds that the process has used. */
  async cpuSeconds(): Promise<number> {
    const { cpu } = await this.#ask<{ cpu: NodeJS.CpuUsage }>("cpu");
    return (cpu.user + cpu.system) / 1e6;
  }

  /** How many bytes JavaScript holds, without garbage. */
  async memory(): Promise<number> {
    return (await this.#ask<{ memory: number }>("memory")).memory;
  }

  /** Has it note what it does, until `endProfile`; what it noted before is forgotten. */
  async startProfile(): Promise<void> {
    await this.#ask("profile");
  }

  /** Has it write what it noted into a `.cpuprofile`. */
  async endProfile(file: string): Promise<void> {
    await this.#ask({ profileTo: file });
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Rejects when the process has ended, or ends before it answers. */
  async #ask<Answer>(question: Question): Promise<Answer> {
    const ended = this.#exited.then((code) => {
      throw new Error(`${this.#file} ended with ${code} while it was measured`);
    });
    ended.catch(() => {});
    const answered = once(this.#child, "message") as Promise<[Answer]>;
    this.#child.send(question, () => {
      // What could not be sent has no answer; that the process is gone, its exit tells.
    });
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  }
}
