import {
  type Application,
  defineProject,
  defineSettings,
  f,
  getLogger,
  http,
  HttpConsumer,
  Model,
  task,
  websocket,
  WebSocketConsumer,
} from "hotclub";
import { ApplicationCommunicator, HttpCommunicator, LiveServer, NothingReceived, TestSite } from "hotclub/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { once } from "node:events";

class Visit extends Model {
  path = f.char({ maxLength: 80 });
}
const visited: string[] = [];
const visit = task("test_site.visit", {}, (_run, { path }: { path: string }) => void visited.push(path));

class Page extends HttpConsumer {
  async get() {
    await Visit.create({ path: this.scope.path });
    await visit.enqueue({ path: this.scope.path });
    return this.json({ visits: await Visit.all().count(), app: this.scope.state["app"] });
  }
}
class Echo extends WebSocketConsumer {
  override receive(data: string | Uint8Array) {
    return typeof data === "string" ? this.sendText(data) : undefined;
  }
}

const project = defineProject({
  name: "test_site",
  settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "example.com" }),
  models: [Visit],
  tasks: [visit],
  routes: [http("/", Page), websocket("/ws/", Echo)],
  lifespan: { startup: ({ state }) => void (state["app"] = "up") },
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe("a whole project in a test", () => {
  it("is there without a server: middleware, database, tasks, lifespan and health", async () => {
    const site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
    open.push(site);
    const client = site.client({ baseUrl: "http://example.com" });
    expect((await client.get("/")).json()).toEqual({ visits: 1, app: "up" });
    expect((await client.get("/")).json()).toEqual({ visits: 2, app: "up" });
    expect((await client.get("/-/ready")).status).toBe(200);
    expect((await site.client({ baseUrl: "http://elsewhere.example" }).get("/")).status).toBe(400);
    await expect.poll(() => visited.length).toBe(2);
    const socket = client.websocket("/ws/");
    expect(await socket.connect()).toMatchObject({ accepted: true });
    socket.send("hello");
    expect(await socket.receive()).toBe("hello");
    await socket.disconnect();
  });

  it("is there on a real server, which answers to its own address", async () => {
    const server = await LiveServer.start(project, { databaseUrl: "sqlite::memory:" });
    open.push(server);
    expect(await (await fetch(server.url)).json()).toEqual({ visits: 1, app: "up" });
    expect(await Visit.all().count()).toBe(1);
    const socket = new WebSocket(`${server.webSocketUrl}/ws/`);
    await once(socket, "open");
    socket.send("hello");
    expect(String((await once(socket, "message"))[0])).toBe("hello");
    const closed = once(socket, "close");
    await server.close();
    expect((await closed)[0]).toBe(1001);
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });
});

describe("a communicator", () => {
  const application: Application = (scope, send) => ({
    async handle(message) {
      if (message.type === "test.fail") throw new Error("as asked");
      if (message.type === "test.quiet") return;
      await send({ type: "test.echo", scope: scope.type, got: message["value"] });
    },
  });
  const scope = { type: "channel", channel: "thumbnails", requestId: "1", state: {} } as const;

  it("gives any application messages, and takes its own", async () => {
    const communicator = new ApplicationCommunicator(application, scope);
    communicator.sendInput({ type: "test.ask", value: 7 });
    expect(await communicator.receiveOutput()).toEqual({ type: "test.echo", scope: "channel", got: 7 });
    communicator.sendInput({ type: "test.quiet" });
    expect(await communicator.receiveNothing()).toBe(true);
    await communicator.wait();
  });

  it("waits as long as the environment says where a test does not", async () => {
    const communicator = new ApplicationCommunicator(application, scope);
    vi.stubEnv("HOTCLUB_TEST_TIMEOUT_MS", "7");
    await expect(communicator.receiveOutput()).rejects.toThrow("Nothing came within 7 ms");
    vi.stubEnv("HOTCLUB_TEST_TIMEOUT_MS", "soon");
    expect(() => communicator.receiveOutput()).toThrow('HOTCLUB_TEST_TIMEOUT_MS is "soon"');
    vi.unstubAllEnvs();
  });

  it("throws what the application throws, and goes on after a wait that was in vain", async () => {
    const communicator = new ApplicationCommunicator(application, scope);
    await expect(communicator.receiveOutput(10)).rejects.toThrow(NothingReceived);
    communicator.sendInput({ type: "test.ask", value: 8 });
    expect(await communicator.receiveOutput()).toMatchObject({ got: 8 });
    communicator.sendInput({ type: "test.fail" });
    await expect(communicator.wait()).rejects.toThrow("as asked");
  });

  it("has several waits at once, each for a message of its own", async () => {
    const communicator = new ApplicationCommunicator(application, scope);
    const [first, second] = [communicator.receiveOutput(), communicator.receiveOutput()];
    const isSilent = communicator.receiveNothing(10_000);
    communicator.sendInput({ type: "test.ask", value: 1 });
    expect(await first).toMatchObject({ got: 1 });
    expect(await isSilent).toBe(false);
    communicator.sendInput({ type: "test.ask", value: 2 });
    expect(await second).toMatchObject({ got: 2 });
  });

  it("throws what an application throws when it is called", async () => {
    const broken: Application = () => {
      getLogger().debug("about to fail");
      throw new Error("no scope for me");
    };
    await expect(new HttpCommunicator(broken, "GET", "/").response()).rejects.toThrow("no scope for me");
  });

  it("sends a body in pieces", async () => {
    class Count extends HttpConsumer {
      async post() {
        let pieces = 0;
        for await (const piece of this.request.stream()) pieces += piece.length > 0 ? 1 : 0;
        return this.text(String(pieces));
      }
    }
    const { createApplication } = await import("hotclub/consumers");
    const routed = createApplication({ routes: [http("/", Count)] });
    const response = await new HttpCommunicator(routed, "POST", "/", {
      body: ["one", "two", Buffer.from("three")],
    }).response();
    expect(response.text).toBe("3");
  });
});
