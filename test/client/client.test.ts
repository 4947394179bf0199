import {
  ActionError,
  type Client,
  connect,
  type ConnectOptions,
  type SocketConstructor,
  type State,
} from "hotclub/client";
import { action, createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import { type Listening, loadServer } from "hotclub/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";

import { deferred } from "../deferred.js";
import { freePort } from "../project/free-port.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();
let release = deferred<void>();

class Chat extends WebSocketConsumer<{ slug: string }> {
  actions = {
    post: action(z.object({ text: z.string().max(10) }), this.post),
    add: action(z.object({ a: z.number(), b: z.number() }), this.add),
    mumble: action(z.object({}), this.mumble),
    wait: action(z.object({}), this.wait),
    hangUp: action(z.object({ code: z.number() }), this.hangUp),
  };
  override async connect() {
    await this.join(room({ slug: this.params.slug }));
    this.accept();
  }
  async post({ text }: { text: string }) {
    await room({ slug: this.params.slug }).send("chat.message", { text });
  }
  async add({ a, b }: { a: number; b: number }) {
    return { sum: a + b };
  }
  async mumble() {
    for (const text of ["no JSON", "null", "7", "[", ""]) await this.send({ type: "websocket.send", text });
  }
  async wait() {
    await release.promise;
    return "waited";
  }
  hangUp({ code }: { code: number }) {
    this.close(code, "as asked");
  }
  "chat.message"(message: Payload<typeof room, "chat.message">) {
    return this.sendJson(message);
  }
}

let port: number;
let server: Listening | undefined;
const clients: Client<Chat>[] = [];

async function serve(): Promise<void> {
  const { listen } = await loadServer();
  server = await listen(createApplication({ routes: [websocket("/ws/:slug/", Chat)] }), { port });
}

function open(options: ConnectOptions = {}): Client<Chat> {
  const client = connect<Chat>(`ws://127.0.0.1:${port}/ws/lobby/`, {
    WebSocket: WebSocket as unknown as SocketConstructor,
    backoff: { minMs: 5, maxMs: 20 },
    ...options,
  });
  clients.push(client);
  return client;
}

/** Resolves when the client is in a state. */
function reaches(client: Client<Chat>, state: State): Promise<void> {
  if (client.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const off = client.onState((now) => {
      if (now !== state) return;
      off();
      resolve();
    });
  });
}

beforeEach(async () => {
  channelLayers.set("default", new MemoryChannelLayer());
  release = deferred();
  port = await freePort();
  await serve();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  release.resolve();
  await server?.close();
  await channelLayers.closeAll();
});

