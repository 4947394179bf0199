import type { ConsumerServices } from "../../consumers/index.js";
import { type AppConfig, getLogger, type LifespanScope, toError } from "../../core/index.js";
import { newRequestId } from "../../protocol/index.js";
import { StartupFailed } from "../errors.js";
import { AppLifespan } from "./app-lifespan.js";

/** The lifespans of a project's apps, in this process. */
export class Lifespans {
  /** What the apps left for requests and sockets: each of their scopes begins with a copy. */
  readonly state: Record<string, unknown> = {};
  readonly #apps: readonly AppLifespan[];
  #started: AppLifespan[] = [];

  constructor(apps: Iterable<AppConfig>, services: ConsumerServices) {
    const scope: LifespanScope = { type: "lifespan", requestId: newRequestId(), state: this.state };
    this.#apps = [...apps].flatMap(({ name, lifespan }) =>
      lifespan === undefined ? [] : [new AppLifespan(name, lifespan, scope, services)],
    );
  }

  /** Starts the apps up, each after those it depends on. Rejects with `StartupFailed`; those before it are shut down. */
  async startUp(): Promise<void> {
    for (const app of this.#apps) {
      try {
        await app.ask("lifespan.startup");
        this.#started.push(app);
      } catch (cause) {
        await this.shutDown();
        throw new StartupFailed({ app: app.app, reason: toError(cause).message }, { cause });
      }
    }
  }

  /** Shuts down what was started, last first; one that fails is logged and keeps none of the others from it. */
  async shutDown(): Promise<void> {
    const started = this.#started.toReversed();
    this.#started = [];
    for (const app of started) {
      await app.ask("lifespan.shutdown").catch((thrown: unknown) => {
        getLogger().error({ err: toError(thrown), app: app.app }, "an app did not shut down as it should");
      });
    }
  }
}
