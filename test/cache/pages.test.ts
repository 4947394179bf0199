import { defineProject, defineSettings, http, HttpConsumer } from "hotclub";
import { Cache, cache, cacheControl, cachePage, fragmentKey, memoryCache, neverCache, varyOn } from "hotclub/cache";
import { TestSite } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { scratch } from "../project/scratch.js";

let count = 0;

class Page extends HttpConsumer {
  get() {
    return this.text(`page ${++count} ${this.scope.queryString}`, { headers: this.headers() });
  }
  protected headers(): Record<string, string> {
    return {};
  }
}

const withHeaders = (headers: Record<string, string>) =>
  class extends Page {
    protected override headers() {
      return headers;
    }
  };

class Form extends HttpConsumer {
  get() {
    return this.render("form.liquid", { count: ++count });
  }
}
class Script extends HttpConsumer {
  get() {
    return this.render("script.liquid", { count: ++count });
  }
}
class Sets extends HttpConsumer {
  get() {
    this.cookies.set("seen", "1");
    return this.text(`page ${++count}`);
  }
}
class Streamed extends HttpConsumer {
  get() {
    return this.stream(one(`page ${++count}`));
  }
}
async function* one(text: string) {
  yield Buffer.from(text);
}
class Fails extends HttpConsumer {
  get(): never {
    count++;
    throw new Error("broken");
  }
}
class Fragments extends HttpConsumer {
  get() {
    const user = Number(this.request.query.get("user") ?? "1");
    return this.render("fragments.liquid", { user, count: () => ++count, next: ++count });
  }
}

const kept = [cachePage({ timeoutS: 60 })];
const routes = [
  http("/", Page, { middleware: kept }),
  http("/each/", Page, { middleware: [cachePage({ timeoutS: 60, visitors: "each", ignoreCookies: ["_ga"] })] }),
  http("/language/", withHeaders({ vary: "Accept-Language" }), { middleware: kept }),
  http("/any/", withHeaders({ vary: "*" }), { middleware: kept }),
  http("/private/", withHeaders({ "cache-control": "private" }), { middleware: kept }),
  http("/no-store/", withHeaders({ "cache-control": "no-store" }), { middleware: kept }),
  http("/own/", withHeaders({ "cache-control": "max-age=500" }), { middleware: kept }),
  http("/zero/", withHeaders({ "cache-control": "max-age=0" }), { middleware: kept }),
  http("/form/", Form, { middleware: kept }),
  http("/script/", Script, { middleware: kept }),
  http("/sets/", Sets, { middleware: kept }),
  http("/streamed/", Streamed, { middleware: kept }),
  http("/fails/", Fails, { middleware: kept }),
  http("/never/", Page, { middleware: [neverCache()] }),
  http("/control/", Page, { middleware: [cacheControl({ maxAgeS: 60, audience: "public", mustRevalidate: true })] }),
  http("/control-own/", withHeaders({ "cache-control": "private, max-age=1" }), {
    middleware: [cacheControl({ maxAgeS: 60, audience: "public" }), varyOn("Accept", "Cookie")],
  }),
  http("/fragments/", Fragments),
];

let site: TestSite;
beforeEach(async () => {
  count = 0;
  const project = defineProject({
    name: "pages",
    settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost,other" }),
    templates: await scratch({
      "form.liquid": '{{ count }}<input value="{{ csrfToken }}">',
      "script.liquid": '{{ count }}<script nonce="{{ cspNonce }}"></script>',
      "fragments.liquid": '[{% cache 60 "side" user %}<b>{{ next }}</b>{{ "<" }}{% endcache %}]{{ next }}',
    }),
    routes,
  });
  site = await TestSite.open(project, { cacheUrl: "memory:" });
});
afterEach(() => site.close());

const get = async (path: string, headers: Record<string, string> = {}) => site.client().get(path, { headers });

