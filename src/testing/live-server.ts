import type { FrameworkSettings } from "../core/index.js";
import { type Project, type RunningProject, serve, type ServedProject } from "../project/index.js";
import { withSettings } from "./with-settings.js";

/**
 * A whole project on a real server and a free port, in the test's own process: for browsers and for clients that others
 * wrote. A database in memory is the same for both sides.
 *
 * ```ts
 * const server = await LiveServer.start(project, { databaseUrl: "sqlite::memory:" });
 * const response = await fetch(`${server.url}/rooms/`);
 * await server.close();
 * ```
 */
export class LiveServer {
  readonly #served: ServedProject;

  private constructor(served: ServedProject) {
    this.#served = served;
  }

  /**
   * Serves a project, with other settings where they are given; `localhost` and `127.0.0.1` are among its hosts. Rejects
   * as `serve` does.
   */
  static async start(project: Project, settings: Partial<FrameworkSettings> = {}): Promise<LiveServer> {
    const given = withSettings(project, settings);
    const { allowedHosts } = given.settings;
    const hosts = allowedHosts.length === 0 ? allowedHosts : [...allowedHosts, "localhost", "127.0.0.1"];
    const here = withSettings(given, { allowedHosts: hosts, unixSocket: null, processes: null });
    return new LiveServer(await serve(here, { host: "127.0.0.1", port: 0 }));
  }

  /** `http://127.0.0.1:41234`, without a slash at the end. */
  get url(): string {
    return this.#served.url;
  }

  /** The same for WebSockets. */
  get webSocketUrl(): string {
    return this.#served.url.replace(/^http/, "ws");
  }

  get port(): number {
    return this.#served.port;
  }

  get running(): RunningProject {
    return this.#served.running;
  }

  /** Stops as a server in production does: requests are answered, sockets closed. */
  close(): Promise<void> {
    return this.#served.close();
  }
}
