import {
  cors,
  CorsInvalid,
  type CorsOptions,
  csrf,
  errorPages,
  http,
  HttpConsumer,
  type HttpResponse,
  OriginPatternInvalid,
} from "hotclub/consumers";
import { PermissionDenied } from "hotclub/core";
import { describe, expect, it } from "vitest";

import { site } from "./site.js";

const same = { shared: undefined as HttpResponse | undefined };
class Data extends HttpConsumer {
  get() {
    return this.json({ a: 1 }, { headers: { vary: "Accept-Language" } });
  }
  put() {
    return this.text("put");
  }
}
class Refusing extends HttpConsumer {
  get() {
    throw new PermissionDenied({ detail: "no" });
  }
}
class Same extends HttpConsumer {
  get() {
    return (same.shared ??= this.text("same"));
  }
}
const routes = [http("/", Data), http("/refused/", Refusing), http("/same/", Same)];

const app = "https://app.example";
const asking = (options: Partial<CorsOptions> = {}) => {
  const { ask } = site([cors({ origins: [app], ...options }), errorPages(), csrf({ trustedOrigins: [app] })], {
    routes,
  });
  return (method: string, headers: Record<string, string>, target = "/") => ask(method, target, { headers });
};
const allow = (name: string) => `access-control-allow-${name}`;

describe("pages of other origins", () => {
  it("read what an origin that is named may read", async () => {
    const response = await asking()("GET", { origin: app });
    expect([response.header(allow("origin")), response.header("vary")]).toEqual([app, "Accept-Language, Origin"]);
    expect(response.header(allow("credentials"))).toBeUndefined();
  });

  it("read errors, too", async () => {
    const response = await asking()("GET", { origin: app }, "/refused/");
    expect([response.status, response.header(allow("origin"))]).toEqual([403, app]);
  });

  it.each([
    "https://evil.example",
    "http://app.example",
    "https://app.example.evil.example",
    "https://app.example:8443",
    "null",
    "https://app.example/",
    "*",
  ])("read nothing as %s, though they are answered", async (origin) => {
    const response = await asking()("GET", { origin });
    expect([response.status, response.header(allow("origin")), response.header("vary")]).toEqual([
      200,
      undefined,
      "Accept-Language, Origin",
    ]);
  });

  it("are told apart from each other, though the answer is one and the same", async () => {
    const ask = asking({ origins: [app, "https://other.example"] });
    for (const origin of [app, "https://other.example"])
      expect((await ask("GET", { origin }, "/same/")).headers.filter(([name]) => name === allow("origin"))).toEqual([
        [allow("origin"), origin],
      ]);
    expect(same.shared?.headers.map(([name]) => name)).toEqual(["content-type"]);
  });

  it("of every origin read what is for all, without a word about origins", async () => {
    const response = await asking({ origins: ["*"] })("GET", { origin: "https://any.example" });
    expect([response.header(allow("origin")), response.header("vary")]).toEqual(["*", "Accept-Language"]);
  });

  it("may be named by a pattern, which must fit the whole origin", async () => {
    const ask = asking({ origins: [/https:\/\/pr-\d+\.example/, "https://*.shop.example"] });
    const allowed = async (origin: string) => (await ask("GET", { origin })).header(allow("origin"));
    for (const good of ["https://pr-12.example", "https://a.shop.example"]) expect(await allowed(good)).toBe(good);
    for (const bad of ["https://pr-12.example.evil", "https://evil/https://pr-1.example", "https://shop.example"])
      expect(await allowed(bad)).toBeUndefined();
  });
});

describe("a preflight", () => {
  const preflight = {
    origin: app,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-a, x-b",
  };

  it("is answered with what is allowed, before anything else looks at it", async () => {
    const response = await asking({ credentials: true, maxAgeS: 60 })("OPTIONS", preflight);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      [allow("origin")]: app,
      [allow("credentials")]: "true",
      [allow("methods")]: "GET, HEAD, POST, PUT, PATCH, DELETE",
      [allow("headers")]: "x-a, x-b",
      "access-control-max-age": "60",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
  });

  it("names only what the site allows", async () => {
    const response = await asking({ methods: ["GET"], headers: ["x-a"] })("OPTIONS", preflight);
    expect([response.header(allow("methods")), response.header(allow("headers"))]).toEqual(["GET", "x-a"]);
  });

  it("of a stranger, and an OPTIONS that is none, go to the route", async () => {
    const stranger = await asking()("OPTIONS", { ...preflight, origin: "https://evil.example" });
    expect([stranger.header("allow"), stranger.header(allow("origin"))]).toEqual([
      "GET, PUT, HEAD, OPTIONS",
      undefined,
    ]);
    const plain = await asking()("OPTIONS", { origin: app });
    expect([plain.header("allow"), plain.header(allow("origin"))]).toEqual(["GET, PUT, HEAD, OPTIONS", app]);
  });
});

describe("credentials", () => {
  it("come along for origins that are named, and headers may be shown", async () => {
    const response = await asking({ credentials: true, exposeHeaders: ["x-total"] })("GET", { origin: app });
    expect(response.header(allow("credentials"))).toBe("true");
    expect(response.header("access-control-expose-headers")).toBe("x-total");
  });

  it.each([[["*"]], [[app, "*"]], [[/.*/]], [[/https?:\/\/.+/]], [["null"]], [["https://*.invalid"]]])(
    "are refused at the start for origins that can be anybody's: %j",
    (origins) => {
      expect(() => cors({ origins, credentials: true })).toThrow(CorsInvalid);
    },
  );
});

describe("an origin that is no origin", () => {
  it.each([
    "https://app.example/path",
    "app.example:443",
    "*.app.example",
    "https://",
    "https://a b",
    "https://user@app.example",
    "",
  ])("is refused at the start: %j", (origin) => {
    expect(() => cors({ origins: [origin] })).toThrow(OriginPatternInvalid);
  });
});
