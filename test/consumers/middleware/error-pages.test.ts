import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  createApplication,
  DebugInProduction,
  defineMiddleware,
  errorPages,
  type ErrorPagesOptions,
  http,
  HttpConsumer,
  type Route,
  securityHeaders,
} from "hotclub/consumers";
import { BadRequest, defineError, NotFound, PermissionDenied, ValidationFailed } from "hotclub/core";
import { TemplateEngine } from "hotclub/templates";
import { afterEach, describe, expect, it, vi } from "vitest";

import { site } from "./site.js";

class Unavailable extends defineError({ code: "TEST_UNAVAILABLE", message: () => "the inside", status: 503 }) {}

const errors: Readonly<Record<string, () => Error>> = {
  "400": () => new BadRequest({ detail: "Say <b>which</b>." }),
  "403": () => new PermissionDenied({ detail: "Not for you." }),
  "404": () => new NotFound({ what: "This room" }),
  "500": () => new Error("the inside <script>alert(1)</script>", { cause: new TypeError("what was behind it") }),
  "503": () => new Unavailable(),
  invalid: () => new ValidationFailed({ what: "The body", issues: [{ path: ["age"], message: "too young" }] }),
};

class Failing extends HttpConsumer<{ kind: string }> {
  async get() {
    if (this.params.kind === "own") return this.text("a page of my own", { status: 404 });
    throw errors[this.params.kind]?.() ?? new Error("what?");
  }
}
const routes: readonly Route[] = [http("/fail/:kind/", Failing, { name: "fail" })];

const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", host: "localhost" };
const api = { accept: "application/json" };

function pages(options: ErrorPagesOptions = {}) {
  return site([securityHeaders(), errorPages(options)], { routes });
}

