import { setTimeout } from "node:timers/promises";

import { ConsumerServices } from "../consumers/index.js";
import { type FrameworkSettings, getLogger } from "../core/index.js";
import { type Listening, loadServer } from "../protocol/index.js";
import type { RemoteFront, Worker } from "../workers/index.js";
import { boot, type RunningProject } from "./boot.js";
import { calmTurn } from "./calm-turn.js";
import { builtInChecks } from "./health/built-in-checks.js";
import { Readiness } from "./health/readiness.js";
import { Lifespans } from "./lifespan/lifespans.js";
import { listenOptions, type ServeOptions } from "./listen-options.js";
import type { Project } from "./project.js";
import { openFront } from "./remote.js";
import { siteOf } from "./site.js";
import { startWorker } from "./work.js";

/** How long open connections are listened to where another process takes the new ones, in milliseconds. */
const lingerMs = 500;

/** What the worker has at least, to return what it holds. */
const leastWorkerMs = 500;

/** A project that is being served. */
export interface ServedProject {
  /** `http://127.0.0.1:8000`, or `unix:/run/site.sock` */
  readonly url: string;
  readonly port: number;
  readonly running: RunningProject;
  /**
   * Turns `/-/ready` to 503, goes on for `SHUTDOWN_DELAY_MS`, stops gracefully within `SHUTDOWN_TIMEOUT_MS`, shuts the
   * apps down, and closes everything. Again is no error.
   */
  close(): Promise<void>;
}

/**
 * Serves a project over HTTP and WebSocket. Without `REDIS_URL`, its tasks and named channels are handled in this
 * process too. Rejects with what `boot` rejects with, `StartupFailed`, `PortInUse` and the like.
 */
export async function serve(project: Project, options: ServeOptions = {}): Promise<ServedProject> {
  const { settings, apps } = project;
  const running = await boot(project);
  const readiness = new Readiness([...builtInChecks, ...[...apps].flatMap(({ healthChecks }) => healthChecks ?? [])]);
  const stopping = new AbortController();
  const services = { ...running.services, stopping: stopping.signal };
  const lifespans = new Lifespans(apps, new ConsumerServices(services));
  let worker: Worker | undefined;
  let front: RemoteFront | undefined;
  let listening: Listening;
  try {
    await lifespans.startUp();
    if (settings.redisUrl === null) worker = await startWorker(running);
    front = await openFront(running);
    const server = await loadServer(settings.server, { maxHeaderBytes: settings.maxHeaderBytes });
    listening = await server.listen(siteOf(running, readiness, stopping.signal, front), {
      ...listenOptions(settings, options),
      state: lifespans.state,
    });
    const line = `${project.name} is served at ${listening.url} (${describe(settings)}, ${server.name})`;
    getLogger()[options.sharePort === true ? "debug" : "info"](line);
  } catch (error) {
    await front?.close();
    await worker?.close();
    await lifespans.shutDown();
    await running.close();
    throw error;
  }
  const stop = async (): Promise<void> => {
    readiness.stop();
    if (settings.shutdownDelayMs > 0) await setTimeout(settings.shutdownDelayMs);
    const { shutdownTimeoutMs: timeoutMs, shutdownSpreadMs: spreadMs } = settings;
    const limit = performance.now() + timeoutMs;
    stopping.abort();
    await calmTurn();
    await listening.close({ timeoutMs, spreadMs, lingerMs: options.sharePort === true ? lingerMs : 0 });
    await front?.close();
    await worker?.close({ timeoutMs: Math.max(leastWorkerMs, limit - performance.now()) });
    await lifespans.shutDown();
    await running.close();
  };
  let closing: Promise<void> | undefined;
  return { url: listening.url, port: listening.port, running, close: () => (closing ??= stop()) };
}

function describe({ databaseUrl, redisUrl }: FrameworkSettings): string {
  const database = databaseUrl.startsWith("sqlite:") ? databaseUrl.replace("sqlite:", "SQLite ") : "PostgreSQL";
  return `${database}, ${redisUrl === null ? "memory" : "Redis"}`;
}
