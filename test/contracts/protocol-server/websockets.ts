import { once } from "node:events";

import { expect } from "vitest";

import type { Message } from "hotclub/core";

import { EventQueue } from "../../protocol/event-queue.js";
import { gate } from "../../protocol/gate.js";
import { frame, opcodes, openWebSocket, readCloseCode, readFrame } from "../../protocol/raw-websocket.js";
import { type Harness, request } from "./harness.js";
import { accepting, closeOf, echo, open, refusalOf, socketApplication } from "./socket-tools.js";

/** Sockets that are open: messages, closing, and clients that do not read. */
export function describeWebSockets({ test, serve }: Harness): void {
  test("messages go both ways, as text and as bytes, of every size", async () => {
    const served = await serve(echo);
    const socket = await open(served);
    const texts = ["", "a", "héllo 🎷", "x".repeat(125), "x".repeat(126), "y".repeat(65_535), "z".repeat(70_000)];
    for (const text of texts) {
      socket.send(text);
      const [data, isBinary] = (await once(socket, "message")) as [Buffer, boolean];
      expect([data.toString() === text, isBinary]).toEqual([true, false]);
      socket.send(Buffer.from(text));
      const [bytes, areBytes] = (await once(socket, "message")) as [Buffer, boolean];
      expect([bytes.equals(Buffer.from(text)), areBytes]).toEqual([true, true]);
    }
  });

  test("messages of both sides keep their order", async () => {
    const served = await serve(echo);
    const socket = await open(served);
    const received: string[] = [];
    const all = gate();
    socket.on("message", (data: Buffer) => {
      received.push(data.toString());
      if (received.length === 2000) all.open();
    });
    const sent = Array.from({ length: 2000 }, (_, i) => `${i}:${"x".repeat(i)}`);
    for (const text of sent) socket.send(text);
    await all.passed;
    expect(received).toEqual(sent);
  });

  test("the bytes of a message may be kept", async () => {
    const kept: Uint8Array[] = [];
    const served = await serve(
      accepting((message, send) => {
        if (message.type !== "websocket.receive") return;
        kept.push(message["bytes"] as Uint8Array);
        return send({ type: "websocket.send", text: "kept" });
      }),
    );
    const socket = await open(served);
    for (let i = 0; i < 20; i++) {
      socket.send(Buffer.alloc(1000, i));
      await once(socket, "message");
    }
    expect(kept.map((bytes) => new Set(bytes).size === 1 && bytes[0])).toEqual(kept.map((_, i) => i));
  });

  test("a message in fragments arrives whole, with a ping in between", async () => {
    const served = await serve(echo);
    const connection = await served.connect();
    expect((await openWebSocket(connection, "/")).status).toBe(101);
    connection.send(
      frame(opcodes.text, "one ", { fin: false }),
      frame(opcodes.ping, "?"),
      frame(opcodes.continuation, Buffer.from([0xc3]), { fin: false }),
      frame(opcodes.continuation, Buffer.from([0xa9])),
    );
    expect(await readFrame(connection)).toMatchObject({ opcode: opcodes.pong, payload: Buffer.from("?") });
    expect(await readFrame(connection)).toMatchObject({ opcode: opcodes.text, payload: Buffer.from("one é") });
  });

  test("messages that may not be sent at this point are thrown back at the application (A6)", async () => {
    const wrong: Message[] = [
      { type: "websocket.accept" },
      { type: "websocket.http.response", status: 200 },
      { type: "http.response", status: 200 },
      { type: "made.up" },
      { type: "websocket.send" },
      { type: "websocket.send", text: "both", bytes: new Uint8Array(1) },
      { type: "websocket.send", text: 7 },
      { type: "websocket.send", bytes: [1, 2] },
      { type: "websocket.close", code: 1005 },
      { type: "websocket.close", code: 1006 },
      { type: "websocket.close", code: 999 },
      { type: "websocket.close", code: 2999 },
      { type: "websocket.close", code: 5000 },
      { type: "websocket.close", code: 1000, reason: "x".repeat(124) },
    ];
    for (const message of wrong) {
      const thrown = new EventQueue<unknown>();
      const served = await serve(
        accepting((received, send) => {
          if (received.type !== "websocket.receive") return;
          try {
            void send(message);
            thrown.push("nothing was thrown");
          } catch (error) {
            thrown.push((error as { code?: string }).code);
          }
        }),
      );
      const socket = await open(served);
      socket.send("go");
      expect({ message, thrown: await thrown.next() }).toEqual({
        message,
        thrown: expect.stringMatching(/^PROTOCOL_/),
      });
      socket.terminate();
    }
  });

  test("nothing but an answer may be sent before the accept", async () => {
    const served = await serve(socketApplication((_message, send) => send({ type: "websocket.send", text: "early" })));
    expect((await refusalOf(served.socket("/"))).status).toBe(500);
    expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_VIOLATION");
  });

  test("text or bytes may be null when the other is there (W5)", async () => {
    const served = await serve(
      accepting((message, send) => {
        if (message.type !== "websocket.receive") return;
        void send({ type: "websocket.send", text: null, bytes: new Uint8Array([65]) });
        return send({ type: "websocket.send", text: "B", bytes: null });
      }),
    );
    const socket = await open(served);
    const received: string[] = [];
    const both = gate();
    socket.on("message", (data: Buffer) => received.push(data.toString()) === 2 && both.open());
    socket.send("go");
    await both.passed;
    expect(received).toEqual(["A", "B"]);
  });

  test("a plain request to the same server is no socket", async () => {
    const served = await serve((scope, send) => ({
      handle: () => send({ type: "http.response", status: 200, body: scope.type }),
    }));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect((await connection.response()).body).toBe("http");
  });

  test("a socket is closed by the codes of both sides", async () => {
    for (const [code, reason] of [
      [1000, ""],
      [1001, "away"],
      [1003, "no bytes"],
      [1007, ""],
      [1008, "not allowed"],
      [1009, ""],
      [1011, "broken"],
      [4000, "a"],
      [4999, "é".repeat(61)],
    ] as const) {
      const disconnects = new EventQueue<Message>();
      const served = await serve(
        accepting((message, send) => {
          if (message.type === "websocket.disconnect") disconnects.push(message);
          else return send({ type: "websocket.close", code, reason });
        }),
      );
      const byServer = await open(served);
      byServer.send("close me");
      expect(await closeOf(byServer)).toEqual([code, reason]);
      expect(await disconnects.next()).toEqual({ type: "websocket.disconnect", code, reason });
      const byClient = await open(served);
      byClient.close(code, reason);
      expect(await closeOf(byClient)).toEqual([code, reason]);
      expect(await disconnects.next()).toEqual({ type: "websocket.disconnect", code, reason });
    }
  });

  test("close codes of libraries, 3000 to 3999, go both ways", async () => {
    const disconnects = new EventQueue<unknown>();
    const served = await serve(
      accepting((message, send) => {
        if (message.type === "websocket.disconnect") disconnects.push(message["code"]);
        else return send({ type: "websocket.close", code: 3000 });
      }),
    );
    const byServer = await open(served);
    byServer.send("close me");
    expect((await closeOf(byServer))[0]).toBe(3000);
    const byClient = await open(served);
    byClient.close(3999);
    await closeOf(byClient);
    expect([await disconnects.next(), await disconnects.next()]).toEqual([3000, 3999]);
  });

  test("a close without a code is 1005, a lost connection 1006", async () => {
    const disconnects = new EventQueue<unknown>();
    const served = await serve(accepting((message) => disconnects.push(message["code"])));
    const polite = await open(served);
    polite.close();
    expect(await disconnects.next()).toBe(1005);
    const gone = await open(served);
    gone.terminate();
    expect(await disconnects.next()).toBe(1006);
    expect(served.listening.open.sockets).toBe(0);
  });

  test("messages after the end are dropped without a word (A8)", async () => {
    const outcomes = new EventQueue<unknown>();
    const served = await serve(
      accepting((message, send) => {
        if (message.type !== "websocket.disconnect") return;
        outcomes.push(send({ type: "websocket.send", text: "late" }));
        outcomes.push(send({ type: "websocket.close", code: 1000 }));
        outcomes.push(send({ type: "what" }));
      }),
    );
    (await open(served)).terminate();
    expect([await outcomes.next(), await outcomes.next(), await outcomes.next()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(served.log.filter((line) => line.level >= 40)).toEqual([]);
  });

  test("an application that fails closes its socket with 1011 (D7)", async () => {
    for (const turns of [0, 2]) {
      const disconnects = new EventQueue<unknown>();
      const served = await serve(
        accepting(async (message) => {
          if (message.type === "websocket.disconnect") return disconnects.push(message["code"]);
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          throw new Error("broken");
        }),
      );
      const socket = await open(served);
      socket.send("go");
      expect((await closeOf(socket))[0]).toBe(1011);
      expect(await disconnects.next()).toBe(1011);
      expect(served.log.map(({ err }) => err?.message)).toContain("broken");
    }
  });

  test("an application that fails in its disconnect is only logged", async () => {
    const served = await serve(
      accepting((message) => {
        if (message.type === "websocket.disconnect") throw new Error("broken goodbye");
      }),
    );
    const socket = await open(served);
    socket.close();
    await closeOf(socket);
    await open(served);
    expect(served.log.map(({ err }) => err?.message)).toContain("broken goodbye");
  });

  test("a message beyond the limit closes the socket with 1009", async () => {
    const disconnects = new EventQueue<unknown>();
    const received: unknown[] = [];
    const served = await serve(
      accepting((message) => {
        if (message.type === "websocket.disconnect") disconnects.push(message["code"]);
        else received.push(message);
      }),
      { webSocket: { maxMessageBytes: 1000 } },
    );
    const socket = await open(served);
    socket.send("x".repeat(1000));
    socket.send("x".repeat(1001));
    expect((await closeOf(socket))[0]).toBe(1009);
    expect(await disconnects.next()).toBe(1009);
    expect(received).toHaveLength(1);
  });

  test("a message far beyond the limit ends the socket before it is kept", async () => {
    const disconnects = new EventQueue<unknown>();
    const served = await serve(
      accepting((message) => disconnects.push(message["code"])),
      { webSocket: { maxMessageBytes: 1000 } },
    );
    const claimed = await served.connect();
    await openWebSocket(claimed, "/");
    claimed.send(frame(opcodes.binary, "x", { claimedLength: 2 ** 40 }));
    expect([1006, 1009]).toContain(await readCloseCode(claimed));
    expect(await disconnects.next()).toBe(1009);
    const inFragments = await served.connect();
    await openWebSocket(inFragments, "/");
    for (let i = 0; i < 10; i++) {
      inFragments.send(frame(i === 0 ? opcodes.binary : opcodes.continuation, Buffer.alloc(900), { fin: false }));
    }
    expect([1006, 1009]).toContain(await readCloseCode(inFragments));
    expect(await disconnects.next()).toBe(1009);
  });

  const brokenFrames: Record<string, [code: number, frames: Buffer[]]> = {
    "with text that is no UTF-8": [1007, [frame(opcodes.text, Buffer.from([0xc3, 0x28]))]],
    "with fragments of text that are no UTF-8": [
      1007,
      [frame(opcodes.text, "a", { fin: false }), frame(opcodes.continuation, Buffer.from([0xff]))],
    ],
    "with reserved bits": [1002, [frame(opcodes.text, "a", { rsv: 2 })]],
    "that is compressed unasked": [1002, [frame(opcodes.text, "a", { rsv: 4 })]],
    "with an unknown opcode": [1002, [frame(3, "a")]],
    "that goes on with nothing": [1002, [frame(opcodes.continuation, "a")]],
    "that begins in the middle of another": [
      1002,
      [frame(opcodes.text, "a", { fin: false }), frame(opcodes.text, "b")],
    ],
    "with a ping in fragments": [1002, [frame(opcodes.ping, "a", { fin: false })]],
    "with a ping that is too long": [1002, [frame(opcodes.ping, Buffer.alloc(126))]],
  };
  for (const [what, [code, frames]] of Object.entries(brokenFrames)) {
    test(`a message ${what} ends the socket, and its application hears ${code}`, async () => {
      const disconnects = new EventQueue<unknown>();
      const served = await serve(accepting((message) => disconnects.push(message["code"] ?? message.type)));
      const connection = await served.connect();
      await openWebSocket(connection, "/");
      connection.send(...frames);
      expect([1006, code]).toContain(await readCloseCode(connection));
      expect(await disconnects.next()).toBe(code);
    });

    test(`a client is told ${code} for a message ${what}`, async () => {
      const served = await serve(accepting());
      const connection = await served.connect();
      await openWebSocket(connection, "/");
      connection.send(...frames);
      expect(await readCloseCode(connection)).toBe(code);
    });
  }

  test("a client whose frames are not masked is told 1002", async () => {
    const served = await serve(accepting());
    const connection = await served.connect();
    await openWebSocket(connection, "/");
    connection.send(frame(opcodes.text, "plain", { masked: false }));
    expect(await readCloseCode(connection)).toBe(1002);
  });

  test("sending goes at the client's pace for an application that waits", async () => {
    const sent = { count: 0, waits: 0 };
    const stalled = gate();
    const served = await serve(
      accepting(async (message, send) => {
        if (message.type !== "websocket.receive") return;
        for (; sent.count < 1000; sent.count++) {
          const written = send({ type: "websocket.send", bytes: new Uint8Array(64 * 1024) });
          if (written === undefined) continue;
          sent.waits += 1;
          stalled.open();
          await written;
        }
        await send({ type: "websocket.close" });
      }),
    );
    const socket = await open(served);
    socket.pause();
    socket.send("go");
    await stalled.passed;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(sent.count).toBeLessThan(600);
    let received = 0;
    socket.on("message", () => (received += 1));
    socket.resume();
    await closeOf(socket);
    expect([received, sent.waits > 1]).toEqual([1000, true]);
  });

  test("a client that never reads is cut at the limit", async () => {
    const events = new EventQueue<unknown>();
    const served = await serve(
      accepting((message, send) => {
        if (message.type === "websocket.disconnect") return events.push(message["code"]);
        const piece = new Uint8Array(64 * 1024);
        for (let i = 0; i < 1000; i++) void send({ type: "websocket.send", bytes: piece });
        events.push("sent");
      }),
    );
    const socket = await open(served);
    socket.pause();
    socket.send("go");
    expect(new Set([await events.next(), await events.next()])).toEqual(new Set([1006, "sent"]));
    expect(served.log.some(({ msg }) => msg.includes("does not read"))).toBe(true);
    expect(served.listening.open.sockets).toBe(0);
  });

  test("a client that leaves ends the waiting for it", async () => {
    const events = new EventQueue<string>();
    const served = await serve(
      accepting(async (message, send) => {
        if (message.type !== "websocket.receive") return;
        for (;;) {
          const written = send({ type: "websocket.send", bytes: new Uint8Array(64 * 1024) });
          if (written === undefined) continue;
          events.push("waits");
          await written;
          events.push("goes on");
          return;
        }
      }),
    );
    const socket = await open(served);
    socket.pause();
    socket.send("go");
    expect(await events.next()).toBe("waits");
    socket.terminate();
    expect(await events.next()).toBe("goes on");
  });

  test("messages are not compressed unless the server is told to", async () => {
    const served = await serve(echo);
    const connection = await served.connect();
    const response = await openWebSocket(connection, "/", "Sec-WebSocket-Extensions: permessage-deflate");
    expect(response.header("sec-websocket-extensions")).toBe(undefined);
  });

  test("messages are compressed for clients that offer it, when the server is told to", async () => {
    const served = await serve(echo, { webSocket: { compression: true } });
    const socket = served.socket("/", { perMessageDeflate: true });
    await once(socket, "open");
    expect(socket.extensions).toContain("permessage-deflate");
    for (const text of ["", "short", "long ".repeat(50_000)]) {
      socket.send(text);
      const [data] = (await once(socket, "message")) as [Buffer];
      expect(data.toString() === text).toBe(true);
    }
    const plain = await open(served);
    plain.send("plain");
    const [data] = (await once(plain, "message")) as [Buffer];
    expect(data.toString()).toBe("plain");
  });

  test("what a compressed message becomes is held to the limit", async () => {
    const disconnects = new EventQueue<unknown>();
    const served = await serve(
      accepting((message) => disconnects.push(message["code"])),
      { webSocket: { compression: true, maxMessageBytes: 10_000 } },
    );
    const socket = served.socket("/", { perMessageDeflate: { threshold: 0 } });
    await once(socket, "open");
    socket.send("x".repeat(10_000_000));
    expect([1006, 1009]).toContain((await closeOf(socket))[0]);
    expect(await disconnects.next()).toBe(1009);
  });
}
