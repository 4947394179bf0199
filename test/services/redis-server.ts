import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "./free-port.js";
import { findInPath, findOrInstall, type Requirement } from "./install.js";
import { ServerProcess } from "./server-process.js";

/** How to find and install it. */
export const redis: Requirement = {
  title: "Redis",
  debianPackage: "redis-server",
  variable: "REDIS_URL",
  find: () => findInPath("redis-server", "valkey-server"),
};

/** How to find and install it: Debian has it since version 13. */
export const valkey: Requirement = {
  title: "Valkey",
  debianPackage: "valkey-server",
  variable: "VALKEY_PATH",
  find: async () => process.env["VALKEY_PATH"] ?? (await findInPath("valkey-server")),
};

/** A server of a test's own, to be killed and started again. */
export interface PrivateServer {
  readonly url: string;
  readonly port: number;
  /** Starts it again after `stop` or `kill`, on the same port and with the data it kept. */
  start(): Promise<void>;
  /** Stops it at once; it may be started again. */
  stop(): Promise<void>;
  /** Sends `signal` (default `SIGKILL`) and waits for the end, except after `SIGSTOP` and `SIGCONT`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it and deletes its data. Happens by itself when the test process ends. */
  dispose(): Promise<void>;
}

/** Options of `startRedis`. */
export interface RedisOptions {
  /** Keep data over a restart (`appendonly`, `appendfsync always`). Default false. */
  readonly durable?: boolean;
  /** The program to run, where it is not to be looked for. */
  readonly command?: string;
  /** More of Redis' own settings, such as `{ maxmemory: "8mb" }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Starts a Redis of the caller's own. */
export async function startRedis({ durable = false, config = {}, command }: RedisOptions = {}): Promise<PrivateServer> {
  const program = command ?? (await findOrInstall(redis));
  const directory = await mkdtemp(join(tmpdir(), "hotclub-redis-"));
  const port = await freePort();
  const settings: Record<string, string> = {
    port: String(port),
    bind: "127.0.0.1",
    dir: directory,
    save: "",
    appendonly: durable ? "yes" : "no",
    appendfsync: "always",
    ...config,
  };
  const server = new ServerProcess({
    command: program,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    directory,
    readyText: "Ready to accept connections",
    stopSignal: "SIGKILL",
  });
  await server.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start: () => server.start(),
    stop: () => server.stop(),
    kill: (signal) => server.kill(signal),
    dispose: () => server.dispose(),
  };
}
