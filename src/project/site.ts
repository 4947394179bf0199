import { createApplication, type Middleware, type RemotePools } from "../consumers/index.js";
import type { Application } from "../core/index.js";
import { StaticFiles } from "../protocol/index.js";
import { directories, type RunningProject, staticPrefix } from "./boot.js";
import { healthEndpoints } from "./health/health-endpoints.js";
import type { Readiness } from "./health/readiness.js";

/** The browser's client, as `hotclub/client/index.js`. Made by the build. */
const ownStaticFiles = new URL("../static/", import.meta.url);

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
  const { project, routes, middleware, services } = running;
  const { settings, apps, trailingSlash } = project;
  const files = new StaticFiles({
    directories: directories([ownStaticFiles, ...[...apps].map((app) => app.staticFiles)]),
    prefix: staticPrefix,
    reload: settings.debug,
  });
  const staticFiles: Middleware = (next) => (scope, send) =>
    scope.type === "http" && files.serves(scope.path) ? files.application(scope, send) : next(scope, send);
  const list = middleware.list.toSpliced(middleware.aroundFiles, 0, staticFiles);
  const site = createApplication({
    routes,
    middleware: list,
    trailingSlash,
    ...services,
    stopping,
    ...(remote && { remote }),
  });
  return settings.healthEndpoints ? healthEndpoints(site, readiness) : site;
}