describe("a page that is kept", () => {
  test("is made once for everybody who asks the same, and says how old it is", async () => {
    const first = await get("/?a=1");
    expect([first.text, first.header("age"), first.header("cache-control")]).toEqual([
      "page 1 a=1",
      undefined,
      "max-age=60",
    ]);
    const second = await get("/?a=1");
    expect([second.text, second.status]).toEqual(["page 1 a=1", 200]);
    expect(second.header("age")).toMatch(/^\d+$/);
    expect(second.header("content-type")).toBe(first.header("content-type"));
    expect((await site.client().head("/?a=1")).header("age")).toMatch(/^\d+$/);
    expect((await get("/?a=2")).text).toBe("page 2 a=2");
    expect((await get("/?a=1", { host: "other" })).text).toBe("page 3 a=1");
    await cache.clear();
    expect((await get("/?a=1")).text).toBe("page 4 a=1");
  });

  test("is kept once for each kind of request that it varies by", async () => {
    expect((await get("/language/", { "accept-language": "fr" })).text).toBe("page 1 ");
    expect((await get("/language/", { "accept-language": "en" })).text).toBe("page 2 ");
    expect((await get("/language/", { "accept-language": "fr" })).text).toBe("page 1 ");
    expect((await get("/language/")).text).toBe("page 3 ");
  });

  test("is nobody's who has cookies, unless they matter to no page, or each has her own", async () => {
    expect((await get("/")).text).toBe("page 1 ");
    expect((await get("/", { cookie: "session=a" })).text).toBe("page 2 ");
    expect((await get("/", { cookie: "session=a" })).text).toBe("page 3 ");
    expect((await get("/", { cookie: "csrf=a" })).text).toBe("page 1 ");
    expect((await get("/", { authorization: "Bearer a" })).text).toBe("page 4 ");
    const hers = await get("/each/", { cookie: "session=a; _ga=1" });
    expect([hers.text, hers.header("cache-control")]).toEqual(["page 5 ", "max-age=60, private"]);
    expect(hers.header("vary")?.toLowerCase()).toContain("cookie");
    expect((await get("/each/", { cookie: "_ga=2; session=a" })).text).toBe("page 5 ");
    expect((await get("/each/", { cookie: "session=b" })).text).toBe("page 6 ");
    expect((await get("/each/")).text).toBe("page 7 ");
  });

  test.each(["/any/", "/private/", "/no-store/", "/zero/", "/sets/", "/streamed/", "/fails/"])(
    "is none that must not be kept: %s",
    async (path) => {
      const [one, other] = [await get(path), await get(path)];
      expect(count).toBe(2);
      expect(other.header("age")).toBeUndefined();
      expect(one.status).toBe(other.status);
    },
  );

  test("is none with a token or a nonce of one visitor in it", async () => {
    for (const path of ["/form/", "/script/"]) {
      const [one, other] = [await get(path), await get(path)];
      expect(other.header("age")).toBeUndefined();
      expect(one.text).not.toBe(other.text);
    }
    expect(count).toBe(4);
  });

  test("is kept as long as it says itself", async () => {
    expect((await get("/own/")).header("cache-control")).toBe("max-age=500");
    expect((await get("/own/")).text).toBe("page 1 ");
  });
});

test("what caches may do is said, and what a response says itself goes first", async () => {
  const never = await get("/never/");
  expect(never.header("cache-control")).toBe("max-age=0, no-cache, no-store, must-revalidate, private");
  expect((await get("/control/")).header("cache-control")).toBe("public, max-age=60, must-revalidate");
  const own = await get("/control-own/");
  expect(own.header("cache-control")).toBe("private, max-age=1");
  expect(own.header("vary")).toBe("Accept, Cookie");
  expect(() => cacheControl({ maxAgeS: -1 })).toThrow("must be whole seconds from 0");
});

test("a part of a page is kept once for each value behind its name", async () => {
  expect((await get("/fragments/?user=1")).text).toBe("[<b>1</b>&lt;]1");
  expect((await get("/fragments/?user=1")).text).toBe("[<b>1</b>&lt;]2");
  expect((await get("/fragments/?user=2")).text).toBe("[<b>3</b>&lt;]3");
  expect(await cache.delete(fragmentKey("side", 1))).toBe(true);
  expect((await get("/fragments/?user=1")).text).toBe("[<b>4</b>&lt;]4");
});

test("a cache of its own can keep the pages", async () => {
  const own = new Cache({ engine: memoryCache() });
  const middleware = cachePage({ timeoutS: 1, cache: own });
  expect(middleware.info?.name).toBe("cache-page");
});
