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
const application = createApplication({ routes });

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

  it("for sockets answers a plain request with 426", async () => {
    expect(await get("/ws/lobby/")).toBe(new UpgradeRequired().status);
  });

  it.each([
    ["rooms/", "must begin with /"],
    ["/rooms/:/", "has a segment"],
    ["/rooms/:slug<int/", "has a segment"],
    ["/rooms/a:slug/", "has a segment"],
    ["/:a/:a/", "two parameters called a"],
    ["/:a<month>/", "converter that does not exist: month"],
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

  it("and match are each other's inverse", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: "grapheme" }), async (slug) => {
        fc.pre(slug !== "lobby" && !/^\d+$/.test(slug));
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
