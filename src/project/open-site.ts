import { ConsumerServices } from "../consumers/index.js";
import type { Application } from "../core/index.js";
import type { RemoteFront, Worker } from "../workers/index.js";
import { boot, type RunningProject } from "./boot.js";
import { builtInChecks } from "./health/built-in-checks.js";
import { Readiness } from "./health/readiness.js";
import { Lifespans } from "./lifespan/lifespans.js";
import type { Project } from "./project.js";
import { openFront } from "./remote.js";
import { siteOf } from "./site.js";
import { startWorker } from "./work.js";

/** What the worker has at least, to return what it holds, in milliseconds. */
const leastWorkerMs = 500;

/** A project that is ready to be served, with no server yet. */
export interface OpenSite {
  readonly running: RunningProject;
  /** The whole of it: middleware, static files, health and routes. */
  readonly application: Application;
  /** What the apps left for the scopes of requests and sockets. */
  readonly state: Readonly<Record<string, unknown>>;
  /** `/-/ready` answers 503 from now on. */
  announceStop(): void;
  /** Streams end, and what was to come later comes now. */
  beginStop(): void;
  /** Ends what runs in the background until `limit` (as `performance.now()` counts), shuts the apps down, closes everything. */
  close(limit?: number): Promise<void>;
}

/**
 * Starts all of a project but its server: connects what it needs, starts its apps up and, without `REDIS_URL`, its tasks
 * and named channels. Rejects with what `boot` rejects with, and `StartupFailed`.
 */
export async function openSite(project: Project): Promise<OpenSite> {
  const { settings, apps } = project;
  const running = await boot(project);
  const readiness = new Readiness([...builtInChecks, ...[...apps].flatMap(({ healthChecks }) => healthChecks ?? [])]);
  const stopping = new AbortController();
  const lifespans = new Lifespans(apps, new ConsumerServices({ ...running.services, stopping: stopping.signal }));
  let worker: Worker | undefined;
  let front: RemoteFront | undefined;
  const close = async (limit = performance.now() + settings.shutdownTimeoutMs): Promise<void> => {
    await front?.close();
    await worker?.close({ timeoutMs: Math.max(leastWorkerMs, limit - performance.now()) });
    await lifespans.shutDown();
    await running.close();
  };
  try {
    await lifespans.startUp();
    if (settings.redisUrl === null) worker = await startWorker(running);
    front = await openFront(running);
    return {
      running,
      application: siteOf(running, readiness, stopping.signal, front),
      state: lifespans.state,
      announceStop: () => readiness.stop(),
      beginStop: () => stopping.abort(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
