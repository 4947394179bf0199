import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { SharedServices, type Request } from "./shared-services.js";

/** Where the workers of a run find the broker. */
export const brokerVariable = "HOTCLUB_TEST_BROKER";

/**
 * Answers the test workers' requests in the main process, over a unix socket: so a service is started by the first
 * test that asks for it, once per run, and a run that asks for none starts none.
 */
export class Broker {
  readonly #services = new SharedServices();
  readonly #server: Server;

  private constructor(socketPath: string) {
    this.socketPath = socketPath;
    this.#server = createServer((request, response) => {
      this.#services.answer((request.url ?? "/").slice(1) as Request).then(
        (answer) => response.end(JSON.stringify({ answer })),
        (error: unknown) => response.end(JSON.stringify({ error: String(error) })),
      );
    });
  }

  readonly socketPath: string;

  /** Starts listening. */
  static async open(): Promise<Broker> {
    const broker = new Broker(join(await mkdtemp(join(tmpdir(), "hotclub-test-")), "broker.sock"));
    await new Promise<void>((resolve) => broker.#server.listen(broker.socketPath, resolve));
    broker.#server.unref();
    return broker;
  }

  /** Stops listening and everything that was started. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#services.close();
    await rm(dirname(this.socketPath), { recursive: true, force: true });
  }
}

/** Asks the broker that listens at `socketPath`. */
export function askBroker(socketPath: string, request: Request): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest({ socketPath, path: `/${request}`, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => {
        const { answer, error } = JSON.parse(body) as { answer?: string; error?: string };
        if (answer === undefined) reject(new Error(error));
        else resolve(answer);
      });
    });
    asking.once("error", reject);
    asking.end();
  });
}
