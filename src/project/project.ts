import { type AppConfig, AppRegistry, defineApp, type FrameworkSettings } from "../core/index.js";
import type { Middleware } from "../consumers/index.js";

/** A project: an app of its own, the apps it is composed of, and its settings. */
export interface ProjectConfig extends AppConfig {
  readonly settings: FrameworkSettings;
  /** Further apps, such as installed ones. */
  readonly apps?: readonly AppConfig[];
  /** Runs inside the framework's own (allowed hosts, same origin); the first is the outermost. */
  readonly middleware?: readonly Middleware[];
}

/** A project whose apps are found to fit together; nothing is connected yet. */
export interface Project {
  readonly name: string;
  readonly settings: FrameworkSettings;
  readonly apps: AppRegistry;
  readonly middleware: readonly Middleware[];
}

/**
 * Composes a project, for `export default` in `project.ts`, where the `hotclub` command finds it:
 *
 * ```ts
 * export default defineProject({ name: "chat", settings, models: [Room], routes, tasks: [notify] });
 * ```
 *
 * Throws `AppInvalid`.
 */
export function defineProject({ settings, apps = [], middleware = [], ...own }: ProjectConfig): Project {
  return { name: own.name, settings, apps: new AppRegistry([...apps, defineApp(own)]), middleware };
}

/** Whether `value` was made by `defineProject`. */
export function isProject(value: unknown): value is Project {
  return typeof value === "object" && value !== null && "apps" in value && value.apps instanceof AppRegistry;
}
