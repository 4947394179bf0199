import type { Application, FrameworkSettings } from "../core/index.js";
import { type OpenSite, openSite, type Project, type RunningProject } from "../project/index.js";
import { TestClient, type TestClientOptions } from "./test-client.js";
import { withSettings } from "./with-settings.js";

/**
 * A whole project, for tests that need no server: its database, layer and tasks are there, its apps have started up, and
 * its middleware stands around its routes.
 *
 * ```ts
 * const site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
 * const page = await site.client().get("/");
 * await site.close();
 * ```
 */
export class TestSite {
  readonly #site: OpenSite;

  private constructor(site: OpenSite) {
    this.#site = site;
  }

  /** Opens a project, with other settings where they are given. Rejects as `serve` does. */
  static async open(project: Project, settings: Partial<FrameworkSettings> = {}): Promise<TestSite> {
    return new TestSite(await openSite(withSettings(project, settings)));
  }

  get running(): RunningProject {
    return this.#site.running;
  }

  get application(): Application {
    return this.#site.application;
  }

  /** A visitor with cookies of its own. */
  client<User = unknown>(options: TestClientOptions<User> = {}): TestClient<User> {
    return new TestClient<User>(this.application, { ...options, state: { ...this.#site.state, ...options.state } });
  }

  /** Shuts the apps down and closes everything. */
  async close(): Promise<void> {
    this.#site.announceStop();
    this.#site.beginStop();
    await this.#site.close();
  }
}
