import cluster from "node:cluster";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { describeRoutes } from "../../consumers/index.js";
import { createLogger, type FrameworkSettings, getLogger, setLogger } from "../../core/index.js";
import { ProcessesNeedRedis, type Project, type ServeOptions } from "../../project/index.js";
import { prepareSharedAddress } from "../../protocol/index.js";
import { inheritedEnvironment } from "../process.js";
import { ServingProcess } from "./serving-process.js";
import { Supervisor } from "./supervisor.js";

/** What a process has to end by itself, beyond the time that the settings give it, in milliseconds. */
const graceMs = 5000;

/** Several processes that serve a project together. */
export interface ServedTogether {
  /** Replaces them one by one. */
  restart(): Promise<void>;
  /** Stops them. Resolves with the exit code of the command. */
  stop(): Promise<number>;
  /** Ends them at once. */
  kill(): void;
}

/**
 * Serves the project of `file` with `count` processes on one address, each of which runs `hotclub serve`. Resolves when
 * all of them serve. Rejects with `ProcessesNeedRedis`, `PortInUse` and the like, and `ProcessNotServing`.
 */
export async function serveWithProcesses(
  project: Project,
  file: string,
  count: number,
  options: ServeOptions,
): Promise<ServedTogether> {
  const { settings, name } = project;
  setLogger(createLogger({ level: settings.logLevel, format: settings.logFormat }));
  const processes = count === 0 ? availableParallelism() : count;
  if (processes > 1) checkThatPartsMeet(project, processes);
  const host = options.host ?? settings.host;
  const wanted = options.port ?? settings.port;
  const unixSocket = options.unixSocket ?? (options.port === undefined ? settings.unixSocket : null);
  const port = await prepareSharedAddress({ host, port: wanted, ...(unixSocket !== null && { unixSocket }) });
  const address = unixSocket === null ? ["--host", host, "--port", String(port)] : ["--unix-socket", unixSocket];
  const [, main = ""] = process.argv;
  cluster.setupPrimary({ exec: main, args: ["serve", "--project", file, ...address] });
  if (settings.server !== "node" && unixSocket === null) adviseOnMigration();
  const supervisor = new Supervisor({
    count: processes,
    spawn: () => new ServingProcess(processEnvironment(settings, unixSocket)),
    stopWithinMs: settings.shutdownDelayMs + settings.shutdownTimeoutMs + graceMs,
  });
  try {
    const url = await supervisor.start();
    getLogger().info({ processes }, `${name} is served at ${url}`);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return {
    restart: () => supervisor.restart(),
    stop: async () => ((await supervisor.stop()) ? 0 : 1),
    kill: () => supervisor.kill(),
  };
}

/**
 * With uWebSockets.js each process has a listener of its own, and what has not been accepted yet when one closes is
 * reset, unless the system moves it to another (Linux 5.14).
 */
function adviseOnMigration(): void {
  const path = "/proc/sys/net/ipv4/tcp_migrate_req";
  if (!existsSync(path) || readFileSync(path, "utf8").trim() === "1") return;
  getLogger().info("set net.ipv4.tcp_migrate_req=1, so that a restart resets no connection that is just being made");
}

function processEnvironment(settings: FrameworkSettings, unixSocket: string | null): NodeJS.ProcessEnv {
  // Only one process can listen on a Unix socket with uWebSockets.js.
  const isShared = unixSocket !== null && settings.server === "auto";
  return { ...inheritedEnvironment, ...(isShared && { SERVER: "node" }) };
}

/** Without Redis, groups and named channels live in the memory of one process. Throws `ProcessesNeedRedis`. */
function checkThatPartsMeet({ settings, apps }: Project, processes: number): void {
  if (settings.redisUrl !== null) return;
  const all = [...apps];
  const routes = describeRoutes(all.flatMap((app) => app.routes ?? []));
  const live = routes.find(({ kind }) => kind !== "http");
  if (live !== undefined) throw new ProcessesNeedRedis({ processes, what: `the ${live.kind} route ${live.path}` });
  getLogger().warn({ processes }, "without REDIS_URL, groups reach only the process that a message was sent from");
}
