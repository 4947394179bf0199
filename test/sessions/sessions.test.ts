import { action, createApplication, http, HttpConsumer, websocket, WebSocketConsumer } from "hotclub/consumers";
import {
  cookieSessions,
  memorySessions,
  openSession,
  SessionEnded,
  type SessionEngine,
  SessionsMissing,
  sessionOf,
  sessions,
  type SessionsOptions,
  SessionTooLarge,
  SessionValueInvalid,
} from "hotclub/sessions";
import { TestClient, WebSocketCommunicator } from "hotclub/testing";
import type { HeaderLine, HttpScope } from "hotclub/core";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";

declare module "hotclub/sessions" {
  interface SessionData {
    cart: number[];
    user: string;
  }
}

const seen: unknown[] = [];

class Cart extends HttpConsumer {
  async get() {
    return this.json((await this.session.get("cart")) ?? []);
  }
  async post() {
    const cart = (await this.session.get("cart")) ?? [];
    this.session.set("cart", [...cart, cart.length]);
    return this.text("kept", { status: Number(this.request.query.get("status") ?? 200) });
  }
  async delete() {
    this.session.delete("cart");
    return this.text("emptied");
  }
}
class Login extends HttpConsumer {
  async post() {
    this.session.set("user", "django");
    this.session.cycleToken();
    return this.text("logged in");
  }
  async delete() {
    this.session.flush();
    return this.text("logged out");
  }
}
class Plain extends HttpConsumer {
  async get() {
    return this.text("plain");
  }
}
class Stream extends HttpConsumer {
  async get() {
    const { session } = this;
    return this.stream(
      (async function* () {
        yield "begun";
        session.set("user", "stephane");
        await session.save();
        yield "done";
      })(),
    );
  }
}
class Socket extends WebSocketConsumer {
  actions = { rename: action(z.object({ user: z.string() }), this.rename) };
  override async connect() {
    seen.push(await this.session.get("user"));
    if (this.scope.queryString === "new") this.session.set("user", "fresh");
    this.accept();
  }
  async rename({ user }: { user: string }) {
    this.session.set("user", user);
    await this.session.save();
    await this.sendJson({ renamed: user });
  }
}

/** A response whose headers are asked by name. */
function headed({ headers }: { readonly headers: readonly HeaderLine[] }) {
  return { header: (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1] };
}

function site(options: Partial<SessionsOptions> = {}) {
  const { engine = memorySessions() } = options;
  const routes = [
    http("/cart/", Cart),
    http("/login/", Login),
    http("/plain/", Plain),
    http("/stream/", Stream),
    websocket("/ws/", Socket),
  ];
  const application = createApplication({ routes, middleware: [sessions({ engine, ...options })] });
  return { application, client: new TestClient(application), engine };
}

/** Counts what is asked of an engine. */
function counted(engine: SessionEngine) {
  const calls: string[] = [];
  const proxy = new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  return { engine: proxy, calls };
}

