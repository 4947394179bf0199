import { createApplication, type Middleware, type RemotePools } from "../consumers/index.js";
import type { Application } from "../core/index.js";
import { MediaFiles, storages } from "../storage/index.js";
import type { RunningProject } from "./boot.js";
import type { Project } from "./project.js";
import { healthEndpoints } from "./health/health-endpoints.js";
import type { Readiness } from "./health/readiness.js";

/** Serves what people uploaded, where it has a path of this site. Whatever storage is there at the moment is asked. */
function mediaFiles({ settings: { mediaUrl } }: Project): Middleware[] {
  if (!mediaUrl.startsWith("/") || mediaUrl.startsWith("//")) return [];
  const prefix = mediaUrl.endsWith("/") ? mediaUrl : `${mediaUrl}/`;
  const files = new MediaFiles({ storage: () => storages.require(), prefix });
  const serve = files.application;
  return [
    (next) => (scope, send) =>
      scope.type === "http" && files.serves(scope.path) ? serve(scope, send) : next(scope, send),
  ];
}

/**
 * The whole site: the project's routes within all of its middleware, its static files within the default ones, and its
 * health around everything. `stopping` is aborted when the process is about to stop; `remote` takes
 * the connections of remote routes.
 */
export function siteOf(
  running: RunningProject,
  readiness: Readiness,
  stopping: AbortSignal,
  remote: RemotePools | undefined,
): Application {
  const { project, routes, middleware, staticFiles: files, services } = running;
  const serveFile = files.application;
  const staticFiles: Middleware = (next) => (scope, send) =>
    scope.type === "http" && files.serves(scope.path) ? serveFile(scope, send) : next(scope, send);
  const list = middleware.list.toSpliced(middleware.aroundFiles, 0, staticFiles, ...mediaFiles(project));
  const site = createApplication({
    routes,
    middleware: list,
    trailingSlash: project.trailingSlash,
    ...services,
    stopping,
    ...(remote && { remote }),
  });
  return project.settings.healthEndpoints ? healthEndpoints(site, readiness) : site;
}
