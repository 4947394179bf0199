import { ConsumerServices } from "../consumers/index.js";
import { getLogger } from "../core/index.js";
import { runWorker, type Worker } from "../workers/index.js";
import { boot, type RunningProject } from "./boot.js";
import { WorkerNeedsRedis } from "./errors.js";
import { Lifespans } from "./lifespan/lifespans.js";
import type { Project } from "./project.js";
import { openHost } from "./remote.js";

/** What a worker process does. */
export interface WorkOptions {
  /** Default: all queues of the project's tasks. */
  readonly queues?: readonly string[];
  /** The pools whose consumers it runs. Default: all that the routes name. */
  readonly pools?: readonly string[];
  /** How many tasks of a queue run at once. */
  readonly concurrency?: number;
  /** How many tasks run at once in threads, those that say so. */
  readonly threads?: number;
  /** Default: all named channels of the project. */
  readonly channels?: readonly string[];
}

/** A worker process's project. */
export interface WorkingProject {
  /** Takes nothing more, ends or returns what it holds within `SHUTDOWN_TIMEOUT_MS`, and closes everything. */
  close(): Promise<void>;
}

/** Starts the tasks and named channels of a running project. */
export function startWorker(running: RunningProject, options: Omit<WorkOptions, "pools"> = {}): Promise<Worker> {
  const { tasks, schedules, routes, services, middleware } = running;
  return runWorker({ tasks, schedules, routes, middleware: middleware.list, ...services, ...options });
}

/**
 * Runs a project's tasks, and the consumers of its named channels and remote routes, in a process of their own. Without
 * `REDIS_URL` it runs tasks only, from PostgreSQL; rejects with `WorkerNeedsRedis` where that is not the database, with
 * what `boot` and `runWorker` reject with, and with `StartupFailed`.
 */
export async function work(project: Project, options: WorkOptions = {}): Promise<WorkingProject> {
  const { settings, apps } = project;
  const hasRedis = settings.redisUrl !== null;
  if (!hasRedis && !/^postgres(ql)?:/.test(settings.databaseUrl)) throw new WorkerNeedsRedis();
  const running = await boot(project);
  const lifespans = new Lifespans(apps, new ConsumerServices(running.services));
  try {
    await lifespans.startUp();
    const { pools, ...forTasks } = options;
    const worker = await startWorker(running, hasRedis ? forTasks : { ...forTasks, channels: [] });
    const host = hasRedis ? await openHost(running, pools) : undefined;
    if (!hasRedis) getLogger().warn("without REDIS_URL, what tasks send to groups stays in this process");
    const { queues, channels } = worker;
    getLogger().info({ queues, channels, pools: host?.pools ?? [] }, `${project.name} works`);
    return {
      async close() {
        const timeoutMs = settings.shutdownTimeoutMs;
        await Promise.all([worker.close({ timeoutMs }), host?.close({ timeoutMs })]);
        await lifespans.shutDown();
        await running.close();
      },
    };
  } catch (error) {
    await lifespans.shutDown();
    await running.close();
    throw error;
  }
}
