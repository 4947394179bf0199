import { randomUUID } from "node:crypto";

import {
  http,
  HttpConsumer,
  memoryRateLimits,
  messageRateLimit,
  type OpenRateLimitStore,
  rateLimit,
  RateLimitInvalid,
  type RateLimitOptions,
  redisRateLimits,
  taskRateLimit,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { WebSocketCommunicator } from "hotclub/testing";
import { ImmediateTaskBackend, runWorker, task, taskBackends } from "hotclub/workers";
import { afterEach, describe, expect, it } from "vitest";

import { clientKey } from "../../../src/consumers/middleware/limits/client-key.js";
import { webSocketScope } from "../../../src/testing/test-scope.js";
import { redisUrl, startRedis } from "../../services/index.js";
import { site } from "./site.js";

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A store that is closed after the test. */
function kept(store: OpenRateLimitStore): OpenRateLimitStore {
  return (rule) => {
    const opened = store(rule);
    open.push(opened);
    return opened;
  };
}

const from = (host: string) => ({ client: { host, port: 1 } });

function limited(options: Partial<RateLimitOptions> = {}) {
  return site([rateLimit({ limit: 2, windowS: 60, ...options })]);
}

describe.each([
  ["memory", async () => memoryRateLimits()],
  ["redis", async () => redisRateLimits(await redisUrl())],
] as const)("a rate limit counted in %s", (_engine, makeStore) => {
  const options = async () => ({ store: kept(await makeStore()), name: `test-${randomUUID()}` });

  it("lets a client in until its count is used up, and says what is left", async () => {
    const given = await options();
    const { ask } = limited(given);
    const first = await ask("GET");
    expect(first.status).toBe(200);
    expect(first.header("ratelimit-policy")).toBe(`"${given.name}";q=2;w=60`);
    expect(first.header("ratelimit")).toMatch(new RegExp(`^"${given.name}";r=1;t=\\d+$`));
    expect((await ask("GET")).header("ratelimit")).toContain(";r=0;");
    const refused = await ask("GET");
    expect([refused.status, refused.header("ratelimit")]).toEqual([429, expect.stringContaining(";r=0;")]);
    const waits = Number(refused.header("retry-after"));
    expect(waits).toBeGreaterThan(0);
    expect(waits).toBeLessThanOrEqual(60);
    expect(refused.text).toMatch(/^Too many requests\. Come again in \d+ s\.$/);
  });

  it("counts each client by itself, and its requests and handshakes together", async () => {
    const { ask, handshake } = limited(await options());
    await ask("GET");
    expect(await handshake()).toBe(101);
    expect(await handshake()).toBe(429);
    expect((await ask("GET")).status).toBe(429);
    expect((await ask("GET", "/", from("192.0.2.7"))).status).toBe(200);
  });

  it("counts many that come at once, each once", async () => {
    const { ask } = limited({ ...(await options()), limit: 10 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask("GET")));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  });

  it("begins anew when the window is over", async () => {
    const { ask } = limited({ ...(await options()), limit: 1, windowS: 1 });
    const status = async () => (await ask("GET")).status;
    expect(await status()).toBe(200);
    await expect.poll(status, { timeout: 20_000, interval: 0 }).toBe(429);
    await expect.poll(status, { timeout: 20_000 }).toBe(200);
  });
});

describe("a rate limit", () => {
  it("goes by what the site takes for a client, and leaves out whom it likes", async () => {
    const { ask } = limited({ key: async ({ headers }) => headers.get("x-user") });
    for (let i = 0; i < 3; i++) expect((await ask("GET")).header("ratelimit")).toBeUndefined();
    const headers = { "x-user": "1" };
    await ask("GET", "/", { headers });
    await ask("GET", "/", { headers });
    expect((await ask("GET", "/", { headers })).status).toBe(429);
    expect((await ask("GET", "/", { headers: { "x-user": "2" } })).status).toBe(200);
  });

  it("takes an IPv6 network for one client, and an address for what it is", () => {
    const key = (host: string) => clientKey({ ...webSocketScope("/", []), ...from(host) });
    expect(key("2001:db8:1:2:aaaa::1")).toBe(key("2001:db8:1:2:bbbb:cccc:0:1"));
    expect(key("2001:0DB8:0001:2::")).toBe(key("2001:db8:1:2::9"));
    expect(key("2001:db8:1:3::1")).not.toBe(key("2001:db8:1:2::1"));
    expect(key("::ffff:192.0.2.1")).toBe(key("192.0.2.1"));
    expect(key("::1")).not.toBe(key("1::1"));
    expect(key("fe80::1%eth0")).toBe(key("fe80::2%eth1"));
  });

  it("can stand around some routes alone, several of them together", async () => {
    class Page extends HttpConsumer {
      get() {
        return this.text("");
      }
    }
    const routes = [
      http("/", Page),
      http("/dear/", Page, { middleware: [rateLimit({ limit: 1, windowS: 60, name: "dear" })] }),
    ];
    const { ask } = site([rateLimit({ limit: 3, windowS: 60 })], { routes });
    const both = await ask("GET", "/dear/");
    expect(both.headers.filter(([name]) => name === "ratelimit").map(([, value]) => value.split(";")[0])).toEqual([
      '"dear"',
      '"default"',
    ]);
    expect((await ask("GET", "/dear/")).status).toBe(429);
    expect((await ask("GET", "/")).status).toBe(200);
    expect((await ask("GET", "/")).status).toBe(429);
  });

  it.each([
    [{ limit: 0 }],
    [{ limit: 1.5 }],
    [{ windowS: 0 }],
    [{ windowS: 0.5 }],
    [{ windowS: 1e9 }],
    [{ name: "a b" }],
    [{ name: '"' }],
  ])("that cannot work is refused at the start: %j", (options) => {
    expect(() => rateLimit({ limit: 1, windowS: 1, ...options })).toThrow(RateLimitInvalid);
  });

  it("goes on in each process while Redis is away, and together when it is back", async () => {
    const redis = await startRedis();
    const { ask } = limited({ store: kept(redisRateLimits(redis.url)), limit: 1 });
    expect((await ask("GET")).status).toBe(200);
    expect((await ask("GET")).status).toBe(429);
    await redis.kill();
    // Counted anew, here.
    await expect.poll(async () => (await ask("GET", "/", from("192.0.2.1"))).status).toBe(200);
    expect((await ask("GET", "/", from("192.0.2.1"))).status).toBe(429);
    await redis.start();
    await expect.poll(async () => (await ask("GET", "/", from("192.0.2.1"))).status, { timeout: 10_000 }).toBe(200);
  }, 30_000);
});

describe("a limit of messages", () => {
  class Echo extends WebSocketConsumer {
    override receive(data: string) {
      return this.sendText(data);
    }
  }
  class Free extends Echo {
    static exempt = ["message-rate-limit"];
  }
  const { application } = site([messageRateLimit({ perSecond: 0.001, burst: 3 })], {
    routes: [websocket("/ws/", Echo), websocket("/free/", Free)],
  });

  it("closes a socket that sends faster, with 1008, and no other", async () => {
    const [fast, slow] = [
      new WebSocketCommunicator(application, "/ws/"),
      new WebSocketCommunicator(application, "/ws/"),
    ];
    await fast.connect();
    await slow.connect();
    for (let i = 0; i < 5; i++) fast.send(String(i));
    expect([await fast.receive(), await fast.receive(), await fast.receive()]).toEqual(["0", "1", "2"]);
    expect(await fast.closed()).toMatchObject({ code: 1008 });
    slow.send("x");
    expect(await slow.receive()).toBe("x");
  });

  it("does not count for a consumer that is exempt", async () => {
    const socket = new WebSocketCommunicator(application, "/free/");
    await socket.connect();
    for (let i = 0; i < 10; i++) socket.send(String(i));
    for (let i = 0; i < 10; i++) expect(await socket.receive()).toBe(String(i));
  });

  it("that lets nothing through is refused at the start", () => {
    expect(() => messageRateLimit({ perSecond: 0 })).toThrow(RateLimitInvalid);
    expect(() => messageRateLimit({ perSecond: 1, burst: 0.5 })).toThrow(RateLimitInvalid);
  });
});

describe("a limit of tasks", () => {
  afterEach(() => taskBackends.closeAll());

  async function work(tasks: Parameters<typeof runWorker>[0]["tasks"], windowS: number) {
    taskBackends.set("default", new ImmediateTaskBackend());
    const worker = await runWorker({ tasks: tasks ?? [], middleware: [taskRateLimit({ limit: 2, windowS })] });
    open.push({ close: () => worker.close({ timeoutMs: 200 }) });
    return worker;
  }

  it("has runs beyond it wait for the next window, and each run", async () => {
    const begun: string[] = [];
    const call = task("limit.call", {}, async (_run, name: string) => void begun.push(name));
    const other = task("limit.other", {}, async (_run, name: string) => void begun.push(name));
    await work([call, other], 1);
    const handles = [];
    for (const name of ["a", "b", "c"]) handles.push(await call.enqueue(name));
    const last = await other.enqueue("other");
    await last.result();
    // Another task has a count of its own, and does not wait.
    expect(begun).not.toContain("c");
    await Promise.all(handles.map((handle) => handle.result()));
    expect(begun.toSorted()).toEqual(["a", "b", "c", "other"]);
  });

  it("ends the wait of a run whose time is up", async () => {
    const begun: string[] = [];
    const call = task("limit.late", { timeoutMs: 50 }, async (_run, name: string) => void begun.push(name));
    await work([call], 600);
    await (await call.enqueue("a")).result();
    await (await call.enqueue("b")).result();
    const late = await call.enqueue("c");
    await expect(late.result()).rejects.toThrow("50 ms");
    expect(begun).toEqual(["a", "b"]);
  });
});
