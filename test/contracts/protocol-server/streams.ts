import { expect } from "vitest";

import { EventQueue } from "../../protocol/event-queue.js";
import { gate } from "../../protocol/gate.js";
import { application, expectAlive, type Harness, request, sending, text } from "./harness.js";

/** Responses in pieces, and clients that read them slowly or not at all. */
export function describeStreams({ test, serve }: Harness): void {
  test("a response in pieces arrives piece by piece", async () => {
    const steps = Array.from({ length: 3 }, () => gate());
    const served = await serve(
      application(async (_message, send) => {
        await send({ type: "http.response.start", status: 200, headers: [text] });
        for (const [i, step] of steps.entries()) {
          await send({ type: "http.response.body", body: `piece ${i}\n`, moreBody: true });
          await step.passed;
        }
        await send({ type: "http.response.body" });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    for (const [i, step] of steps.entries()) {
      await connection.until(() => connection.unread.includes(`piece ${i}`));
      step.open();
    }
    const response = await connection.response();
    expect(response).toMatchObject({ framing: "chunked", body: "piece 0\npiece 1\npiece 2\n", isWhole: true });
    connection.send(request("GET", "/"));
    expect((await connection.response()).body).toHaveLength(24);
  });

  test("a response in pieces with Content-Length is framed by it", async () => {
    const served = await serve(
      sending(
        { type: "http.response.start", status: 200, headers: [["content-length", "6"]] },
        { type: "http.response.body", body: "abc", moreBody: true },
        { type: "http.response.body", body: new Uint8Array([100, 101]), moreBody: true },
        { type: "http.response.body", body: "f" },
      ),
    );
    const connection = await served.connect();
    for (let i = 0; i < 2; i++) {
      connection.send(request("GET", "/"));
      const response = await connection.response();
      expect(response).toMatchObject({ framing: "length", body: "abcdef" });
    }
  });

  test("the answer to a chunked request may be streamed, or have no body", async () => {
    const start = { type: "http.response.start", status: 200 };
    const pieces = ["one ", "two"].map((body, i) => ({ type: "http.response.body", body, moreBody: i === 0 }));
    const served = await serve(
      application(async (message, send, scope) => {
        if (message["moreBody"] !== false) return;
        if (scope.path === "/none") return send({ type: "http.response", status: 204 });
        for (const next of [start, ...pieces]) await send(next);
      }),
    );
    for (const [method, path, body] of [
      ["POST", "/", "one two"],
      ["POST", "/none", ""],
      ["HEAD", "/", ""],
    ] as const) {
      const connection = await served.connect();
      connection.send(request(method, path, "Transfer-Encoding: chunked"), "3\r\nabc\r\n0\r\n\r\n");
      expect(await connection.response({ isHead: method === "HEAD" })).toMatchObject({ body, isWhole: true });
      expect(connection.unread).toBe("");
    }
  });

  test("a response that is streamed while the server stops is whole", async () => {
    const begun = gate();
    const { passed, open } = gate();
    const served = await serve(
      application(async (_message, send, scope) => {
        if (scope.path === "/late") await passed;
        await send({ type: "http.response.start", status: 200 });
        await send({ type: "http.response.body", body: "first ", moreBody: true });
        begun.open();
        await passed;
        await send({ type: "http.response.body", body: "last" });
      }),
    );
    const early = await served.connect();
    const late = await served.connect();
    early.send(request("GET", "/early"));
    late.send(request("GET", "/late"));
    await begun.passed;
    const closing = served.listening.close();
    open();
    expect(await early.response()).toMatchObject({ body: "first last", isWhole: true });
    const response = await late.response();
    expect(response).toMatchObject({ body: "first last", isWhole: true });
    expect(response.header("connection")).toBe("close");
    await closing;
  });

  test("a streamed response may be empty", async () => {
    const start = { type: "http.response.start", status: 200 };
    for (const messages of [
      [start, { type: "http.response.body" }],
      [start, { type: "http.response.body", moreBody: true }, { type: "http.response.body" }],
      [{ ...start, headers: [["content-length", "0"]] }, { type: "http.response.body" }],
    ]) {
      const served = await serve(sending(...messages));
      const connection = await served.connect();
      for (let i = 0; i < 2; i++) {
        connection.send(request("GET", "/"));
        expect(await connection.response()).toMatchObject({ status: 200, body: "", isWhole: true });
      }
    }
  });

  test("an application is held to the length that it announced", async () => {
    const start = { type: "http.response.start", status: 200, headers: [["content-length", "5"]] };
    for (const bodies of [["too long"], ["abc", "defg"], ["abc"], [""], ["abc", "d"]]) {
      const pieces = bodies.map((body, i) => ({
        type: "http.response.body",
        body,
        moreBody: i < bodies.length - 1,
      }));
      const served = await serve(sending(start, ...pieces));
      const connection = await served.connect();
      connection.send(request("GET", "/"));
      const response = await connection.response().catch(() => undefined);
      expect([bodies, response === undefined || response.status === 500 || !response.isWhole]).toEqual([bodies, true]);
      expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_BODY_LENGTH_MISMATCH");
    }
  });

  test("a length that is no number is refused", async () => {
    const served = await serve(
      sending({ type: "http.response.start", status: 200, headers: [["content-length", "-1"]] }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect((await connection.response()).status).toBe(500);
  });

  for (const length of [undefined, 64 * 1024 * 1024]) {
    const name = length === undefined ? "in chunks" : "with Content-Length";
    test(`a streamed response ${name} goes at the client's pace, in bounded memory`, async () => {
      const total = 64 * 1024 * 1024;
      const piece = Buffer.alloc(256 * 1024, "x");
      const sent = { bytes: 0, waits: 0 };
      const stalled = gate();
      const served = await serve(
        application(async (message, send) => {
          if (message.type !== "http.request") return;
          const headers = length === undefined ? [] : [["content-length", String(length)]];
          await send({ type: "http.response.start", status: 200, headers });
          while (sent.bytes < total) {
            const written = send({ type: "http.response.body", body: piece, moreBody: true });
            sent.bytes += piece.length;
            if (written === undefined) continue;
            sent.waits += 1;
            stalled.open();
            await written;
          }
          await send({ type: "http.response.body" });
        }),
      );
      const connection = await served.connect();
      connection.socket.pause();
      connection.send(request("GET", "/", "Connection: close"));
      await stalled.passed;
      // Whatever else the server does, the stalled response does not go on.
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(sent.bytes).toBeLessThan(32 * 1024 * 1024);
      let received = 0;
      connection.socket.removeAllListeners("data");
      connection.socket.on("data", (chunk) => (received += chunk.length));
      connection.socket.resume();
      await connection.closed();
      expect(received).toBeGreaterThan(total);
      expect(sent.waits).toBeGreaterThan(1);
    });
  }

  test("a slow client gets every byte in its place", async () => {
    const pieces = Array.from({ length: 64 }, (_, i) => Buffer.alloc(100_000 + i, i));
    const whole = Buffer.concat(pieces);
    for (const headers of [[], [["content-length", String(whole.length)]]]) {
      const served = await serve(
        application(async (_message, send) => {
          await send({ type: "http.response.start", status: 200, headers });
          for (const body of pieces) await send({ type: "http.response.body", body, moreBody: true });
          await send({ type: "http.response.body" });
        }),
      );
      const connection = await served.connect();
      connection.send(request("GET", "/"));
      // Reads in small bites.
      connection.socket.on("data", () => {
        connection.socket.pause();
        setImmediate(() => connection.socket.resume());
      });
      const response = await connection.response();
      expect(Buffer.from(response.body, "latin1").equals(whole)).toBe(true);
      // Waits for ever for a request that was begun and has not ended.
      await served.listening.close({ timeoutMs: 60_000 });
    }
  });

  test("a large response in one message waits for its client too", async () => {
    const body = Buffer.alloc(48 * 1024 * 1024, "y");
    const outcome = new EventQueue<string>();
    const served = await serve(
      application(async (message, send) => {
        if (message.type !== "http.request") return;
        const written = send({ type: "http.response", status: 200, body });
        outcome.push(written === undefined ? "taken" : "waits");
        await written;
        outcome.push("done");
      }),
    );
    const connection = await served.connect();
    connection.socket.pause();
    connection.send(request("GET", "/"));
    expect(await outcome.next()).toBe("waits");
    connection.socket.resume();
    const response = await connection.response();
    expect(response.body).toHaveLength(body.length);
    expect(await outcome.next()).toBe("done");
    await expectAlive(served);
  });

  test("an application that does not wait for a client that does not read is stopped", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(
      application((message, send) => {
        messages.push(message.type);
        if (message.type !== "http.request") return;
        void send({ type: "http.response.start", status: 200 });
        const piece = Buffer.alloc(1024 * 1024);
        for (let i = 0; i < 64; i++) void send({ type: "http.response.body", body: piece, moreBody: true });
      }),
    );
    const connection = await served.connect();
    connection.socket.pause();
    connection.send(request("GET", "/"));
    expect([await messages.next(), await messages.next()]).toEqual(["http.request", "http.disconnect"]);
    expect(served.listening.open.requests).toBe(0);
    expect(served.log.some(({ msg }) => msg.includes("does not read"))).toBe(true);
  });

  test("a client that leaves in the middle of a response ends the waiting", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(
      application(async (message, send) => {
        if (message.type === "http.disconnect") messages.push("http.disconnect");
        if (message.type !== "http.request") return;
        await send({ type: "http.response.start", status: 200 });
        messages.push("begun");
        for (let i = 0; i < 1000; i++) {
          await send({ type: "http.response.body", body: Buffer.alloc(1024 * 1024), moreBody: true });
        }
        messages.push("ended");
      }),
    );
    const connection = await served.connect();
    connection.socket.pause();
    connection.send(request("GET", "/"));
    expect(await messages.next()).toBe("begun");
    connection.destroy();
    expect([await messages.next(), await messages.next()].toSorted()).toEqual(["ended", "http.disconnect"]);
    expect(served.log.filter((line) => line.level >= 50)).toEqual([]);
  });
}
