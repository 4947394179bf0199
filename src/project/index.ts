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
export { boot, type RunningProject } from "./boot.js";
export { ProjectNotFound, WorkerNeedsRedis } from "./errors.js";
export {
  defineProject,
  isProject,
  isProjectOfAnyCopy,
  type Project,
  type ProjectConfig,
  type ProjectMiddleware,
} from "./project.js";
export { siteMiddleware, type SiteMiddleware } from "./site-middleware.js";
export { serve, startWorker, type ServedProject, type ServeOptions, type WorkOptions } from "./serve.js";
export { work, type WorkingProject } from "./work.js";

declare module "../core/app.js" {
  interface AppParts {
    /** The directory of this app's static files, served under `/static/`. */
    readonly staticFiles?: URL | string;
  }
}
