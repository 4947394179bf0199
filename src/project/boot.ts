import { cacheTag } from "../cache/index.js";
import {
  createReverse,
  type ConsumerServicesOptions,
  type Reverse,
  type Route,
  templateTags,
} from "../consumers/index.js";
import { createLogger, getLogger, setDefaultTimeZone, setLogger, toError, useSecretKeys } from "../core/index.js";
import { type ChannelLayer, channelLayers } from "../layers/index.js";
import { modelsOf } from "../orm/index.js";
import type { StaticFiles } from "../static-files/index.js";
import { storageFilters } from "../storage/index.js";
import { TemplateEngine, type TemplateFilter } from "../templates/index.js";
import type { Schedule, Task } from "../workers/index.js";
import { batteryTemplates, directories } from "./directories.js";
import { announceChanges } from "./model-changes.js";
import type { Project } from "./project.js";
import { secretKeys } from "./secret-key.js";
import { closeMiddleware, type SiteMiddleware, siteMiddleware } from "./site-middleware.js";
import { openStaticFiles } from "./static-files.js";
import { type Close, openCache, openDatabase, openLayer, openMail, openStorage, openTasks } from "./services.js";

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
  readonly staticFiles: StaticFiles;
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
  setDefaultTimeZone(settings.timeZone);
  setLogger(createLogger({ level: settings.logLevel, format: settings.logFormat }));
  const opened: Close[] = [];
  const close = closer(opened);
  try {
    const keys = secretKeys(settings);
    useSecretKeys(keys);
    opened.push(await openDatabase(settings, apps));
    opened.push(await openLayer(project));
    opened.push(await openTasks(project));
    opened.push(openCache(settings));
    opened.push(openMail(settings));
    opened.push(openStorage(settings));
    opened.push(announceChanges([...apps].flatMap(modelsOf)));
    const routes = [...apps].flatMap((app) => app.routes ?? []);
    const reverse = createReverse(routes);
    const { files: staticFiles, urls } = await openStaticFiles(project);
    const templates = templateEngine(project, reverse, (name) => urls.url(name));
    if ([...apps].some((app) => app.templates !== undefined)) await templates.load();
    const services = {
      secretKeys: keys,
      templates,
      contextProcessors: [...apps].flatMap((app) => app.contextProcessors ?? []),
      maxBodyBytes: settings.maxBodyBytes,
      debug: settings.debug,
    };
    const middleware = siteMiddleware(project, services);
    opened.push(() => closeMiddleware(middleware.list));
    for (const app of apps) await app.ready?.();
    const tasks = [...apps].flatMap((app) => app.tasks ?? []);
    const schedules = [...apps].flatMap((app) => app.schedules ?? []);
    const layer = channelLayers.require();
    return { project, routes, tasks, schedules, layer, reverse, middleware, staticFiles, services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function templateEngine(
  { apps, settings }: Project,
  reverse: Reverse,
  staticUrl: (name: string) => string,
): TemplateEngine {
  return new TemplateEngine({
    directories: directories([...batteryTemplates, ...[...apps].map((app) => app.templates)]),
    tags: [...templateTags(reverse, staticUrl), cacheTag, ...[...apps].flatMap((app) => app.templateTags ?? [])],
    filters: Object.assign({}, storageFilters, ...[...apps].map((app) => app.templateFilters)) as Record<
      string,
      TemplateFilter
    >,
    reload: settings.debug,
  });
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
