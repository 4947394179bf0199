import { once } from "node:events";

import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { expect } from "vitest";
import { z } from "zod";

import { deferred } from "../../deferred.js";
import { expectAlive, type Harness, request, requestWithBody } from "../protocol-server/harness.js";

export function describeRequestBodies({ test, serve }: Harness): void {
  class Echo extends HttpConsumer {
    get() {
      return this.text("alive");
    }
    async post() {
      return this.json(await this.request.json(z.object({ text: z.string() })));
    }
    async put() {
      return this.bytes(await this.request.bytes());
    }
  }
  const echo = createApplication({ routes: [http("/", Echo)], maxBodyBytes: 1_000_000 });

  test("JSON comes back as it was sent, however long", async () => {
    const { listening } = await serve(echo);
    for (const length of [0, 10, 70_000, 900_000]) {
      const body = JSON.stringify({ text: "é".repeat(length / 2) });
      const response = await fetch(listening.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(body);
    }
  });

  test("a body in chunks is whole", async () => {
    const served = await serve(echo);
    const connection = await served.connect();
    connection.send(request("PUT", "/", "Transfer-Encoding: chunked"), "4\r\nMino\r\n7\r\nr Swing\r\n0\r\n\r\n");
    expect(await connection.response()).toMatchObject({ status: 200, body: "Minor Swing" });
  });

  test("what is wrong with a body is answered, and the connection goes on", async () => {
    const served = await serve(echo);
    const connection = await served.connect();
    const json = "Content-Type: application/json";
    for (const [body, status, ...headers] of [
      ["{", 400, json],
      ['{"text":3}', 400, json],
      ['{"text":"\xff"}', 400, json],
      ['{"text":"a"}', 415, "Content-Type: text/plain"],
      ['{"text":"a"}', 415],
      ['{"text":"a"}', 415, "Content-Type: application/json; charset=utf-16"],
      ['{"text":"a"}', 415, json, "Content-Encoding: gzip"],
      ['{"text":"a"}', 200, json],
    ] as const) {
      connection.send(requestWithBody("POST", "/", body, ...headers));
      expect([body, (await connection.response()).status]).toEqual([body, status]);
    }
  });

  test("a body over the limit is refused before it has come", async () => {
    const served = await serve(echo);
    const connection = await served.connect();
    connection.send(request("PUT", "/", "Content-Length: 1000001"), "x".repeat(1000));
    expect((await connection.response()).status).toBe(413);
    await expectAlive(served);
  });

  test("a body in chunks over the limit is refused when it is over it", async () => {
    const served = await serve(echo);
    const connection = await served.connect();
    connection.send(request("PUT", "/", "Transfer-Encoding: chunked"));
    const piece = `8000\r\n${"x".repeat(32_768)}\r\n`;
    for (let i = 0; i < 40; i++) connection.send(piece);
    expect((await connection.response()).status).toBe(413);
    await expectAlive(served);
  });

  test("a body that is read as a stream holds its client back", async () => {
    const reading = deferred<void>();
    const goOn = deferred<void>();
    class Slow extends HttpConsumer {
      async post() {
        let bytes = 0;
        for await (const piece of this.request.stream()) {
          bytes += piece.length;
          reading.resolve();
          await goOn.promise;
        }
        return this.text(String(bytes));
      }
    }
    const served = await serve(createApplication({ routes: [http("/", Slow)] }));
    const connection = await served.connect();
    const total = 64 * 1_048_576;
    connection.send(request("POST", "/", `Content-Length: ${total}`));
    let sent = 0;
    let isHeld = false;
    const piece = Buffer.alloc(1_048_576);
    while (sent < total && !isHeld) {
      sent += piece.length;
      if (connection.socket.write(piece)) continue;
      // What fits into the buffers of the system goes on its way; then nothing more is taken.
      const before = connection.socket.bytesWritten;
      await Promise.race([once(connection.socket, "drain"), new Promise((resolve) => setTimeout(resolve, 300))]);
      isHeld = connection.socket.bytesWritten === before && connection.socket.writableNeedDrain;
    }
    expect(isHeld).toBe(true);
    await reading.promise;
    goOn.resolve();
    connection.send(Buffer.alloc(total - sent));
    expect(await connection.response()).toMatchObject({ status: 200, body: String(total) });
  });

  test("a client that goes away aborts the signal, and a handler that reads its body is told", async () => {
    const heard = deferred<string>();
    const begun = deferred<void>();
    class Waiting extends HttpConsumer {
      async post() {
        const { signal } = this.request;
        begun.resolve();
        try {
          await this.request.bytes();
        } catch (error) {
          heard.resolve(`${(error as Error).name} ${String(signal.aborted)}`);
          throw error;
        }
        return this.empty();
      }
    }
    const served = await serve(createApplication({ routes: [http("/", Waiting)] }));
    const connection = await served.connect();
    connection.send(request("POST", "/", "Content-Length: 1000"), "half");
    await begun.promise;
    connection.destroy();
    expect(await heard.promise).toBe("ClientGone true");
  });

  test("a client that goes away aborts the signal of a handler that works", async () => {
    const aborted = deferred<void>();
    const begun = deferred<void>();
    class Working extends HttpConsumer {
      async get() {
        this.request.signal.addEventListener("abort", () => aborted.resolve());
        begun.resolve();
        await aborted.promise;
        return this.text("nobody reads this");
      }
    }
    const served = await serve(createApplication({ routes: [http("/", Working)] }));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await begun.promise;
    connection.destroy();
    await aborted.promise;
  });
}
