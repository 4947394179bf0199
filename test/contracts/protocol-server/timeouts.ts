import { once } from "node:events";

import { expect } from "vitest";

import { EventQueue } from "../../protocol/event-queue.js";
import { openWebSocket, readCloseCode } from "../../protocol/raw-websocket.js";
import { answering, application, echoingBody, expectAlive, type Harness, request } from "./harness.js";
import { accepting } from "./socket-tools.js";

/** What ends by itself after a while. */
export function describeTimeouts({ test, serve }: Harness): void {
  test("a body that stops coming gets 408, and its application http.disconnect", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(
      application((message) => messages.push(message.type)),
      { http: { bodyTimeoutMs: 2000 } },
    );
    const connection = await served.connect();
    connection.send(request("POST", "/", "Content-Length: 10"), "x");
    expect((await connection.response()).status).toBe(408);
    await connection.untilClosed();
    expect([await messages.next(), await messages.next()]).toEqual(["http.request", "http.disconnect"]);
  });

  test("a body that comes slowly, but fast enough, is taken", async () => {
    const served = await serve(echoingBody, { http: { bodyTimeoutMs: 3000, minBodyBytesPerS: 1 } });
    const connection = await served.connect();
    // Longer than any library waits by itself.
    const seconds = 16;
    connection.send(request("POST", "/", `Content-Length: ${seconds * 2}`));
    let sent = 0;
    const timer = setInterval(() => {
      connection.send("ab");
      sent += 1;
      if (sent === seconds) clearInterval(timer);
    }, 1000);
    const response = await connection.response();
    expect(response.body).toBe("ab".repeat(seconds));
  }, 30_000);
  test("a client that says nothing does not keep its connection for ever", async () => {
    const served = await serve(answering("ok"), { http: { headersTimeoutMs: 1000 } });
    const silent = await served.connect();
    const half = await served.connect();
    half.send(`GET / HTTP/1.1\r\nHost: test\r\nX-A: `);
    await Promise.all([silent.untilClosed(), half.untilClosed()]);
    await expectAlive(served);
  }, 40_000);

  test("500 clients that send their headers drop by drop keep nobody waiting, and are closed", async () => {
    const served = await serve(answering("ok"), { http: { headersTimeoutMs: 3000 } });
    const slow = await Promise.all(Array.from({ length: 500 }, () => served.connect()));
    const drip = setInterval(() => {
      for (const connection of slow) if (!connection.isOver) connection.send("X");
    }, 500);
    for (const connection of slow) connection.send("GET / HTTP/1.1\r\nHost: test\r\n");
    let answered = 0;
    for (; slow.some(({ isOver }) => !isOver); answered++) await expectAlive(served);
    clearInterval(drip);
    expect(answered).toBeGreaterThan(100);
  }, 40_000);

  for (const isStreamed of [true, false]) {
    test(`a client that takes nothing of a ${isStreamed ? "streamed" : "whole"} response is cut`, async () => {
      const messages = new EventQueue<string>();
      const served = await serve(
        application(async (message, send) => {
          messages.push(message.type);
          if (message.type !== "http.request") return;
          const body = new Uint8Array(32 * 1024 * 1024);
          if (!isStreamed) return send({ type: "http.response", status: 200, body });
          await send({ type: "http.response.start", status: 200 });
          await send({ type: "http.response.body", body });
        }),
        { http: { sendTimeoutMs: 2000 } },
      );
      const connection = await served.connect();
      connection.socket.pause();
      connection.send(request("GET", "/"));
      expect([await messages.next(), await messages.next()]).toEqual(["http.request", "http.disconnect"]);
    }, 40_000);
  }

  test("a connection that is idle after its response is closed", async () => {
    const served = await serve(answering("ok"), { http: { keepAliveTimeoutMs: 1000 } });
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await connection.response();
    await connection.untilClosed();
  }, 40_000);
  test("a silent client that does not answer pings is closed, one that does stays", async () => {
    const disconnects = new EventQueue<unknown>();
    const served = await serve(
      accepting((message) => disconnects.push(message["code"])),
      { webSocket: { idleTimeoutS: 8 } },
    );
    const alive = served.socket("/");
    const pinged = once(alive, "ping");
    await once(alive, "open");
    const silent = await served.connect();
    await openWebSocket(silent, "/");
    expect(await readCloseCode(silent)).toBe(1006);
    expect(await disconnects.next()).toBe(1006);
    await pinged;
    expect(alive.readyState).toBe(alive.OPEN);
  }, 40_000);
}
