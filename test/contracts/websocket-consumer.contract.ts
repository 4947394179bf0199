import { setImmediate } from "node:timers/promises";

import { NotFound, type Message } from "hotclub/core";
import { action, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, MessageInvalid, type Payload } from "hotclub/layers";
import { WebSocketCommunicator } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { deferred } from "../deferred.js";
import { makeApplication } from "./consumer-place.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string }; "chat.bad": { text: string } }>();

/** What a consumer of sockets does, wherever it runs. */
export function describeWebSocketConsumers(): void {
  let layer: MemoryChannelLayer;
  beforeEach(() => {
    layer = new MemoryChannelLayer();
    channelLayers.set("default", layer);
  });
  afterEach(() => channelLayers.closeAll());

  function open(consumer: new (...args: never[]) => object, target = "/ws/lobby/", options = {}) {
    const application = makeApplication({
      routes: [websocket("/ws/:slug/", consumer as never)],
      secretKeys: ["s".repeat(32)],
    });
    return new WebSocketCommunicator(application, target, options);
  }

  class Chat extends WebSocketConsumer<{ slug: string }> {
    actions = {
      post: action(z.object({ text: z.string().max(10) }), this.post),
      add: action(z.object({ a: z.number(), b: z.number() }), this.add),
      fail: action(z.object({}), this.fail),
    };
    override async connect() {
      await this.join(room({ slug: this.params.slug }));
      this.accept();
    }
    async post({ text }: { text: string }) {
      await room({ slug: this.params.slug }).send("chat.message", { text });
    }
    add({ a, b }: { a: number; b: number }) {
      return a + b;
    }
    fail(): never {
      throw new Error("inside");
    }
    "chat.message"(message: Payload<typeof room, "chat.message">) {
      return this.sendJson(message);
    }
    "chat.bad"(): never {
      throw new Error("a bad message");
    }
  }

  describe("a socket's handshake", () => {
    it("is accepted by default, with a subprotocol and cookies where the consumer says so", async () => {
      class Accepting extends WebSocketConsumer {
        override connect() {
          this.cookies.set("seen", "1");
          this.accept({ subprotocol: "chat.v1", headers: { "x-room": "lobby" } });
        }
      }
      const outcome = await open(Accepting, "/ws/lobby/", { subprotocols: ["chat.v1", "chat.v0"] }).connect();
      expect(outcome).toMatchObject({ accepted: true, subprotocol: "chat.v1" });
      expect(outcome).toHaveProperty(
        "headers",
        expect.arrayContaining([
          ["x-room", "lobby"],
          ["set-cookie", expect.stringContaining("seen=1")],
        ]),
      );
    });

    it("is refused with 403 by close (W3)", async () => {
      class Closing extends WebSocketConsumer {
        override connect() {
          this.close(4000, "not today");
        }
      }
      expect(await open(Closing).connect()).toEqual({ accepted: false, status: 403, text: "not today" });
    });

    it("is refused with the status of what connect throws (W10)", async () => {
      class Missing extends WebSocketConsumer {
        override async connect() {
          await setImmediate();
          throw new NotFound({ what: "The room" });
        }
      }
      expect(await open(Missing).connect()).toEqual({ accepted: false, status: 404, text: "The room was not found." });
    });

    it("is refused with a plain 500 when connect fails", async () => {
      class Failing extends WebSocketConsumer {
        override connect(): never {
          throw new Error("the database's password is swing");
        }
      }
      const outcome = await open(Failing).connect();
      expect(outcome).toMatchObject({ accepted: false, status: 500 });
      expect(outcome).toHaveProperty("text", expect.not.stringContaining("swing"));
    });

    it("for an unknown path is refused with 404", async () => {
      expect(await open(Chat, "/nowhere/").connect()).toMatchObject({ accepted: false, status: 404 });
    });

    it("lets nothing of a group through before the socket is accepted (X9)", async () => {
      const accept = deferred<void>();
      class Late extends Chat {
        override async connect() {
          await this.join(room({ slug: "lobby" }));
          await room({ slug: "lobby" }).send("chat.message", { text: "early" });
          void accept.promise.then(() => this.accept());
        }
      }
      const socket = open(Late);
      const connected = socket.connect();
      expect(await socket.receiveNothing()).toBe(true);
      accept.resolve();
      expect(await connected).toMatchObject({ accepted: true });
      expect(await socket.receiveJson()).toEqual({ type: "chat.message", text: "early" });
    });
  });

  describe("a socket's actions", () => {
    it("are checked by their schema and done", async () => {
      const socket = open(Chat);
      await socket.connect();
      socket.sendJson({ action: "post", data: { text: "hello" } });
      expect(await socket.receiveJson()).toEqual({ type: "chat.message", text: "hello" });
    });

    it("are answered when the client gives an id", async () => {
      const socket = open(Chat);
      await socket.connect();
      socket.sendJson({ action: "add", data: { a: 1, b: 2 }, id: 7 });
      expect(await socket.receiveJson()).toEqual({ type: "reply", id: 7, data: 3 });
    });

    it.each([
      ["an unknown action", { action: "constructor", data: {}, id: 1 }, "CONSUMERS_UNKNOWN_ACTION", "post, add, fail"],
      ["data that is too long", { action: "post", data: { text: "x".repeat(11) } }, "CORE_VALIDATION_FAILED", "text"],
      ["data that is missing", { action: "post" }, "CORE_VALIDATION_FAILED", "The data of post"],
      ["an action that fails", { action: "fail", data: {} }, "INTERNAL", "Internal Server Error"],
    ])("answer %s as data, and the socket stays", async (_what, message, code, says) => {
      const socket = open(Chat);
      await socket.connect();
      socket.sendJson(message);
      expect(await socket.receiveJson()).toMatchObject({
        type: "error",
        action: message.action,
        error: { code, message: expect.stringContaining(says) as string },
      });
      socket.sendJson({ action: "add", data: { a: 1, b: 1 }, id: 2 });
      expect(await socket.receiveJson()).toMatchObject({ id: 2 });
    });

    it.each([
      ["text that is not JSON", "{", 1007],
      ["JSON that is no action", "[1]", 1007],
      ["an id of a wrong kind", '{"action":"add","id":{}}', 1007],
      ["bytes where text is due", new Uint8Array([1, 2]), 1003],
    ])("close the socket on %s", async (_what, data, code) => {
      const socket = open(Chat);
      await socket.connect();
      socket.send(data);
      expect(await socket.closed()).toMatchObject({ code });
    });
  });

  describe("a socket's messages", () => {
    it("are handled one at a time and in order (C4)", async () => {
      const log: string[] = [];
      class Slow extends WebSocketConsumer {
        override async receive(text: string) {
          log.push(`begin ${text}`);
          await setImmediate();
          log.push(`end ${text}`);
          if (text === "c") await this.sendText("done");
        }
      }
      const socket = open(Slow);
      await socket.connect();
      for (const text of ["a", "b", "c"]) socket.send(text);
      await socket.receive();
      expect(log).toEqual(["begin a", "end a", "begin b", "end b", "begin c", "end c"]);
    });

    it("that pile up close the socket with 1008", async () => {
      class Stuck extends WebSocketConsumer {
        static override readonly mailboxLimit = 5;
        override async receive() {
          await new Promise<void>((resolve) => this.signal.addEventListener("abort", () => resolve()));
        }
      }
      const socket = open(Stuck);
      await socket.connect();
      for (let i = 0; i < 7; i++) socket.send(`${i}`);
      expect(await socket.closed()).toMatchObject({ code: 1008 });
    });

    it("that receive throws on close the socket with 1011 and no detail", async () => {
      class Failing extends WebSocketConsumer {
        override receive(): never {
          throw new Error("the secret");
        }
      }
      const socket = open(Failing);
      await socket.connect();
      socket.send("x");
      expect(await socket.closed()).toEqual({ code: 1011, reason: "Internal Error" });
    });
  });

  describe("messages of a group", () => {
    it("reach every member, and nobody else", async () => {
      const [a, b, other] = [open(Chat), open(Chat), open(Chat, "/ws/cellar/")];
      for (const socket of [a, b, other]) await socket.connect();
      await room({ slug: "lobby" }).send("chat.message", { text: "hi" });
      expect(await a.receiveJson()).toEqual({ type: "chat.message", text: "hi" });
      expect(await b.receiveJson()).toEqual({ type: "chat.message", text: "hi" });
      expect(await other.receiveNothing()).toBe(true);
    });

    it("that a consumer fails on are logged, and the socket stays", async () => {
      const socket = open(Chat);
      await socket.connect();
      await room({ slug: "lobby" }).send("chat.bad", { text: "x" });
      await room({ slug: "lobby" }).send("chat.message", { text: "after" });
      expect(await socket.receiveJson()).toEqual({ type: "chat.message", text: "after" });
    });

    it("reach only handlers that the class declares, never the base classes' methods (X10)", async () => {
      const socket = open(Chat);
      await socket.connect();
      const name = room({ slug: "lobby" }).name;
      const hostile: Message[] = ["close", "sendText", "constructor", "chat.unknown", "toString"].map((type) => ({
        type,
        code: 1000,
      }));
      for (const message of hostile) await layer.groupSend(name, message);
      await expect(layer.groupSend(name, { type: "websocket.receive", text: '{"action":"fail"}' })).rejects.toThrow(
        MessageInvalid,
      );
      await room({ slug: "lobby" }).send("chat.message", { text: "still here" });
      expect(await socket.receiveJson()).toEqual({ type: "chat.message", text: "still here" });
    });

    it("come no more when the socket has closed", async () => {
      const disconnected = deferred<number>();
      class Leaving extends Chat {
        override disconnect(code: number) {
          disconnected.resolve(code);
        }
      }
      const socket = open(Leaving);
      await socket.connect();
      await socket.disconnect(1001);
      expect(await disconnected.promise).toBe(1001);
      await room({ slug: "lobby" }).send("chat.message", { text: "late" });
      expect(await socket.receiveNothing()).toBe(true);
    });

    it("can be sent to one consumer alone, over its own channel", async () => {
      const named = deferred<string>();
      class Private extends Chat {
        override async connect() {
          this.accept();
          named.resolve(await this.openChannel());
        }
      }
      const socket = open(Private);
      await socket.connect();
      await layer.send(await named.promise, { type: "chat.message", text: "psst" });
      expect(await socket.receiveJson()).toEqual({ type: "chat.message", text: "psst" });
    });
  });

  describe("a disconnect", () => {
    it("is heard at once by the handler that runs, and handled after what the client had sent", async () => {
      const log: string[] = [];
      const begun = deferred<void>();
      class Slow extends WebSocketConsumer {
        override async receive(text: string) {
          log.push(text);
          if (text !== "first") return;
          begun.resolve();
          await new Promise<void>((resolve) => this.signal.addEventListener("abort", () => resolve()));
          log.push("aborted");
        }
        override disconnect(code: number) {
          log.push(`disconnect ${code}`);
        }
      }
      const socket = open(Slow);
      await socket.connect();
      socket.send("first");
      socket.send("second");
      await begun.promise;
      await socket.disconnect(1006);
      expect(log).toEqual(["first", "aborted", "second", "disconnect 1006"]);
    });

    it("during the handshake leaves no membership behind", async () => {
      const joined = deferred<void>();
      class Slow extends Chat {
        override async connect() {
          await setImmediate();
          await super.connect().catch(() => {});
          joined.resolve();
        }
      }
      const socket = open(Slow);
      const connected = socket.connect(20).catch(() => undefined);
      await socket.disconnect(1006);
      await joined.promise;
      await connected;
      await room({ slug: "lobby" }).send("chat.message", { text: "x" });
      expect(await socket.receiveNothing()).toBe(true);
    });
  });

  describe("repeated work", () => {
    it("goes on when it fails, and ends with the socket", async () => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      try {
        let turns = 0;
        class Ticking extends WebSocketConsumer {
          override connect() {
            this.accept();
            this.every(1000, () => {
              turns += 1;
              if (turns === 1) throw new Error("once");
            });
          }
        }
        const socket = open(Ticking);
        await socket.connect();
        await vi.advanceTimersByTimeAsync(3000);
        expect(turns).toBe(3);
        const timers = vi.getTimerCount();
        await socket.disconnect();
        await vi.advanceTimersByTimeAsync(3000);
        expect(turns).toBe(3);
        expect(vi.getTimerCount()).toBe(timers - 1);
      } finally {
        vi.useRealTimers();
      }
    });

    it("leaves a turn out while the one before it runs", async () => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      try {
        const slow = deferred<void>();
        let turns = 0;
        class Ticking extends WebSocketConsumer {
          override connect() {
            this.accept();
            this.every(1000, () => {
              turns += 1;
              return slow.promise;
            });
          }
        }
        const socket = open(Ticking);
        await socket.connect();
        await vi.advanceTimersByTimeAsync(3000);
        expect(turns).toBe(1);
        slow.resolve();
        await vi.advanceTimersByTimeAsync(1000);
        expect(turns).toBe(2);
        await socket.disconnect();
      } finally {
        vi.useRealTimers();
      }
    });
  });
}
