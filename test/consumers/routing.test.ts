import fc from "fast-check";
import { UpgradeRequired } from "hotclub/core";
import {
  createApplication,
  createReverse,
  http,
  HttpConsumer,
  include,
  NoReverseMatch,
  reverser,
  RouteInvalid,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { HttpCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class Params extends HttpConsumer {
  get() {
    return this.json({ at: this.constructor.name, ...this.params });
  }
}
class Fixed extends Params {}
class Any extends Params {}
class Num extends Params {}
class Socket extends WebSocketConsumer {}

const inner = [http("/", Any, { name: "list" }), http("/:id<int>/", Num, { name: "item" })] as const;
const routes = [
  http("/", Fixed, { name: "home" }),
  http("/rooms/lobby/", Fixed, { name: "lobby" }),
  http("/rooms/:id<int>/", Num, { name: "numbered" }),
  http("/rooms/:slug/", Any, { name: "room" }),
  http("/rooms/:slug/files/:name<path>", Any, { name: "file" }),
  http("/keys/:key<uuid>/", Any),
  http("/slugs/:slug<slug>/", Any),
  include("/shop/", [include("/items/", inner)]),
  websocket("/ws/:slug/", Socket, { name: "socket" }),
] as const;
const application = createApplication({ routes, trailingSlash: "strict" });

async function get(path: string) {
  const response = await new HttpCommunicator(application, "GET", path).response();
  return response.status === 200 ? response.json() : response.status;
}

describe("a route", () => {
  it.each([
    ["/", { at: "Fixed" }],
    ["/rooms/lobby/", { at: "Fixed" }],
    ["/rooms/7/", { at: "Num", id: 7 }],
    ["/rooms/jazz/", { at: "Any", slug: "jazz" }],
    ["/rooms/a%2Fb%20c/", { at: "Any", slug: "a/b c" }],
    ["/rooms/jazz/files/2024/a.txt", { at: "Any", slug: "jazz", name: "2024/a.txt" }],
    ["/keys/6c8b1e5a-0d3f-4f8e-9b1a-2c3d4e5f6a7b/", { at: "Any", key: "6c8b1e5a-0d3f-4f8e-9b1a-2c3d4e5f6a7b" }],
    ["/slugs/minor-swing_1/", { at: "Any", slug: "minor-swing_1" }],
    ["/shop/items/", { at: "Any" }],
    ["/shop/items/12/", { at: "Num", id: 12 }],
  ])("for %s captures %j", async (path, captured) => {
    expect(await get(path)).toEqual(captured);
  });

  it.each([
    "/rooms",
    "/rooms//",
    "/rooms/jazz",
    "/rooms/jazz/files/",
    "/keys/x/",
    "/slugs/a.b/",
    "/shop/items/x/",
    "/rooms/99999999999999999/x",
  ])("does not take %s", async (path) => {
    expect(await get(path)).toBe(404);
  });

  it("falls back to a parameter where the fixed text leads nowhere", async () => {
    expect(await get("/rooms/lobby/files/x")).toEqual({ at: "Any", slug: "lobby", name: "x" });
  });

  it("may go on after a parameter that takes several segments", async () => {
    const application = createApplication({
      routes: [
        http("/wiki/:page<path>/history/:version<int>", Num),
        http("/wiki/:page<path>/edit", Fixed),
        http("/wiki/:page<path>", Any),
      ],
    });
    const at = async (path: string) => (await new HttpCommunicator(application, "GET", path).response()).json();
    expect(await at("/wiki/a/b/edit")).toEqual({ at: "Fixed", page: "a/b" });
    expect(await at("/wiki/a/edit/edit")).toEqual({ at: "Fixed", page: "a/edit" });
    expect(await at("/wiki/edit")).toEqual({ at: "Any", page: "edit" });
    expect(await at("/wiki/a/history/x")).toEqual({ at: "Any", page: "a/history/x" });
    expect(await at("/wiki/a/history/7")).toEqual({ at: "Num", page: "a", version: 7 });
    expect(await at("/wiki/a%2Fb/")).toEqual({ at: "Any", page: "a/b/" });
  });

  it("tells its scope which one it is", async () => {
    class Where extends HttpConsumer {
      static readonly exempt = ["csrf"];
      get() {
        return this.json(this.scope.route);
      }
    }
    const application = createApplication({
      routes: [include("/shop/", [http("/:id<int>/", Where, { name: "item" })], { namespace: "shop" })],
    });
    const response = await new HttpCommunicator(application, "GET", "/shop/7/").response();
    expect(response.json()).toEqual({ pattern: "/shop/:id<int>/", name: "shop:item", exempt: ["csrf"] });
  });

  it("for sockets answers a plain request with 426", async () => {
    expect(await get("/ws/lobby/")).toBe(new UpgradeRequired().status);
  });

  it.each([
    ["rooms/", "must begin with /"],
    ["/rooms/:/", "has a segment"],
    ["/rooms/:slug<int/", "has a segment"],
    ["/rooms/a:slug/", "has a segment"],
    ["/:a/:a/", "two parameters called a"],
    ["/:a<moon>/", "converter that does not exist: moon"],
    ["/a//b/", "empty segment"],
    ["/a/../b/", "segment .."],
    ["/a?b=c", "must be a path"],
    ["/%zz/", "not valid percent-encoding"],
    ["/:a<path>/:b<path>/", "two parameters that take several segments"],
    ["/:__proto__/", "has a segment"],
  ])("cannot be %s", (pattern, problem) => {
    expect(() => http(pattern, Any)).toThrow(RouteInvalid);
    expect(() => http(pattern, Any)).toThrow(problem);
  });
});

describe("reverse", () => {
  const url = reverser(routes);

  it("gives the URL of a route by its name, includes resolved", () => {
    expect(url("home")).toBe("/");
    expect(url("room", { slug: "a/b c" })).toBe("/rooms/a%2Fb%20c/");
    expect(url("numbered", { id: 7 })).toBe("/rooms/7/");
    expect(url("item", { id: 3 })).toBe("/shop/items/3/");
    expect(url("file", { slug: "jazz", name: "2024/a b.txt" })).toBe("/rooms/jazz/files/2024/a%20b.txt");
    expect(url("socket", { slug: "jazz" })).toBe("/ws/jazz/");
  });

  it("says which names there are, and which patterns a name has", () => {
    const named = createReverse(routes);
    expect(() => named("hall")).toThrow(NoReverseMatch);
    expect(() => named("hall")).toThrow("home, lobby, numbered");
    expect(() => named("room")).toThrow("{} does not fit /rooms/:slug/");
    expect(() => named("room", { slug: "x", page: 2 })).toThrow("does not fit");
    expect(() => named("numbered", { id: "x" })).toThrow("does not fit");
    expect(() => named("numbered", { id: -1 })).toThrow("does not fit");
  });

  it("adds a query, a fragment and an origin", () => {
    const query = { page: 2, tag: ["a b", "c&d"], none: undefined, since: new Date(0) };
    expect(url("home", {}, { query })).toBe("/?page=2&tag=a+b&tag=c%26d&since=1970-01-01T00%3A00%3A00.000Z");
    expect(url("home", {}, { query: new URLSearchParams("x=1"), fragment: "the end" })).toBe("/?x=1#the%20end");
    expect(url("home", {}, { query: {} })).toBe("/");
    expect(url("item", { id: 3 }, { origin: "https://example.com:8443" })).toBe(
      "https://example.com:8443/shop/items/3/",
    );
  });

  it("puts namespaces before names", () => {
    const nested = [
      include("/staff/", [include("/people/", inner, { namespace: "people" })], { namespace: "admin" }),
      include("/people/", inner, { namespace: "people" }),
    ] as const;
    const staff = reverser(nested);
    expect(staff("admin:people:item", { id: 1 })).toBe("/staff/people/1/");
    expect(staff("people:item", { id: 1 })).toBe("/people/1/");
    expect(() => include("/x/", inner, { namespace: "a:b" })).toThrow("namespace");
    expect(() => http("/x/", Fixed, { name: "a:b" })).toThrow("colon");
  });

  it("never leads to another host or out of its path", () => {
    const named = createReverse([
      http("/:rest<path>", Any, { name: "rest" }),
      http("/u/:name/", Any, { name: "user" }),
    ]);
    expect(named("rest", { rest: "/evil.example/" })).toBe("/%2Fevil.example/");
    expect(() => named("rest", { rest: "a/../../b" })).toThrow(NoReverseMatch);
    expect(() => named("user", { name: ".." })).toThrow(NoReverseMatch);
    expect(() => named("user", { name: "" })).toThrow(NoReverseMatch);
    expect(() => named("user", { name: "\ud800" })).toThrow(NoReverseMatch);
    expect(() => named("user", { toString: "x" })).toThrow(NoReverseMatch);
  });

  it("and match are each other's inverse", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: "grapheme" }), async (slug) => {
        fc.pre(slug !== "lobby" && slug !== "." && slug !== ".." && !/^\d+$/.test(slug));
        expect(await get(url("room", { slug }))).toEqual({ at: "Any", slug });
      }),
    );
  });
});

describe("a router", () => {
  it("answers any path at all, and never fails", async () => {
    await fc.assert(
      fc.asyncProperty(fc.webPath(), async (path) => {
        const status = await get(path === "" ? "/" : path);
        expect(typeof status === "object" || status === 404).toBe(true);
      }),
    );
  });
});