describe("an error is answered", () => {
  const { ask } = pages();

  it("to a browser with a page that says what was wrong, escaped", async () => {
    const page = await ask("GET", "/fail/400/", { headers: browser });
    expect([page.status, page.header("content-type")]).toEqual([400, "text/html; charset=utf-8"]);
    expect(page.text).toContain("<h1>Bad Request</h1>");
    expect(page.text).toContain("Say &lt;b&gt;which&lt;/b&gt;.");
    expect(page.header("vary")).toBe("Accept");
  });

  it("to a client of an API with application/problem+json", async () => {
    for (const headers of [api, { accept: "application/vnd.shop+json" }, { "content-type": "application/json" }]) {
      const answer = await ask("GET", "/fail/404/", { headers });
      expect(answer.header("content-type")).toBe("application/problem+json");
      expect(answer.json()).toEqual({
        title: "Not Found",
        status: 404,
        detail: "This room was not found.",
        code: "HTTP_NOT_FOUND",
        requestId: answer.header("x-request-id"),
      });
    }
    const invalid = await ask("GET", "/fail/invalid/", { headers: api });
    expect(invalid.json()).toMatchObject({ status: 400, issues: [{ path: ["age"], message: "too young" }] });
  });

  it("to all others with plain text", async () => {
    for (const headers of [{}, { accept: "*/*" }, { accept: "image/png" }]) {
      const answer = await ask("GET", "/fail/403/", { headers });
      expect([answer.status, answer.header("content-type"), answer.text]).toEqual([
        403,
        "text/plain; charset=utf-8",
        "Not for you.",
      ]);
    }
  });

  it("without a word of what is inside, where it is the site's, but with the request's id", async () => {
    for (const [kind, status] of [
      ["500", 500],
      ["503", 503],
    ] as const) {
      for (const headers of [browser, api, {}]) {
        const answer = await ask("GET", `/fail/${kind}/`, { headers });
        expect(answer.status).toBe(status);
        expect(answer.text).not.toMatch(/inside|alert|behind|error-pages\.test|TEST_/);
        expect(answer.text).toContain(answer.header("x-request-id"));
      }
    }
  });

  it("with the headers that it has: the methods that are allowed", async () => {
    const answer = await ask("DELETE", "/fail/404/", { headers: api });
    expect([answer.status, answer.header("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect(answer.json()).toMatchObject({ code: "HTTP_METHOD_NOT_ALLOWED" });
  });

  it("not at all where the handler answers by itself", async () => {
    const answer = await ask("GET", "/fail/own/", { headers: browser });
    expect([answer.status, answer.text]).toEqual([404, "a page of my own"]);
  });
});

describe("what middleware throws", () => {
  const failing = (when: "call" | "handle" | "later") =>
    defineMiddleware({ name: "failing", scopes: ["http"] }, () => () => {
      if (when === "call") throw new Error("thrown");
      return {
        handle() {
          if (when === "handle") throw new Error("thrown");
          return Promise.reject(new Error("thrown"));
        },
      };
    });

  it.each(["call", "handle", "later"] as const)("becomes a 500, too (%s)", async (when) => {
    const { ask } = site([errorPages(), failing(when)], { routes });
    const answer = await ask("GET", "/fail/404/", { headers: api });
    expect(answer.json()).toMatchObject({ status: 500, code: "INTERNAL" });
  });

  it("goes on to the server where a response has begun", async () => {
    const broken = defineMiddleware({ name: "broken", scopes: ["http"] }, () => (_scope, send) => ({
      async handle() {
        await send({ type: "http.response.start", status: 200 });
        throw new Error("halfway");
      },
    }));
    const application = createApplication({ routes, middleware: [errorPages(), broken] });
    const sent: string[] = [];
    const { httpScope } = await import("../../../src/testing/test-scope.js");
    const handler = application(httpScope("GET", "/fail/404/"), ({ type }) => void sent.push(type));
    await expect(handler.handle({ type: "http.request", body: new Uint8Array(0), moreBody: false })).rejects.toThrow(
      "halfway",
    );
    expect(sent).toEqual(["http.response.start"]);
  });
});

describe("templates of error pages", () => {
  async function templates(files: Readonly<Record<string, string>>, options: ErrorPagesOptions = {}) {
    const directory = await mkdtemp(join(tmpdir(), "pages-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    return pages({ templates: new TemplateEngine({ directories: [directory] }), ...options });
  }
  const page = async ({ ask }: ReturnType<typeof pages>, kind: string) =>
    (await ask("GET", `/fail/${kind}/`, { headers: browser })).text;

  it("are found by their status, and error.liquid is for all others", async () => {
    const mine = await templates({
      "404.liquid": "{{ title }} {{ detail }} {{ request.path }}",
      "500.liquid": "{{ status }} {{ requestId }} {{ code }}",
      "error.liquid": "other {{ status }} {{ detail }}",
    });
    expect(await page(mine, "404")).toBe("Not Found This room was not found. /fail/404/");
    expect(await page(mine, "500")).toMatch(/^500 [\w-]+ INTERNAL$/);
    expect(await page(mine, "400")).toBe("other 400 Say &lt;b&gt;which&lt;/b&gt;.");
    expect(await page(mine, "403")).toBe("other 403 Not for you.");
  });

  it("may hold forms and scripts", async () => {
    const mine = await templates({ "404.liquid": "{{ csrfToken }} {{ cspNonce }}" });
    const answer = await mine.ask("GET", "/fail/404/", { headers: browser });
    const [token = "", nonce = ""] = answer.text.split(" ");
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(answer.header("content-security-policy")).toContain(`'nonce-${nonce}'`);
  });

  it("that fail themselves give way to the plain page", async () => {
    const mine = await templates({
      "404.liquid": "{{ title | nonsense }}",
      "500.liquid": '{% include "gone.liquid" %}',
    });
    expect(await page(mine, "404")).toContain("<h1>Not Found</h1>");
    expect(await page(mine, "500")).toContain("<h1>Internal Server Error</h1>");
  });

  it("are not asked by clients of an API", async () => {
    const mine = await templates({ "404.liquid": "html" });
    expect((await mine.ask("GET", "/fail/404/", { headers: api })).json()).toMatchObject({ status: 404 });
  });
});

describe("with debug", () => {
  const { ask } = pages({ debug: true, settings: { pageSize: 50 } });

  it("a browser sees error, cause, source, request, route and settings", async () => {
    const answer = await ask("GET", "/fail/500/?q=1", { headers: { ...browser, "x-custom": "mine" } });
    expect(answer.status).toBe(500);
    const { text } = answer;
    expect(text).toContain("the inside &lt;script&gt;alert(1)&lt;/script&gt;");
    expect(text).not.toContain("<script>");
    for (const part of [
      "what was behind it",
      "error-pages.test.ts",
      "/fail/:kind/",
      "/fail/500/?q=1",
      "x-custom",
      "pageSize",
    ])
      expect(text).toContain(part);
    // The line that threw, marked.
    expect(text).toMatch(/<mark>[^<]*throw errors\[this\.params\.kind\]|<mark>[^<]*new Error\(&quot;the inside/);
    expect(answer.header("cache-control")).toBe("no-store");
    const [, nonce] = /<style nonce="([\w-]+)">/.exec(text) ?? [];
    expect(answer.header("content-security-policy")).toContain(`'nonce-${nonce ?? "none"}'`);
  });

  it("a path that nothing answers shows the routes that there are", async () => {
    const { text, status } = await ask("GET", "/nowhere/", { headers: browser });
    expect(status).toBe(404);
    expect(text).toContain("<td>/fail/:kind/</td><td>fail</td>");
  });

  it("a terminal gets text, and a client of an API the same within its JSON", async () => {
    const { text } = await ask("GET", "/fail/500/");
    expect(text).toMatch(/^Error: the inside <script>/);
    expect(text).toContain("Caused by:\nTypeError: what was behind it\n    at ");
    const answer = await ask("GET", "/fail/500/", { headers: api });
    expect(answer.json()).toMatchObject({
      status: 500,
      debug: expect.arrayContaining(["Route:    /fail/:kind/ (fail)"]) as [],
    });
  });

  it("errors of clients look as they do for visitors", async () => {
    expect((await ask("GET", "/fail/403/", { headers: browser })).text).toContain("<h1>Forbidden</h1>");
  });
});

describe("in production", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("debug is refused at the start", () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(() => errorPages({ debug: true })).toThrow(DebugInProduction);
    expect(() => createApplication({ routes, debug: true })).toThrow(DebugInProduction);
    expect(() => errorPages()).not.toThrow();
  });
});
