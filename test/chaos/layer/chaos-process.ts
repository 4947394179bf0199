import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a process holds. */
export interface Holding {
  readonly heapBytes: number;
  /** What keeps it running, such as timers; and on Linux the files and sockets that it has open, native ones too. */
  readonly handles: number;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Has a process of a run end with the one that started it, however that ends. */
export function endWithParent(): void {
  process.on("disconnect", () => process.exit());
}

/** Answers the probes of the process that started this one. */
export function answerProbes(): void {
  process.on("message", () => {
    // Twice, because what has a finalizer goes with the second.
    for (let times = 0; times < 2; times++) globalThis.gc?.();
    const handles = process.getActiveResourcesInfo().length + openFiles();
    process.send?.({ heapBytes: process.memoryUsage().heapUsed, handles } satisfies Holding);
  });
}

function openFiles(): number {
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
}

/** A process of a chaos run that can be killed and started again: a file of this folder with its arguments. */
export class ChaosProcess {
  readonly #file: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #isKilled = false;

  constructor(file: string, ...args: readonly string[]) {
    this.#file = fileURLToPath(new URL(file, import.meta.url));
    this.#args = args;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", this.#file, ...this.#args], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      env: { ...process.env, LOG_LEVEL: "silent" },
    });
    this.#child = child;
    this.#isKilled = false;
    const { stdout } = child;
    if (stdout === null) throw new TypeError("a child with a pipe has no standard output");
    await Promise.race([
      once(stdout, "data"),
      once(child, "exit").then(() => {
        throw new Error(`${this.#file} ended before it served`);
      }),
    ]);
  }

  /** Whether it has ended by itself, of its own accord or by a signal. */
  get isDead(): boolean {
    return this.#child !== undefined && !this.#isKilled && hasEnded(this.#child);
  }

  /** What it holds when its garbage is collected; undefined of one that has ended. It must answer probes. */
  async probe(): Promise<Holding | undefined> {
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return undefined;
    return new Promise((resolve) => {
      const settle = (holding?: Holding): void => {
        child.off("message", settle).off("exit", ended);
        resolve(holding);
      };
      const ended = (): void => settle();
      child.once("message", settle).once("exit", ended);
      child.send("probe", () => {
        // That it is gone, its end tells.
      });
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    this.#isKilled = true;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}
