import {
  createApplication,
  host,
  http,
  HttpConsumer,
  include,
  type Route,
  RoutesConflict,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { describe, expect, it } from "vitest";

class A extends HttpConsumer {}
class B extends HttpConsumer {}
class Socket extends WebSocketConsumer {}

function problemsOf(routes: readonly Route[]): readonly string[] {
  try {
    createApplication({ routes });
    return [];
  } catch (error) {
    if (error instanceof RoutesConflict) return error.params.problems;
    throw error;
  }
}

describe("a routing table is refused at the start", () => {
  it.each<[string, Route[], string, string]>([
    ["the same path twice", [http("/a/", A), http("/a/", B)], "/a/ (B)", "/a/ (A)"],
    ["the same path with other names", [http("/:x/", A), http("/:y/", B)], "/:y/ (B)", "/:x/ (A)"],
    [
      "a narrower parameter behind a wider one",
      [http("/:slug/", A), http("/:id<int>/", B)],
      "/:id<int>/ (B)",
      "/:slug/ (A)",
    ],
    ["an int behind a slug", [http("/:slug<slug>/", A), http("/:id<int>/", B)], "/:id<int>/ (B)", "/:slug<slug>/ (A)"],
    [
      "anything behind the rest of the path",
      [http("/:rest<path>", A), http("/:x/:y/", B)],
      "/:x/:y/ (B)",
      "/:rest<path> (A)",
    ],
    [
      "what an include brings",
      [include("/shop/", [http("/:id/", A)]), http("/shop/:id<int>/", B)],
      "/shop/:id<int>/ (B)",
      "/shop/:id/ (A)",
    ],
    [
      "the path of a wider host",
      [host(":a.example.com", [http("/:x/", A)]), host(":b<int>.example.com", [http("/y/", B)])],
      ":b<int>.example.com/y/ (B)",
      ":a.example.com/:x/ (A)",
    ],
  ])("for %s", (_what, routes, unreachable, other) => {
    const [problem = "", ...others] = problemsOf(routes);
    expect(others).toEqual([]);
    expect(problem).toContain(`http ${unreachable} can never be reached`);
    expect(problem).toContain(`goes to http ${other}`);
  });

  it("for two routes of one name whose URLs are made of the same parameters", () => {
    const [problem] = problemsOf([
      http("/a/:id<int>/", A, { name: "item" }),
      http("/b/:id<int>/", B, { name: "item" }),
    ]);
    expect(problem).toContain('http /a/:id<int>/ (A) and http /b/:id<int>/ (B) are both called "item"');
    expect(problem).toContain("namespace");
  });

  it("with every problem in one error", () => {
    const routes = [
      http("/:x/", A),
      http("/:y/", B),
      http("/:z<int>/", B),
      websocket("/ws/", Socket),
      websocket("/ws/", Socket),
    ];
    expect(problemsOf(routes)).toHaveLength(3);
    expect(() => createApplication({ routes })).toThrow(/contradicts itself:\n {2}- .*\n {2}- .*\n {2}- /);
  });
});

describe("a routing table is taken", () => {
  it.each<[string, Route[]]>([
    ["fixed text beside a parameter", [http("/:slug/", A), http("/new/", B)]],
    ["the narrower parameter first", [http("/:id<int>/", A), http("/:slug/", B)]],
    ["parameters that have little in common", [http("/:id<int>/", A), http("/:id<uuid>/", B)]],
    ["a page and a socket of one path", [http("/room/", A), websocket("/room/", Socket)]],
    [
      "one path for several hosts",
      [host("a.example", [http("/", A)]), host("b.example", [http("/", B)]), http("/", A)],
    ],
    ["the path with and without a slash", [http("/a", A), http("/a/", B)]],
    ["what goes on after the rest of the path", [http("/:rest<path>", A), http("/:rest<path>/edit", B)]],
    ["one name with other parameters", [http("/", A, { name: "list" }), http("/:page<int>/", A, { name: "list" })]],
    [
      "one table under two namespaces",
      [
        include("/a/", [http("/", A, { name: "home" })], { namespace: "a" }),
        include("/b/", [http("/", A, { name: "home" })], { namespace: "b" }),
      ],
    ],
  ])("with %s", (_what, routes) => {
    expect(problemsOf(routes)).toEqual([]);
  });
});
