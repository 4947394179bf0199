import {
  createApplication,
  defineMiddleware,
  host,
  http,
  HttpConsumer,
  include,
  type Middleware,
  MiddlewareMisplaced,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

const trail: string[] = [];
const leaving =
  (mark: string): Middleware =>
  (next) =>
  (scope, send) => {
    trail.push(`${mark} ${scope.type}`);
    return next(scope, send);
  };

class Page extends HttpConsumer {
  get() {
    return this.json({ trail: trail.splice(0), params: this.params, route: this.scope.route?.pattern });
  }
}
class Socket extends WebSocketConsumer {}

describe("middleware of a route", () => {
  const onlySockets = defineMiddleware({ name: "only-sockets", scopes: ["websocket"] }, (next) => (scope, send) => {
    trail.push(`only-sockets ${scope.subprotocols.length}`);
    return next(scope, send);
  });
  const application = createApplication({
    middleware: [leaving("site")],
    routes: [
      http("/plain/", Page),
      http("/one/:x/", Page, { middleware: [leaving("outer"), leaving("inner")] }),
      include(
        "/some/",
        [
          http("/", Page, { middleware: [leaving("own")] }),
          include("/deep/", [http("/", Page)], { middleware: [leaving("deeper")] }),
          websocket("/ws/", Socket),
        ],
        { middleware: [leaving("include"), onlySockets] },
      ),
      host("api.example.com", [http("/", Page)], { middleware: [leaving("host")] }),
    ],
  });
  const get = async (path: string, name = "localhost") =>
    (await new HttpCommunicator(application, "GET", path, { headers: { host: name } }).response()).json();

  it("wraps that route alone, inside of the site's own", async () => {
    expect(await get("/plain/")).toMatchObject({ trail: ["site http"] });
    expect(await get("/one/a/")).toMatchObject({
      trail: ["site http", "outer http", "inner http"],
      params: { x: "a" },
      route: "/one/:x/",
    });
  });

  it("is inherited from includes and hosts", async () => {
    expect(await get("/some/")).toMatchObject({ trail: ["site http", "include http", "own http"] });
    expect(await get("/some/deep/")).toMatchObject({ trail: ["site http", "include http", "deeper http"] });
    expect(await get("/", "api.example.com")).toMatchObject({ trail: ["site http", "host http"] });
  });

  it("wraps sockets as well, and each only what concerns it", async () => {
    await new WebSocketCommunicator(application, "/some/ws/").connect();
    expect(trail.splice(0)).toEqual(["site websocket", "include websocket", "only-sockets 0"]);
  });
});

describe("the order of middleware", () => {
  const named = (name: string, order: { before?: string[]; after?: string[] } = {}) =>
    defineMiddleware({ name, ...order }, (next) => next);
  const sessions = named("sessions");
  const auth = named("auth", { after: ["sessions"], before: ["audit"] });
  const audit = named("audit");

  it("is as the middleware wants it", () => {
    expect(() => createApplication({ routes: [], middleware: [sessions, auth, audit] })).not.toThrow();
    expect(() => createApplication({ routes: [], middleware: [auth] })).not.toThrow();
  });

  it("is refused at the start, with every wrong pair named in one error", () => {
    const create = () => createApplication({ routes: [], middleware: [audit, auth, sessions] });
    expect(create).toThrow(MiddlewareMisplaced);
    expect(create).toThrow(
      "auth must stand before audit; auth must stand after sessions. It is: audit, auth, sessions.",
    );
  });

  it("counts what routes add to the site's", () => {
    class Empty extends HttpConsumer {}
    const routes = [http("/", Empty, { middleware: [sessions] })];
    expect(() => createApplication({ routes, middleware: [auth] })).toThrow("auth must stand after sessions");
  });
});