describe("a client", () => {
  it("asks for actions and gets replies, typed by the consumer", async () => {
    const { sum } = await open().ask("add", { a: 1, b: 2 });
    expect(sum).toBe(3);
  });

  it("hears messages of its consumer's groups", async () => {
    const client = open();
    const heard = new Promise<string>((resolve) => void client.on("chat.message", ({ text }) => resolve(text)));
    client.tell("post", { text: "hello" });
    expect(await heard).toBe("hello");
  });

  it("hears no more after it has stopped listening", async () => {
    const client = open();
    const heard: string[] = [];
    const off = client.on("chat.message", ({ text }) => void heard.push(text));
    await client.ask("post", { text: "one" });
    await client.ask("add", { a: 0, b: 0 });
    off();
    await client.ask("post", { text: "two" });
    await client.ask("add", { a: 0, b: 0 });
    expect(heard).toEqual(["one"]);
  });

  it("passes over texts that are none of its messages", async () => {
    const client = open();
    await client.ask("mumble", {});
    expect((await client.ask("add", { a: 1, b: 2 })).sum).toBe(3);
  });

  it("gets errors as data: the server's code, and where the data did not fit", async () => {
    const asked = open().ask("post", { text: "far too long" });
    await expect(asked).rejects.toThrow(ActionError);
    await expect(asked).rejects.toMatchObject({ code: "CORE_VALIDATION_FAILED", issues: [{ path: ["text"] }] });
    await expect(open().ask("nothing" as "add", { a: 1, b: 2 })).rejects.toMatchObject({
      code: "CONSUMERS_UNKNOWN_ACTION",
    });
  });

  it("waits no longer than it should for a reply", async () => {
    await expect(open().ask("wait", {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: "CLIENT_TIMEOUT" });
  });

  it("gives up waiting when its signal says so", async () => {
    const client = open();
    await reaches(client, "open");
    const controller = new AbortController();
    const asked = client.ask("wait", {}, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    await expect(client.ask("add", { a: 1, b: 1 }, { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("closes for good with its signal, and takes nothing more", async () => {
    const controller = new AbortController();
    const client = open({ signal: controller.signal });
    await reaches(client, "open");
    controller.abort();
    expect(client.state).toBe("closed");
    await expect(client.ask("add", { a: 1, b: 1 })).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
    expect(open({ signal: controller.signal }).state).toBe("closed");
  });
});

describe("a client whose line is lost", () => {
  it("comes back by itself, and then sends what was written meanwhile, in order", async () => {
    const client = open();
    await reaches(client, "open");
    await server?.close();
    await reaches(client, "waiting");
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      client.on("chat.message", ({ text }) => void (heard.push(text) === 3 && resolve()));
    });
    client.tell("post", { text: "one" });
    client.tell("post", { text: "two" });
    const reply = client.ask("add", { a: 2, b: 2 });
    client.tell("post", { text: "three" });
    await serve();
    expect(await reply).toEqual({ sum: 4 });
    await all;
    expect(heard).toEqual(["one", "two", "three"]);
  });

  it("says of what was under way that its outcome is unknown", async () => {
    const client = open();
    await reaches(client, "open");
    const failure = client.ask("wait", {}).catch((error: unknown) => error);
    await server?.close({ timeoutMs: 10 });
    expect(await failure).toMatchObject({ code: "CLIENT_LOST" });
  });

  it("sends again what does no harm when done twice", async () => {
    const client = open();
    await reaches(client, "open");
    const asked = client.ask("wait", {}, { resend: true });
    await server?.close({ timeoutMs: 10 });
    release.resolve();
    await serve();
    expect(await asked).toBe("waited");
  });

  it("refuses to keep more than its limit", async () => {
    await server?.close();
    const client = open({ queueLimit: 2 });
    client.tell("post", { text: "one" });
    const kept = client.ask("add", { a: 1, b: 1 });
    await expect(client.ask("add", { a: 1, b: 1 })).rejects.toMatchObject({ code: "CLIENT_QUEUE_FULL" });
    await serve();
    expect(await kept).toEqual({ sum: 2 });
  });

  it.each([
    [4500, "closed"],
    [3999, "closed"],
    [1008, "closed"],
    [1000, "closed"],
    [4499, "waiting"],
    [3000, "waiting"],
    [1011, "waiting"],
    [1012, "waiting"],
  ] as const)("by close code %i is %s", async (code, state) => {
    const client = open();
    const told = new Promise<[State, number | undefined, string | undefined]>((resolve) => {
      client.onState((now, closeCode, reason) => {
        if (now === "closed" || now === "waiting") resolve([now, closeCode, reason]);
      });
    });
    client.tell("hangUp", { code });
    expect(await told).toEqual([state, code, "as asked"]);
  });

  it("notices a line that is dead though nobody closed it", async () => {
    // A server that accepts and then never says anything.
    const { listen } = await loadServer();
    await server?.close();
    server = await listen(
      (_scope, send) => ({
        handle: (message) => (message.type === "websocket.connect" ? send({ type: "websocket.accept" }) : undefined),
      }),
      { port },
    );
    const client = open({ pingAfterMs: 20 });
    await reaches(client, "open");
    await reaches(client, "waiting");
    expect(client.state).toBe("waiting");
  });

  it("tests a silent line, which a consumer answers past everything that waits", async () => {
    const client = open({ pingAfterMs: 100 });
    await reaches(client, "open");
    const pongs = new Promise<void>((resolve) => {
      let count = 0;
      client.on("pong" as "chat.message", () => void ((count += 1) === 3 && resolve()));
    });
    const waiting = client.ask("wait", {});
    await pongs;
    expect(client.state).toBe("open");
    release.resolve();
    expect(await waiting).toBe("waited");
  });
});
