import { fileURLToPath } from "node:url";

import {
  createReverse,
  type ConsumerServicesOptions,
  type Reverse,
  type Route,
  templateTags,
} from "../consumers/index.js";
import { createLogger, getLogger, setLogger, toError } from "../core/index.js";
import { type ChannelLayer, channelLayers } from "../layers/index.js";
import { TemplateEngine } from "../templates/index.js";
import type { Schedule, Task } from "../workers/index.js";
import type { Project } from "./project.js";
import { secretKeys } from "./secret-key.js";
import { closeMiddleware, type SiteMiddleware, siteMiddleware } from "./site-middleware.js";
import { type Close, openDatabase, openLayer, openTasks } from "./services.js";

/** What static files are served under. */
export const staticPrefix = "/static/";

/** A project whose database, channel layer and task queue are connected. */
export interface RunningProject {
  readonly project: Project;
  readonly routes: readonly Route[];
  readonly tasks: readonly Task[];
  readonly schedules: readonly Schedule[];
  readonly layer: ChannelLayer;
  /** The URL of a route by its name. */
  readonly reverse: Reverse;
  readonly middleware: SiteMiddleware;
  /** For `createApplication` and `runWorker`. */
  readonly services: ConsumerServicesOptions;
  /** Closes everything that was opened, last first. Again is no error. */
  close(): Promise<void>;
}

/**
 * Connects what a project needs, registers it as the process's own, and calls the apps' `ready`. Rejects with the
 * error of the first step that fails; what was opened until then is closed.
 */
export async function boot(project: Project): Promise<RunningProject> {
  const { settings, apps } = project;
  setLogger(createLogger({ level: settings.logLevel, format: settings.logFormat }));
  const opened: Close[] = [];
  const close = closer(opened);
  try {
    opened.push(await openDatabase(settings, apps));
    opened.push(await openLayer(settings));
    opened.push(await openTasks(settings, apps));
    const routes = [...apps].flatMap((app) => app.routes ?? []);
    const reverse = createReverse(routes);
    const services = {
      secretKeys: secretKeys(settings),
      templates: templateEngine(project, reverse),
      maxBodyBytes: settings.maxBodyBytes,
      debug: settings.debug,
    };
    const middleware = siteMiddleware(project, services);
    opened.push(() => closeMiddleware(middleware.list));
    for (const app of apps) await app.ready?.();
    const tasks = [...apps].flatMap((app) => app.tasks ?? []);
    const schedules = [...apps].flatMap((app) => app.schedules ?? []);
    return { project, routes, tasks, schedules, layer: channelLayers.require(), reverse, middleware, services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function templateEngine({ apps, settings }: Project, reverse: Reverse): TemplateEngine {
  return new TemplateEngine({
    directories: directories([...apps].map((app) => app.templates)),
    tags: [...templateTags(reverse, staticPrefix), ...[...apps].flatMap((app) => app.templateTags ?? [])],
    reload: settings.debug,
  });
}

/** The project's own app comes last, and goes first: it may override what the apps bring. */
export function directories(given: readonly (URL | string | undefined)[]): readonly string[] {
  return given
    .filter((directory) => directory !== undefined)
    .map((directory) => (typeof directory === "string" ? directory : fileURLToPath(directory)))
    .toReversed();
}

function closer(opened: Close[]): Close {
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (const close of opened.toReversed()) {
      await close().catch((thrown: unknown) => getLogger().error({ err: toError(thrown) }, "a service did not close"));
    }
  };
  return () => (closing ??= closeAll());
}
