import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("./web.ts", import.meta.url));

/** A web process that can be killed and started again on its port. */
export class WebProcess {
  readonly port: number;
  readonly #redisUrl: string;
  #child: ChildProcess | undefined;

  constructor(redisUrl: string, port: number) {
    this.#redisUrl = redisUrl;
    this.port = port;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", file, this.#redisUrl, String(this.port)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, LOG_LEVEL: "silent" },
    });
    this.#child = child;
    await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => {
        throw new Error("a web process ended before it served");
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
