import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { SharedServices, type Request } from "./shared-services.js";

/** Where the workers of a run find the broker. */
export const brokerVariable = "HOTCLUB_TEST_BROKER";

/**
 * Answers the test workers' requests in the main process, over HTTP: so a service is started by the first test that
 * asks for it, once per run, and a run that asks for none starts none.
 */
export class Broker {
  readonly #services = new SharedServices();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#services.answer((request.url ?? "/").slice(1) as Request).then(
        (answer) => response.end(JSON.stringify({ answer })),
        (error: unknown) => response.end(JSON.stringify({ error: String(error) })),
      );
    });
  }

  /** Starts listening on a free port of this machine only. */
  static async open(): Promise<Broker> {
    const broker = new Broker();
    await new Promise<void>((resolve) => broker.#server.listen(0, "127.0.0.1", resolve));
    broker.#server.unref();
    return broker;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops listening and everything that was started. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#services.close();
  }
}

/** Asks the broker at `url`. */
export async function askBroker(url: string, request: Request): Promise<string> {
  const response = await fetch(`${url}/${request}`);
  const { answer, error } = (await response.json()) as { answer?: string; error?: string };
  if (answer === undefined) throw new Error(error);
  return answer;
}
