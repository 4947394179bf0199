import { defineError } from "./errors.js";

/** An app is set up in a way that cannot work. */
export class AppInvalid extends defineError({
  code: "CORE_APP_INVALID",
  message: (p: { app: string; problem: string }) => `The app ${JSON.stringify(p.app)} ${p.problem}.`,
}) {}

/**
 * What an app brings along, besides its name. Each folder adds its own part here (`declare module`): the ORM adds
 * `models`, the consumers add `routes`, the workers add `tasks`, and so on; `core` knows none of them.
 */
export interface AppParts {}

/** One installable part of a project, as in Django: models, routes, tasks and templates that belong together. */
export interface AppConfig extends AppParts {
  /** Lower-case name, unique in the project: prefix of table names, namespace of routes and templates. */
  readonly name: string;
  /** Names of the apps that must be ready before this one. */
  readonly dependsOn?: readonly string[];
  /** Called once when every app is registered and the services are connected, in order of dependence. */
  readonly ready?: () => void | Promise<void>;
}

/** Checks the name and gives the app back, typed. Throws `AppInvalid`. */
export function defineApp<const App extends AppConfig>(app: App): App {
  if (!/^[a-z][a-z0-9_]*$/.test(app.name)) {
    throw new AppInvalid({ app: app.name, problem: "needs a name of lower-case letters, digits and _" });
  }
  return app;
}

/** The apps of a project, each after those it depends on. */
export class AppRegistry implements Iterable<AppConfig> {
  readonly #apps = new Map<string, AppConfig>();

  /** Throws `AppInvalid` for a name used twice, a missing dependency or a circle. */
  constructor(apps: readonly AppConfig[]) {
    const given = new Map<string, AppConfig>();
    for (const app of apps) {
      if (given.has(app.name)) throw new AppInvalid({ app: app.name, problem: "is there twice; names must be unique" });
      given.set(app.name, app);
    }
    const visiting: string[] = [];
    const add = (app: AppConfig): void => {
      if (this.#apps.has(app.name)) return;
      if (visiting.includes(app.name)) {
        throw new AppInvalid({ app: app.name, problem: `depends on itself: ${[...visiting, app.name].join(" -> ")}` });
      }
      visiting.push(app.name);
      for (const name of app.dependsOn ?? []) {
        const dependency = given.get(name);
        if (dependency === undefined) {
          throw new AppInvalid({
            app: app.name,
            problem: `depends on ${JSON.stringify(name)}, which is not installed`,
          });
        }
        add(dependency);
      }
      visiting.pop();
      this.#apps.set(app.name, app);
    };
    for (const app of apps) add(app);
  }

  /** The app called `name`, or `undefined`. */
  get(name: string): AppConfig | undefined {
    return this.#apps.get(name);
  }

  [Symbol.iterator](): Iterator<AppConfig> {
    return this.#apps.values();
  }
}
