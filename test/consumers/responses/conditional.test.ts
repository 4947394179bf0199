import { conditionalGet, createApplication, http, HttpConsumer, type ResourceVersion } from "hotclub/consumers";
import { HttpCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

import { deferred } from "../../deferred.js";

const modified = new Date("2024-05-16T20:00:00.700Z");
const date = "Thu, 16 May 2024 20:00:00 GMT";
const before = "Thu, 16 May 2024 19:59:59 GMT";

let made = 0;

class Tune extends HttpConsumer {
  static version: ResourceVersion = {};
  get() {
    return this.conditional({ ...Tune.version, headers: { "cache-control": "max-age=60" } }, async () => {
      made += 1;
      return this.text("Nuages");
    });
  }
  put() {
    return this.conditional(Tune.version, () => {
      made += 1;
      return this.empty();
    });
  }
}
const tunes = createApplication({ routes: [http("/", Tune)] });

async function ask(method: string, version: ResourceVersion, headers: Record<string, string>) {
  Tune.version = version;
  made = 0;
  return new HttpCommunicator(tunes, method, "/", { headers }).response();
}

const there = { etag: "v7", lastModified: modified };

describe("a conditional request", () => {
  it.each([
    ["GET", there, {}, 200],
    ["GET", there, { "if-none-match": '"v7"' }, 304],
    ["HEAD", there, { "if-none-match": 'W/"v7"' }, 304],
    ["GET", there, { "if-none-match": '"v6", "v7"' }, 304],
    ["GET", there, { "if-none-match": "*" }, 304],
    ["GET", there, { "if-none-match": '"v6"' }, 200],
    // The tag says more than the date.
    ["GET", there, { "if-none-match": '"v6"', "if-modified-since": date }, 200],
    ["GET", there, { "if-modified-since": date }, 304],
    ["GET", there, { "if-modified-since": before }, 200],
    ["GET", there, { "if-modified-since": "yesterday" }, 200],
    ["GET", there, { "if-match": '"v6"' }, 412],
    ["GET", there, { "if-unmodified-since": before }, 412],
    ["PUT", there, { "if-match": '"v7"' }, 204],
    ["PUT", there, { "if-match": "*" }, 204],
    ["PUT", there, { "if-match": '"v6"' }, 412],
    // Weak tags do not tell bytes apart.
    ["PUT", { etag: "v7", isWeak: true }, { "if-match": 'W/"v7"' }, 412],
    ["PUT", there, { "if-unmodified-since": date }, 204],
    ["PUT", there, { "if-unmodified-since": before }, 412],
    ["PUT", there, { "if-none-match": "*" }, 412],
    ["PUT", { exists: false }, { "if-none-match": "*" }, 204],
    ["PUT", { exists: false }, { "if-match": "*" }, 412],
    ["PUT", there, { "if-modified-since": date }, 204],
    ["GET", {}, { "if-none-match": '"v7"', "if-modified-since": date }, 200],
  ] as const)("%s of %j with %j: %i", async (method, version, headers, status) => {
    const response = await ask(method, version, headers);
    expect(response.status).toBe(status);
    expect(made).toBe(status === 304 || status === 412 ? 0 : 1);
  });

  it("is answered with the validators, also when there is nothing new", async () => {
    for (const headers of [{}, { "if-none-match": '"v7"' }]) {
      const response = await ask("GET", there, headers);
      expect(response.header("etag")).toBe('"v7"');
      expect(response.header("last-modified")).toBe(date);
      expect(response.header("cache-control")).toBe("max-age=60");
    }
    expect((await ask("PUT", there, {})).header("etag")).toBeUndefined();
  });
});

describe("the middleware conditional-get", () => {
  let told = deferred<void>();
  class Page extends HttpConsumer {
    get() {
      const { searchParams: wanted } = new URL(this.request.absoluteUrl());
      const headers = {
        ...(wanted.has("etag") && { etag: '"v7"' }),
        ...(wanted.has("date") && { "last-modified": date }),
      };
      const options = { headers, status: Number(wanted.get("status") ?? 200) };
      if (!wanted.has("stream")) return this.text("Nuages", options);
      this.signal.addEventListener("abort", () => told.resolve());
      async function* pieces() {
        yield "Nua";
        yield "ges";
      }
      return this.stream(pieces(), options);
    }
    post() {
      return this.text("posted", { headers: { etag: '"v7"' } });
    }
  }
  class Exempt extends Page {
    static readonly exempt = ["conditional-get"];
  }
  const site = (options = {}) =>
    createApplication({ routes: [http("/", Page), http("/exempt/", Exempt)], middleware: [conditionalGet(options)] });
  const get = (target: string, headers: Record<string, string>, options = {}, method = "GET") =>
    new HttpCommunicator(site(options), method, target, { headers }).response();

  it.each([
    ["/?etag", { "if-none-match": '"v7"' }, 304],
    ["/?date", { "if-modified-since": date }, 304],
    ["/?etag", { "if-none-match": '"v6"' }, 200],
    ["/?etag", { "if-match": '"v6"' }, 412],
    ["/", { "if-none-match": '"v7"' }, 200],
    ["/?etag&status=404", { "if-none-match": '"v7"' }, 404],
    ["/exempt/?etag", { "if-none-match": '"v7"' }, 200],
  ] as const)("answers GET %s with %j: %i", async (target, headers, status) => {
    const response = await get(target, headers);
    expect([response.status, response.text]).toEqual([status, status === 304 || status === 412 ? "" : "Nuages"]);
    if (status === 304) expect(response.header("content-type")).toBeUndefined();
  });

  it("leaves other methods alone", async () => {
    expect((await get("/", { "if-match": '"v6"' }, {}, "POST")).status).toBe(200);
  });

  it("makes tags where it is told to", async () => {
    const first = await get("/", {}, { makeEtags: true });
    const etag = first.header("etag") ?? "";
    expect(first.text).toBe("Nuages");
    expect((await get("/", { "if-none-match": etag }, { makeEtags: true })).status).toBe(304);
  });

  it("ends a stream that its client has already", async () => {
    told = deferred();
    const response = await get("/?stream&etag", { "if-none-match": '"v7"' });
    expect([response.status, response.text, response.header("etag")]).toEqual([304, "", '"v7"']);
    await told.promise;
    expect((await get("/?stream&etag", {})).text).toBe("Nuages");
  });
});
