import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

/**
 * Reads the process id of the server that runs now (empty: none), a line each. When the lines end, because the process
 * that started it disposed of the server or died in whatever way, it stops the server and deletes its directory. (A process that has ended and that nobody has
 * asked about yet still has its id, but no program any more: hence readlink and not kill -0.)
 */
const guardScript = `
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -CONT "$pid"; kill -s "$2" "$pid"
  while readlink "/proc/$pid/exe" > /dev/null; do sleep 0.05; done
fi
rm -rf "$1"`;

/** How to run a server. */
export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Belongs to the server alone: deleted with it. */
  readonly directory: string;
  /** What the server prints when it takes connections. */
  readonly readyText: string;
  /** What it prints when a start fails that will succeed a moment later. */
  readonly retryText?: string;
  /** Stops it at once and leaves nothing behind. */
  readonly stopSignal: "SIGKILL" | "SIGQUIT";
  /** The user to run it as. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A server that can be killed and started again, and that never outlives the process that made it. */
export class ServerProcess {
  readonly #options: ServerOptions;
  readonly #guard: ChildProcess;
  #child: ChildProcess | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    const args = ["-c", guardScript, "guard", options.directory, options.stopSignal.slice(3)];
    // Detached: ctrl-C in a terminal reaches the whole process group, and the guard has work to do then.
    this.#guard = spawn("/bin/sh", args, { stdio: ["pipe", "ignore", "ignore"], detached: true });
    this.#guard.unref();
    (this.#guard.stdin as Socket).unref();
  }

  /** Starts it, at first or again, and resolves when it takes connections. */
  async start(): Promise<void> {
    const { retryText } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const problem = await this.#startOnce();
      if (problem === undefined) return;
      if (attempt === 100 || retryText === undefined || !problem.includes(retryText)) {
        throw new Error(`${this.#options.command} did not start: ${problem}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Sends `signal` (default `SIGKILL`). Resolves when the process has ended, for `SIGSTOP` and `SIGCONT` at once. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    if (signal === "SIGSTOP" || signal === "SIGCONT") {
      child.kill(signal);
      return;
    }
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.ref();
    child.kill(signal);
    await ended;
  }

  /** Stops it in the quickest clean way; it may be started again. */
  async stop(): Promise<void> {
    await this.kill("SIGCONT");
    await this.kill(this.#options.stopSignal);
  }

  /** Stops it for good and deletes its directory. */
  async dispose(): Promise<void> {
    const guardEnded = new Promise((resolve) => this.#guard.once("exit", resolve));
    this.#guard.ref();
    this.#guard.stdin?.end();
    await guardEnded;
  }

  /** `undefined` when it runs, otherwise what it said before it gave up. */
  #startOnce(): Promise<string | undefined> {
    const { command, args, directory, user, readyText } = this.#options;
    const child = spawn(command, args, { cwd: directory, stdio: ["ignore", "pipe", "pipe"], detached: true, ...user });
    this.#child = child;
    this.#guard.stdin?.write(`${child.pid ?? ""}\n`);
    return new Promise((resolve) => {
      let output = "";
      const read = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-2000);
        if (!output.includes(readyText)) return;
        // From here on it does not keep a process alive that has nothing else to do.
        for (const handle of [child, child.stdout as Socket, child.stderr as Socket]) handle.unref();
        resolve(undefined);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", (error) => resolve(error.message));
      child.once("exit", () => {
        if (this.#child === child) this.#child = undefined;
        this.#guard.stdin?.write("\n");
        resolve(output.trim() === "" ? "it said nothing" : output.trim());
      });
    });
  }
}
