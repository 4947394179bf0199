import { Writable } from "node:stream";

import {
  createApplication,
  type ConsumerServicesOptions,
  http,
  HttpConsumer,
  type Middleware,
  type Route,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { createLogger, type Logger, type LoggerOptions } from "hotclub/core";
import { HttpCommunicator, type TestRequest, type TestResponse, WebSocketCommunicator } from "hotclub/testing";

class Page extends HttpConsumer {
  get() {
    return this.html("<p>page</p>");
  }
  post() {
    return this.text("posted");
  }
  put() {
    return this.text("put");
  }
  patch() {
    return this.text("patched");
  }
  delete() {
    return this.text("deleted");
  }
}

class Socket extends WebSocketConsumer {
  override receive(data: string) {
    return this.sendText(data);
  }
}

/** Routes with a page that has all methods at `/`, and a socket that echoes at `/ws/`. */
export const plainRoutes: readonly Route[] = [http("/", Page), websocket("/ws/", Socket)];

/** A site for tests of middleware. */
export function site(
  middleware: readonly Middleware[],
  { routes = plainRoutes, ...services }: { routes?: readonly Route[] } & ConsumerServicesOptions = {},
) {
  const application = createApplication({ routes, middleware, ...services });
  return {
    application,
    ask: (method: string, target = "/", request: TestRequest = {}): Promise<TestResponse> =>
      new HttpCommunicator(application, method, target, request).response(),
    /** 101, or the status that the handshake is refused with. */
    async handshake(headers: Readonly<Record<string, string>> = {}, isSecure = false): Promise<number> {
      const outcome = await new WebSocketCommunicator(application, "/ws/", { headers, isSecure }).connect();
      return outcome.accepted ? 101 : outcome.status;
    },
  };
}

/** A logger whose lines can be looked at. */
export function keptLog(options: LoggerOptions = {}): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(
        ...String(line)
          .split("\n")
          .filter((text) => text !== ""),
      );
      done();
    },
  });
  return { logger: createLogger({ format: "json", ...options, destination }), lines };
}

/** The same lines, read. */
export function readLines(lines: readonly string[]): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
