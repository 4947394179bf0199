import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  checkOrder,
  cors,
  csrf,
  defaultMiddleware,
  defineMiddleware,
  http,
  HttpConsumer,
  type Middleware,
  MiddlewareMisplaced,
  middlewareName,
  placeMiddleware,
  rateLimit,
  securityHeaders,
  taskRateLimit,
  timeouts,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";
import { TemplateEngine } from "hotclub/templates";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { site } from "./site.js";
import { serversHere } from "../../protocol/servers-here.js";

const names = (list: readonly Middleware[]) => list.map(middlewareName);
const usual = [
  "access-log",
  "request-id",
  "security-headers",
  "compression",
  "error-pages",
  "allowed-hosts",
  "websocket-origins",
  "csrf",
  "conditional-get",
];

describe("the default middleware", () => {
  it("stands in this order", () => {
    expect(names(defaultMiddleware())).toEqual(usual);
    expect(names(defaultMiddleware({ httpsRedirect: true }))).toEqual(usual.toSpliced(6, 0, "https-redirect"));
  });

  it("is found to stand rightly, in any place that works and in no other", () => {
    const list = [...defaultMiddleware({ httpsRedirect: true }), timeouts({ responseMs: 1000 })];
    expect(() => checkOrder(list)).not.toThrow();
    for (const [outer, inner] of [
      ["access-log", "security-headers"],
      ["access-log", "error-pages"],
      ["security-headers", "error-pages"],
      ["compression", "error-pages"],
      ["compression", "conditional-get"],
      ["allowed-hosts", "https-redirect"],
      ["allowed-hosts", "csrf"],
      ["allowed-hosts", "websocket-origins"],
      ["error-pages", "timeout"],
    ] as const) {
      const wrong = list.toSorted((a, b) => {
        const rank = (one: Middleware) => ({ [inner]: 0, [outer]: 1 })[middlewareName(one)] ?? 2;
        return rank(a) - rank(b);
      });
      expect(() => checkOrder(wrong)).toThrow(MiddlewareMisplaced);
      const words = new RegExp(`${outer} must stand before ${inner}|${inner} must stand after ${outer}`);
      expect(() => checkOrder(wrong)).toThrow(words);
    }
  });
});

describe("a project's own middleware", () => {
  const plain: Middleware = (next) => next;
  const named = defineMiddleware({ name: "tenant" }, (next) => next);

  it("stands inside of the default ones, in its order", () => {
    const list = placeMiddleware(defaultMiddleware(), [named, plain, rateLimit({ limit: 1, windowS: 1 })]);
    expect(names(list)).toEqual([...usual, "tenant", "plain", "rate-limit"]);
  });

  it("takes the place of a default one with its name", () => {
    const [mine, strict] = [securityHeaders({ frameOptions: "SAMEORIGIN" }), csrf({ tokens: "always" })];
    const list = placeMiddleware(defaultMiddleware(), [strict, mine]);
    expect(names(list)).toEqual(usual);
    expect([list[2], list[7]]).toEqual([mine, strict]);
  });

  it("stands before those that it must stand before", () => {
    const list = placeMiddleware(defaultMiddleware(), [cors({ origins: ["https://app.example"] }), named]);
    expect(names(list)).toEqual([...usual.toSpliced(4, 0, "cors"), "tenant"]);
    expect(() => checkOrder(list)).not.toThrow();
  });

  it("may limit one thing twice", () => {
    const own = [rateLimit({ limit: 9, windowS: 60 }), rateLimit({ limit: 1, windowS: 1, name: "burst" })];
    expect(placeMiddleware(defaultMiddleware(), [...own, taskRateLimit({ limit: 1, windowS: 1 })])).toHaveLength(12);
  });
});

describe.each(serversHere)("a site with the default middleware, over the wire (%s)", (name) => {
  class Form extends HttpConsumer {
    get() {
      return this.render("form.liquid", { text: "Django ".repeat(500) });
    }
    post() {
      return this.text("posted");
    }
  }
  class Broken extends HttpConsumer {
    get(): never {
      throw new Error("the inside");
    }
  }
  class Echo extends WebSocketConsumer {
    override receive(data: string) {
      return this.sendText(data);
    }
  }

  it("protects its pages, forms and sockets, and does not get in their way", async () => {
    const directory = await mkdtemp(join(tmpdir(), "site-"));
    await writeFile(
      join(directory, "form.liquid"),
      '<script nonce="{{ cspNonce }}"></script>{{ csrfToken }} {{ text }}',
    );
    const { application } = site(defaultMiddleware(), {
      routes: [http("/", Form), http("/broken/", Broken), websocket("/ws/", Echo)],
      templates: new TemplateEngine({ directories: [directory] }),
    });
    const listening = await (await loadServer(name)).listen(application, { port: 0 });
    const { url } = listening;
    try {
      const page = await fetch(url, { headers: { accept: "text/html" } });
      const [, nonce = "none"] = /nonce="([\w-]+)"/.exec(await page.text()) ?? [];
      expect(page.headers.get("content-encoding")).toBeTruthy();
      expect(page.headers.get("vary")?.split(", ").toSorted()).toEqual(["Accept-Encoding", "Cookie"]);
      expect(page.headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
      expect(page.headers.get("x-request-id")).toMatch(/^[\w-]+$/);
      expect(page.headers.get("x-frame-options")).toBe("DENY");

      expect((await fetch(url, { method: "POST", headers: { origin: url } })).status).toBe(200);
      const forged = await fetch(url, {
        method: "POST",
        headers: { origin: "http://evil.example", accept: "text/html" },
      });
      expect([forged.status, await forged.text()]).toEqual([403, expect.stringContaining("<h1>Forbidden</h1>")]);
      expect(forged.headers.get("x-content-type-options")).toBe("nosniff");

      const broken = await fetch(`${url}/broken/`, { headers: { accept: "application/json" } });
      expect(await broken.json()).toMatchObject({ status: 500, requestId: broken.headers.get("x-request-id") });

      const opened = (origin?: string) =>
        new Promise<number>((resolve) => {
          const socket = new WebSocket(`${url.replace("http", "ws")}/ws/`, origin === undefined ? {} : { origin });
          socket.on("open", () => {
            resolve(101);
            socket.close();
          });
          socket.on("unexpected-response", (_request, { statusCode = 0 }) => resolve(statusCode));
          socket.on("error", () => {});
        });
      expect(await opened(url)).toBe(101);
      expect(await opened()).toBe(101);
      expect(await opened("http://evil.example")).toBe(403);
    } finally {
      await listening.close();
    }
  });
});
