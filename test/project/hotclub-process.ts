import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The command as it was built. */
export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** How a `hotclub` process of a test is run. */
export interface ProcessOptions {
  /** Its working directory, where an SQLite file and a secret key would lie. */
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The command's file, where it is not the one that was built here. */
  readonly main?: string;
}

/** A `hotclub` command in a process of its own. Its log is JSON, a line each. */
export class HotclubProcess {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | string>;
  /** Whoever waits for a further line. */
  #waiting: (() => void)[] = [];

  constructor(args: readonly string[], options: ProcessOptions) {
    const { directory, environment = {} } = options;
    const { REDIS_URL: _redis, DATABASE_URL: _database, PORT: _port, ...inherited } = process.env;
    this.#child = spawn(process.execPath, [options.main ?? main, ...args], {
      cwd: directory,
      env: { ...inherited, NODE_ENV: "", LOG_FORMAT: "json", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#add(line));
    }
    this.#exited = once(this.#child, "close").then(([code, signal]) => {
      this.#wake();
      return (code as number | null) ?? (signal as string);
    });
  }

  /** The first line that holds `text`, as soon as there is one. Rejects when the process ends without it. */
  async line(text: string): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => line.includes(text));
      if (found !== undefined) return found;
      const isOver = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (isOver)
        throw new Error(`the process ended without printing ${JSON.stringify(text)}:\n${this.lines.join("\n")}`);
      await this.nextLine();
    }
  }

  /** Resolves when `count` lines hold `text`. */
  async count(text: string, count: number): Promise<void> {
    while (this.lines.filter((line) => line.includes(text)).length < count) await this.nextLine();
  }

  /** Resolves when the process prints a further line, or ends. */
  nextLine(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Where `hotclub serve` serves, as soon as it says so. */
  async url(): Promise<string> {
    return /http:\/\/[^\s"]+:\d+/.exec(await this.line("is served at"))?.[0] ?? "";
  }

  /** The exit code, or the name of the signal that ended it. */
  get exited(): Promise<number | string> {
    return this.#exited;
  }

  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  kill(signal: NodeJS.Signals): Promise<number | string> {
    this.#child.kill(signal);
    return this.#exited;
  }

  /** Ends it gently and gives the exit code. */
  stop(): Promise<number | string> {
    return this.kill("SIGTERM");
  }

  #add(line: string): void {
    this.lines.push(line);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
