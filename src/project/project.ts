import { type AppConfig, AppInvalid, AppRegistry, defineApp, type FrameworkSettings } from "../core/index.js";
import type { Middleware, TrailingSlash } from "../consumers/index.js";
import type { RedisLayerOptions } from "../layers/index.js";
import type { BullmqOptions, DatabaseTaskOptions } from "../workers/index.js";

/** Marks projects across copies of this module. */
const brand = Symbol.for("hotclub.project");

/** A project's own middleware, or what makes the whole list of the default ones. */
export type ProjectMiddleware = readonly Middleware[] | ((defaults: readonly Middleware[]) => readonly Middleware[]);

/** A project: an app of its own, the apps it is composed of, and its settings. */
export interface ProjectConfig extends AppConfig {
  readonly settings: FrameworkSettings;
  /** Further apps, such as installed ones. */
  readonly apps?: readonly AppConfig[];
  /**
   * Stands inside of the default middleware, the first outermost. One with the name of a default one takes its place, and
   * one that must stand before some of them, such as `cors`, stands there. A function gets the default ones and says
   * what the whole list is.
   */
  readonly middleware?: ProjectMiddleware;
  /** Options of the channel layer, such as capacities, a prefix or keys that messages are encrypted with. */
  readonly layer?: RedisLayerOptions;
  /** Options of the queue of tasks: of BullMQ where `REDIS_URL` is set, of the database otherwise; each takes its own. */
  readonly taskQueue?: TaskQueueOptions;
  /** What happens where only the slash at the end of a path keeps it from fitting a route. Default `append`. */
  readonly trailingSlash?: TrailingSlash;
}

/** A project whose apps are found to fit together; nothing is connected yet. */
export interface Project {
  readonly [brand]: true;
  readonly name: string;
  readonly settings: FrameworkSettings;
  readonly apps: AppRegistry;
  readonly middleware: ProjectMiddleware;
  readonly trailingSlash: TrailingSlash;
  readonly layer: RedisLayerOptions;
  readonly taskQueue: TaskQueueOptions;
}

/** How the queue of tasks is kept. `prefix`, `timeoutMs` are for Redis, `pollMs` for databases. */
export type TaskQueueOptions = Omit<BullmqOptions, "url"> & Omit<DatabaseTaskOptions, "database">;

/**
 * Composes a project, for `export default` in `project.ts`, where the `hotclub` command finds it:
 *
 * ```ts
 * export default defineProject({ name: "chat", settings, models: [Room], routes, tasks: [notify] });
 * ```
 *
 * Throws `AppInvalid`.
 */
export function defineProject(config: ProjectConfig): Project {
  const { settings, apps: others = [], middleware = [], trailingSlash = "append", ...rest } = config;
  const { layer = {}, taskQueue = {}, ...own } = rest;
  if (typeof settings !== "object" || settings === null) {
    throw new AppInvalid({
      app: own.name,
      problem: "is a project without settings; give it settings: defineSettings()",
    });
  }
  const apps = new AppRegistry([...others, defineApp(own)]);
  return { [brand]: true, name: own.name, settings, apps, middleware, trailingSlash, layer, taskQueue };
}

/** Whether `value` was made by `defineProject`, of this copy of Hotclub. */
export function isProject(value: unknown): value is Project {
  return isProjectOfAnyCopy(value) && "apps" in value && value.apps instanceof AppRegistry;
}

/** Whether `value` was made by `defineProject` of some copy of Hotclub: two copies share no layers and no databases. */
export function isProjectOfAnyCopy(value: unknown): value is object {
  return typeof value === "object" && value !== null && brand in value;
}
