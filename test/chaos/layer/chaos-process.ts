import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of a chaos run that can be killed and started again: a file of this folder with its arguments. */
export class ChaosProcess {
  readonly #file: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(file: string, ...args: readonly string[]) {
    this.#file = fileURLToPath(new URL(file, import.meta.url));
    this.#args = args;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", this.#file, ...this.#args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, LOG_LEVEL: "silent" },
    });
    this.#child = child;
    await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => {
        throw new Error(`${this.#file} ended before it served`);
      }),
    ]);
  }

  /** Whether it has ended by itself. */
  get isDead(): boolean {
    return this.#child?.exitCode !== null && this.#child?.exitCode !== undefined;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}
