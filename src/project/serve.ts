import { setTimeout } from "node:timers/promises";

import { type FrameworkSettings, getLogger } from "../core/index.js";
import { calmTurn, type Listening, loadServer } from "../protocol/index.js";
import type { RunningProject } from "./boot.js";
import { listenOptions, type ServeOptions } from "./listen-options.js";
import { type OpenSite, openSite } from "./open-site.js";
import type { Project } from "./project.js";

/** How long open connections are listened to where another process takes the new ones, in milliseconds. */
const lingerMs = 500;

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
  const { settings } = project;
  const site = await openSite(project);
  let listening: Listening;
  try {
    const server = await loadServer(settings.server, { maxHeaderBytes: settings.maxHeaderBytes });
    listening = await server.listen(site.application, { ...listenOptions(settings, options), state: site.state });
    const line = `${project.name} is served at ${listening.url} (${describe(settings)}, ${server.name})`;
    getLogger()[options.sharePort === true ? "debug" : "info"](line);
  } catch (error) {
    await site.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop(site, listening, settings, options));
  return { url: listening.url, port: listening.port, running: site.running, close };
}

async function stop(
  site: OpenSite,
  listening: Listening,
  settings: FrameworkSettings,
  options: ServeOptions,
): Promise<void> {
  const { shutdownDelayMs, shutdownTimeoutMs: timeoutMs, shutdownSpreadMs: spreadMs } = settings;
  site.announceStop();
  if (shutdownDelayMs > 0) await setTimeout(shutdownDelayMs);
  const limit = performance.now() + timeoutMs;
  site.beginStop();
  await calmTurn();
  await listening.close({ timeoutMs, spreadMs, lingerMs: options.sharePort === true ? lingerMs : 0 });
  await site.close(limit);
}

function describe({ databaseUrl, redisUrl }: FrameworkSettings): string {
  const database = databaseUrl.startsWith("sqlite:") ? databaseUrl.replace("sqlite:", "SQLite ") : "PostgreSQL";
  return `${database}, ${redisUrl === null ? "memory" : "Redis"}`;
}