describe("a visitor's session", () => {
  test("is what she left in it, and nobody else's", async () => {
    const { application, client } = site();
    expect((await client.get("/cart/")).json()).toEqual([]);
    await client.post("/cart/");
    await client.post("/cart/");
    expect((await client.get("/cart/")).json()).toEqual([0, 1]);
    expect((await new TestClient(application).get("/cart/")).json()).toEqual([]);
  });

  test("is read when it is asked for, and saved when it changed", async () => {
    const { engine, calls } = counted(memorySessions());
    const { client } = site({ engine });
    await client.get("/plain/");
    await client.get("/cart/");
    expect(calls).toEqual([]);
    await client.post("/cart/");
    expect(calls.splice(0)).toEqual(["create"]);
    await client.get("/plain/");
    expect(calls).toEqual([]);
    await client.get("/cart/");
    expect(calls.splice(0)).toEqual(["load"]);
    await client.post("/cart/");
    expect(calls.splice(0)).toEqual(["load", "change"]);
  });

  test("is kept by a cookie that scripts do not see, and caches are told what depends on it", async () => {
    const { application, client } = site({ maxAgeS: 60 });
    expect(headed(await client.get("/plain/")).header("vary")).toBeUndefined();
    expect(headed(await client.get("/cart/")).header("vary")).toBe("Cookie");
    const response = await client.post("/cart/");
    expect(headed(response).header("vary")).toBe("Cookie");
    expect(headed(response).header("set-cookie")).toMatch(/^session=[\w-]{43};/);
    for (const part of ["Max-Age=60", "Path=/", "HttpOnly", "SameSite=Lax"])
      expect(headed(response).header("set-cookie")).toContain(`; ${part}`);
    const secure = await new TestClient(application, { baseUrl: "https://localhost" }).post("/cart/");
    expect(headed(secure).header("set-cookie")).toMatch(/^__Host-session=[\w-]{43}; .*Secure/);
  });

  test("is not saved with a response that failed", async () => {
    const { client } = site();
    expect(headed(await client.post("/cart/?status=500")).header("set-cookie")).toBeUndefined();
    expect((await client.get("/cart/")).json()).toEqual([]);
    await client.post("/cart/?status=404");
    expect((await client.get("/cart/")).json()).toEqual([0]);
  });

  test("never has a token that a visitor brought along (fixation)", async () => {
    const { application, client, engine } = site();
    const brought = "a".repeat(43);
    const cookie = `session=${brought}`;
    const response = await new TestClient(application, { headers: { cookie } }).post("/cart/");
    expect(headed(response).header("set-cookie")).not.toContain(brought);
    expect(await engine.load(brought)).toBeUndefined();

    await client.post("/cart/");
    const before = client.cookies.get("session") ?? "";
    await client.post("/login/");
    const after = client.cookies.get("session") ?? "";
    expect(after).not.toBe(before);
    expect(await engine.load(before)).toBeUndefined();
    expect((await client.get("/cart/")).json()).toEqual([0]);
  });

  test("is gone after a logout, with its cookie", async () => {
    const { client, engine } = site();
    await client.post("/cart/");
    await client.post("/login/");
    const token = client.cookies.get("session") ?? "";
    const response = await client.delete("/login/");
    expect(headed(response).header("set-cookie")).toContain("session=; Max-Age=0");
    expect(await engine.load(token)).toBeUndefined();
    expect((await client.get("/cart/")).json()).toEqual([]);
  });

  test("ends when nothing is left in it", async () => {
    const { client, engine } = site();
    await client.post("/cart/");
    const token = client.cookies.get("session") ?? "";
    expect(headed(await client.delete("/cart/")).header("set-cookie")).toContain("Max-Age=0");
    expect(await engine.load(token)).toBeUndefined();
  });

  test("lasts from its last save, and from each request where that is wanted", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      for (const [saveEveryRequest, left] of [
        [false, []],
        [true, [0]],
      ] as const) {
        const { client } = site({ saveEveryRequest, maxAgeS: 100 });
        await client.post("/cart/");
        vi.advanceTimersByTime(60_000);
        const response = await client.get("/cart/");
        expect(headed(response).header("set-cookie") === undefined).toBe(!saveEveryRequest);
        vi.advanceTimersByTime(60_000);
        expect((await client.get("/cart/")).json()).toEqual(left);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  test("may be changed while a response is streamed", async () => {
    const { client, engine } = site();
    await client.post("/login/");
    expect((await client.get("/stream/")).text).toBe("begundone");
    const session = openSession(engine, client.cookies.get("session") ?? "");
    expect(await session.get("user")).toBe("stephane");
  });

  test("is known in sockets, and begins with the accept of one", async () => {
    const { application, client, engine } = site();
    await client.post("/login/");
    const cookie = `session=${client.cookies.get("session") ?? ""}`;
    const socket = new WebSocketCommunicator(application, "/ws/", { headers: { cookie } });
    await socket.connect();
    expect(seen.pop()).toBe("django");
    socket.sendJson({ action: "rename", data: { user: "babik" } });
    expect(await socket.receiveJson()).toEqual({ renamed: "babik" });
    expect(await openSession(engine, client.cookies.get("session") ?? "").get("user")).toBe("babik");
    await socket.disconnect();

    const fresh = new WebSocketCommunicator(application, "/ws/?new");
    const outcome = await fresh.connect();
    const line = headed(outcome.accepted ? outcome : { headers: [] }).header("set-cookie") ?? "";
    expect(await openSession(engine, /session=([\w-]+)/.exec(line)?.[1] ?? "").get("user")).toBe("fresh");
    await fresh.disconnect();
  });

  test("can live in her cookie", async () => {
    const { client } = site({ engine: cookieSessions(["k".repeat(32)]) });
    await client.post("/cart/");
    await client.post("/cart/");
    expect((await client.get("/cart/")).json()).toEqual([0, 1]);
    await client.delete("/cart/");
    expect((await client.get("/cart/")).json()).toEqual([]);
  });

  test("is not there without its middleware", async () => {
    const application = createApplication({ routes: [http("/cart/", Cart)] });
    expect((await new TestClient(application).get("/cart/")).status).toBe(500);
    expect(() => sessionOf({ type: "http" } as HttpScope)).toThrow(SessionsMissing);
  });
});

describe("a session", () => {
  async function begun(engine = memorySessions()) {
    const token = await engine.create(new Map([["cart", "[1]"]]), Date.now() + 60_000);
    return { engine, token, session: openSession(engine, token) };
  }

  test("shows what was changed before it is saved", async () => {
    const { session } = await begun();
    session.set("user", "django");
    expect([await session.get("user"), await session.get("cart"), await session.keys()]).toEqual([
      "django",
      [1],
      ["cart", "user"],
    ]);
    expect(await session.pop("cart")).toEqual([1]);
    expect([await session.has("cart"), await session.keys()]).toEqual([false, ["user"]]);
    session.flush();
    expect([await session.get("user"), await session.keys()]).toEqual([undefined, []]);
  });

  test("gives copies: what is not set is not kept", async () => {
    const { session } = await begun();
    (await session.get("cart"))?.push(2);
    expect(await session.get("cart")).toEqual([1]);
  });

  test("that was ended meanwhile is not brought back", async () => {
    const { engine, token, session } = await begun();
    expect(await session.get("cart")).toEqual([1]);
    await engine.end(token);
    session.set("user", "django");
    await expect(session.save()).rejects.toThrow(SessionEnded);
    expect(await engine.load(token)).toBeUndefined();
  });

  test("of two requests at once keeps what both set", async () => {
    const { engine, token, session } = await begun();
    const other = openSession(engine, token);
    await Promise.all([session.get("cart"), other.get("cart")]);
    session.set("user", "django");
    other.set("cart", [2]);
    await Promise.all([session.save(), other.save()]);
    const after = openSession(engine, token);
    expect([await after.get("user"), await after.get("cart")]).toEqual(["django", [2]]);
  });

  test("has a lifetime of its own where it is told", async () => {
    const { engine, token, session } = await begun();
    session.setLifetime(5);
    await session.save();
    expect((await engine.load(token))?.expiresAt).toBeLessThanOrEqual(Date.now() + 5000);
    expect([await session.lifetime(), await session.keys()]).toEqual([5, ["cart"]]);
    session.setLifetime("browser");
    expect(await session.lifetime()).toBe("browser");
  });

  test("refuses what JSON does not hold, and more than its engine keeps", async () => {
    const { session } = await begun(cookieSessions(["k".repeat(32)]));
    expect(() => session.set("user", undefined as unknown as string)).toThrow(SessionValueInvalid);
    expect(() => session.set("cart", [1n] as unknown as number[])).toThrow(SessionValueInvalid);
    session.set("user", "x".repeat(3000));
    await expect(session.save()).rejects.toThrow(SessionTooLarge);
    session.flush();
  });
});
