import { createApplication, type Middleware } from "../consumers/index.js";
import { type Application, type FrameworkSettings, getLogger } from "../core/index.js";
import { loadServer, StaticFiles } from "../protocol/index.js";
import { runWorker, type Worker } from "../workers/index.js";
import { boot, directories, type RunningProject, staticPrefix } from "./boot.js";
import type { Project } from "./project.js";

/** Where to listen; the settings say what is not given. */
export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
}

/** A project that is being served. */
export interface ServedProject {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  readonly port: number;
  readonly running: RunningProject;
  /** Stops gracefully within `SHUTDOWN_TIMEOUT_MS`, and closes everything. */
  close(): Promise<void>;
}

/**
 * Serves a project over HTTP and WebSocket. Without `REDIS_URL`, its tasks and named channels are handled in this
 * process too. Rejects with what `boot` rejects with, and `PortInUse`.
 */
export async function serve(project: Project, options: ServeOptions = {}): Promise<ServedProject> {
  const { settings } = project;
  const running = await boot(project);
  let worker: Worker | undefined;
  try {
    if (settings.redisUrl === null) worker = await startWorker(running);
    const server = await loadServer();
    const listening = await server.listen(siteOf(running), {
      host: options.host ?? settings.host,
      port: options.port ?? settings.port,
      trustedProxies: settings.trustedProxies,
      webSocket: { maxMessageBytes: settings.maxWebSocketMessageBytes },
    });
    getLogger().info(`${project.name} is served at ${listening.url} (${describe(settings)}, ${server.name})`);
    const close = async (): Promise<void> => {
      const timeoutMs = settings.shutdownTimeoutMs;
      await listening.close({ timeoutMs });
      await worker?.close({ timeoutMs });
      await running.close();
    };
    return { url: listening.url, port: listening.port, running, close };
  } catch (error) {
    await worker?.close();
    await running.close();
    throw error;
  }
}

/** What a worker process does. */
export interface WorkOptions {
  /** Default: all queues of the project's tasks. */
  readonly queues?: readonly string[];
  /** How many tasks of a queue run at once. */
  readonly concurrency?: number;
}

/** Starts the tasks and named channels of a running project. */
export function startWorker(running: RunningProject, options: WorkOptions = {}): Promise<Worker> {
  const { tasks, routes, services, middleware } = running;
  return runWorker({ tasks, routes, middleware: middleware.list, ...services, ...options });
}

/** The browser's client, as `hotclub/client/index.js`. Made by the build. */
const ownStaticFiles = new URL("../static/", import.meta.url);

/** The whole site: the project's routes within all of its middleware, and its static files within the default ones. */
function siteOf({ project, routes, middleware, services }: RunningProject): Application {
  const { settings, apps } = project;
  const files = new StaticFiles({
    directories: directories([ownStaticFiles, ...[...apps].map((app) => app.staticFiles)]),
    prefix: staticPrefix,
    reload: settings.debug,
  });
  const staticFiles: Middleware = (next) => (scope, send) =>
    scope.type === "http" && files.serves(scope.path) ? files.application(scope, send) : next(scope, send);
  const list = middleware.list.toSpliced(middleware.aroundFiles, 0, staticFiles);
  return createApplication({ routes, middleware: list, ...services });
}

function describe({ databaseUrl, redisUrl }: FrameworkSettings): string {
  const database = databaseUrl.startsWith("sqlite:") ? databaseUrl.replace("sqlite:", "SQLite ") : "PostgreSQL";
  return `${database}, ${redisUrl === null ? "memory" : "Redis"}`;
}
