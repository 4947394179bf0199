/**
 * Composes the other folders into a project and runs it. Its three main names are `defineProject`, `serve` and `work`.
 *
 * ```ts
 * const project = defineProject({ name: "chat", settings: defineSettings(), models: [Room], routes, tasks: [notify] });
 * const served = await serve(project); // or: hotclub serve
 * served.url; // "http://127.0.0.1:8000"
 * await served.close();
 * ```
 */
import type { HealthCheck } from "./health/health-check.js";
import type { Lifespan } from "./lifespan/lifespan.js";

export { boot, type RunningProject } from "./boot.js";
export {
  ModelNotAnnounced,
  ProcessesNeedRedis,
  ProcessNotServing,
  ProjectNotFound,
  StartupFailed,
  WorkerNeedsRedis,
} from "./errors.js";
export type { HealthCheck } from "./health/health-check.js";
export { livenessPath, readinessPath } from "./health/health-endpoints.js";
export { LifespanConsumer } from "./lifespan/lifespan-consumer.js";
export type { Lifespan, LifespanConsumerClass, LifespanHooks } from "./lifespan/lifespan.js";
export type { ServeOptions } from "./listen-options.js";
export {
  defineProject,
  isProject,
  isProjectOfAnyCopy,
  type Project,
  type ProjectConfig,
  type ProjectMiddleware,
  type TaskQueueOptions,
} from "./project.js";
export { announceChanges, changesOf, type ModelChanges, type RowsDeleted, type RowsSaved } from "./model-changes.js";
export { siteMiddleware, type SiteMiddleware } from "./site-middleware.js";
export { createTaskTables } from "./prepare-database.js";
export { openSite, type OpenSite } from "./open-site.js";
export { staticFinder } from "./static-files.js";
export { serve, type ServedProject } from "./serve.js";
export { startWorker, work, type WorkingProject, type WorkOptions } from "./work.js";

declare module "../core/app.js" {
  interface AppParts {
    /** The directory of this app's static files, served under `/static/`. */
    readonly staticFiles?: URL | string;
    /** What happens when the process starts and stops: two functions, or a class of `LifespanConsumer`. */
    readonly lifespan?: Lifespan;
    /** What this app needs to do its work; `/-/ready` looks at it. */
    readonly healthChecks?: readonly HealthCheck[];
  }
}
