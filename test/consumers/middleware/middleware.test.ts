import {
  allowedHosts,
  createApplication,
  csrf,
  http,
  HttpConsumer,
  type Middleware,
  websocket,
  WebSocketConsumer,
  webSocketOrigins,
} from "hotclub/consumers";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class Page extends HttpConsumer {
  get() {
    return this.text("page");
  }
  post() {
    return this.text("posted");
  }
}
class Socket extends WebSocketConsumer {}
const routes = [http("/", Page), websocket("/ws/", Socket)];

function site(...middleware: Middleware[]) {
  const application = createApplication({ routes, middleware });
  return {
    get: async (headers = {}) => (await new HttpCommunicator(application, "GET", "/", { headers }).response()).status,
    post: async (headers = {}) => (await new HttpCommunicator(application, "POST", "/", { headers }).response()).status,
    socket: async (headers = {}) => {
      const outcome = await new WebSocketCommunicator(application, "/ws/", { headers }).connect();
      return outcome.accepted ? 101 : outcome.status;
    },
  };
}

describe("middleware", () => {
  it("wraps every kind of scope, the first outermost", async () => {
    const log: string[] = [];
    const logging =
      (name: string): Middleware =>
      (next) =>
      (scope, send) => {
        log.push(`${name} ${scope.type}`);
        return next(scope, (message) => {
          log.push(`${name} ${message.type}`);
          return send(message);
        });
      };
    const { get, socket } = site(logging("outer"), logging("inner"));
    await get();
    await socket();
    expect(log).toEqual([
      "outer http",
      "inner http",
      "inner http.response",
      "outer http.response",
      "outer websocket",
      "inner websocket",
      "inner websocket.accept",
      "outer websocket.accept",
    ]);
  });
});

describe("requests and sockets of other sites", () => {
  const trustedOrigins = ["https://app.example.com"];
  const { get, post, socket } = site(webSocketOrigins({ trustedOrigins }), csrf({ trustedOrigins }));
  const host = "example.com:8000";

  it("lets through what the site's own pages send", async () => {
    const headers = { host, origin: "http://example.com:8000" };
    expect(await post(headers)).toBe(200);
    expect(await socket(headers)).toBe(101);
  });

  it("lets through trusted origins, and clients that are no browsers", async () => {
    expect(await post({ host, origin: "https://app.example.com" })).toBe(200);
    expect(await socket({ host })).toBe(101);
  });

  it.each([
    "http://evil.example",
    "http://example.com",
    "https://example.com:8000",
    "null",
    "http://example.com:8000.evil.example",
  ])("refuses sockets and unsafe requests from %s with 403 (O1, O2)", async (origin) => {
    expect(await post({ host, origin })).toBe(403);
    expect(await socket({ host, origin })).toBe(403);
  });

  it("refuses what a browser says is from another site though it has no origin", async () => {
    expect(await post({ host, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post({ host, "sec-fetch-site": "same-site" })).toBe(403);
    expect(await post({ host, "sec-fetch-site": "none" })).toBe(200);
  });

  it("lets everybody read", async () => {
    expect(await get({ host, origin: "http://evil.example" })).toBe(200);
  });
});

describe("allowed hosts", () => {
  it("are this machine's own names when nothing is set", async () => {
    const { get } = site(allowedHosts([]));
    for (const host of ["localhost:8000", "127.0.0.1", "[::1]:8000", "app.localhost"])
      expect(await get({ host })).toBe(200);
    for (const host of ["example.com", "localhost.evil.example", ""]) expect(await get({ host })).toBe(400);
  });

  it("may include subdomains, and are compared without case, port and final dot", async () => {
    const { get, socket } = site(allowedHosts([".example.com"]));
    for (const host of ["example.com", "a.b.EXAMPLE.com:80", "example.com."]) expect(await get({ host })).toBe(200);
    for (const host of ["badexample.com", "example.com.evil.example"]) expect(await get({ host })).toBe(400);
    expect(await socket({ host: "evil.example" })).toBe(400);
  });

  it("may be all", async () => {
    expect(await site(allowedHosts(["*"])).get({ host: "anything" })).toBe(200);
  });
});
