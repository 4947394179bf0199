import { getLogger } from "../core/index.js";
import { boot } from "./boot.js";
import { WorkerNeedsRedis } from "./errors.js";
import type { Project } from "./project.js";
import { startWorker, type WorkOptions } from "./serve.js";

/** A worker process's project. */
export interface WorkingProject {
  /** Takes nothing more, ends or returns what it holds within `SHUTDOWN_TIMEOUT_MS`, and closes everything. */
  close(): Promise<void>;
}

/**
 * Runs a project's tasks and the consumers of its named channels in a process of their own. Rejects with
 * `WorkerNeedsRedis` without `REDIS_URL`, and with what `boot` and `runWorker` reject with.
 */
export async function work(project: Project, options: WorkOptions = {}): Promise<WorkingProject> {
  const { settings } = project;
  if (settings.redisUrl === null) throw new WorkerNeedsRedis();
  const running = await boot(project);
  try {
    const worker = await startWorker(running, options);
    const { queues, channels } = worker;
    getLogger().info({ queues, channels }, `${project.name} works`);
    return {
      async close() {
        await worker.close({ timeoutMs: settings.shutdownTimeoutMs });
        await running.close();
      },
    };
  } catch (error) {
    await running.close();
    throw error;
  }
}
