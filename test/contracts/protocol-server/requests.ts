import { expect } from "vitest";

import type { Message } from "hotclub/core";
import type { HttpRequestMessage } from "hotclub/protocol";

import { EventQueue } from "../../protocol/event-queue.js";
import { gate } from "../../protocol/gate.js";
import { answering, application, echoingBody, expectAlive, type Harness, request, requestWithBody } from "./harness.js";

/** What the application hears of a request. */
export function describeRequests({ test, serve }: Harness): void {
  test("the scope says what the request line and the headers say", async () => {
    const scopes = new EventQueue<object>();
    const served = await serve(
      application((_message, send, scope) => {
        const { type, method, scheme, path, rawPath, queryString, httpVersion, client, params, state, extensions } =
          scope;
        scopes.push({
          values: { type, method, scheme, path, rawPath, queryString, httpVersion, params, state, extensions },
          client: client.host,
          headers: [...scope.headers],
        });
        return send({ type: "http.response", status: 200 });
      }),
    );
    const connection = await served.connect();
    connection.send(request("DELETE", "/caf%C3%A9/a%2Fb?q=%20x&q=2", "X-Twice: 1", "X-TWICE: 2"));
    await connection.response();
    expect(await scopes.next()).toEqual({
      values: {
        type: "http",
        method: "DELETE",
        scheme: "http",
        path: "/café/a/b",
        rawPath: "/caf%C3%A9/a%2Fb",
        queryString: "q=%20x&q=2",
        httpVersion: "1.1",
        params: {},
        state: {},
        extensions: {},
      },
      client: "127.0.0.1",
      headers: [
        ["host", "test"],
        ["x-twice", "1"],
        ["x-twice", "2"],
      ],
    });
  });

  test("headers are asked for by lower-case name, and an empty one counts as absent", async () => {
    const seen = new EventQueue<unknown>();
    const served = await serve(
      application((_message, send, { headers }) => {
        seen.push([headers.get("x-a"), headers.getAll("x-a"), headers.has("x-none"), headers.get("x-empty")]);
        seen.push(Array.from({ length: 8 }, () => headers.get("host")));
        return send({ type: "http.response", status: 200 });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/", "X-A: one", "X-Empty:", "x-a: two"));
    await connection.response();
    expect(await seen.next()).toEqual(["one", ["one", "two"], false, undefined]);
    expect(await seen.next()).toEqual(Array.from({ length: 8 }, () => "test"));
  });

  test("a header that is UTF-8 is read as that", async () => {
    const served = await serve(answering((scope) => encodeURIComponent(scope.headers.get("x-name") ?? "")));
    const connection = await served.connect();
    connection.send(Buffer.from(request("GET", "/", "X-Name: Café 🎷")));
    expect((await connection.response()).body).toBe(encodeURIComponent("Café 🎷"));
  });

  test("the scope can be read long after the request came", async () => {
    const served = await serve(
      application(async (_message, send, scope) => {
        await new Promise((resolve) => setImmediate(resolve));
        const { queryString, requestId, client, method } = scope;
        const body = [method, queryString, requestId, client.host, scope.headers.get("x-a")].join(" ");
        await send({ type: "http.response", status: 200, body });
        // What was read once stays there after the end.
        expect(scope.headers.get("x-a")).toBe("b");
      }),
      { trustedProxies: ["loopback"] },
    );
    const connection = await served.connect();
    connection.send(request("GET", "/?q=1", "X-A: b", "X-Request-Id: abc.1"));
    expect((await connection.response()).body).toBe("GET q=1 abc.1 127.0.0.1 b");
  });

  test("a request id that is no plain token is replaced", async () => {
    const served = await serve(
      answering((scope) => scope.requestId),
      { trustedProxies: ["loopback"] },
    );
    const connection = await served.connect();
    connection.send(request("GET", "/", "X-Request-Id: <script>"));
    const first = await connection.response();
    connection.send(request("GET", "/"));
    const second = await connection.response();
    expect(first.body).toMatch(/^[\w-]+$/);
    expect(second.body).not.toBe(first.body);
  });

  test("a request id that comes from no trusted proxy is replaced", async () => {
    for (const trustedProxies of [[], ["10.0.0.0/8"]]) {
      const served = await serve(
        answering((scope) => scope.requestId),
        { trustedProxies },
      );
      const connection = await served.connect();
      connection.send(request("GET", "/", "X-Request-Id: forged"));
      expect((await connection.response()).body).not.toBe("forged");
    }
  });

  test("a path that is not UTF-8 in percent-encoding gets 400", async () => {
    const served = await serve(answering("never"));
    for (const target of ["/%FF", "/%C3%28", "/%zz", "/a%"]) {
      const connection = await served.connect();
      connection.send(request("GET", target));
      expect([target, (await connection.response()).status]).toEqual([target, 400]);
    }
  });

  test("a path with raw bytes beyond ASCII gets 400", async () => {
    const served = await serve(answering("never"));
    for (const target of ["/caf\xe9", "/a%20b\xc3\xa9"]) {
      const connection = await served.connect();
      connection.send(request("GET", target));
      expect([target, (await connection.response()).status]).toEqual([target, 400]);
    }
    await expectAlive(served);
  });

  test("a request without a body is one message", async () => {
    const messages: Message[] = [];
    const served = await serve(
      application((message, send) => {
        messages.push(message);
        return send({ type: "http.response", status: 200 });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await connection.response();
    connection.send(request("POST", "/", "Content-Length: 0"));
    await connection.response();
    expect(messages.map(({ type, moreBody }) => [type, moreBody])).toEqual([
      ["http.request", false],
      ["http.request", false],
    ]);
    expect(messages.map(({ body }) => (body as Uint8Array).length)).toEqual([0, 0]);
  });

  test("a body comes whole, with its length or in chunks, with any method", async () => {
    const served = await serve(echoingBody);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const connection = await served.connect();
      connection.send(requestWithBody(method, "/", "hello"));
      expect([method, (await connection.response()).body]).toEqual([method, "hello"]);
      connection.send(request(method, "/", "Transfer-Encoding: chunked"), "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n");
      expect([method, (await connection.response()).body]).toEqual([method, "hello!"]);
    }
  });

  test("extensions of chunks are let pass", async () => {
    const served = await serve(echoingBody);
    const connection = await served.connect();
    connection.send(request("POST", "/", "Transfer-Encoding: chunked"), "5;name=value\r\nhello\r\n0\r\n\r\n");
    expect((await connection.response()).body).toBe("hello");
  });

  test("a body whose head comes late in pieces is the same body", async () => {
    const served = await serve(echoingBody);
    const connection = await served.connect();
    const bytes = requestWithBody("POST", "/", "slowly", "X-A: b");
    const lineEnd = bytes.indexOf("\r\n") + 2;
    connection.send(bytes.slice(0, lineEnd));
    for (const byte of bytes.slice(lineEnd)) {
      connection.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await connection.response()).body).toBe("slowly");
  });

  test("an empty body whose head comes in pieces is no body", async () => {
    const served = await serve(echoingBody);
    const connection = await served.connect();
    const bytes = request("POST", "/", "Content-Length: 0");
    for (let cut = bytes.indexOf("\r\n") + 2; cut < bytes.length; cut += 7) {
      connection.send(bytes.slice(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      connection.send(bytes.slice(cut));
      expect((await connection.response()).status).toBe(200);
    }
  });

  test("a body that comes byte by byte is the same body", async () => {
    const served = await serve(echoingBody);
    const connection = await served.connect();
    for (const byte of requestWithBody("POST", "/", "slowly")) {
      connection.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await connection.response()).body).toBe("slowly");
  });

  test("the pieces of a body may be kept", async () => {
    const served = await serve(echoingBody);
    const connection = await served.connect();
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    connection.send(request("POST", "/", `Content-Length: ${body.length}`), body);
    const response = await connection.response();
    expect(Buffer.from(response.body, "latin1").equals(body)).toBe(true);
  });

  test("Expect: 100-continue is answered before the body comes", async () => {
    const served = await serve(echoingBody);
    const connection = await served.connect();
    connection.send(request("POST", "/", "Expect: 100-continue", "Content-Length: 4"));
    expect((await connection.anyResponse()).status).toBe(100);
    connection.send("body");
    const response = await connection.response();
    expect([response.status, response.body]).toEqual([200, "body"]);
  });

  test("a slow application holds the client back, and memory stays flat", async () => {
    const total = 200 * 1024 * 1024;
    const progress = { sent: 0, taken: 0, mostAhead: 0, mostRss: 0 };
    const rssBefore = process.memoryUsage().rss;
    const served = await serve(
      application(async (message, send) => {
        if (message.type !== "http.request") return;
        const { body, moreBody } = message as HttpRequestMessage;
        // Reading is slower than sending: each piece takes a few turns of the event loop.
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        progress.taken += body.length;
        progress.mostAhead = Math.max(progress.mostAhead, progress.sent - progress.taken);
        progress.mostRss = Math.max(progress.mostRss, process.memoryUsage().rss);
        if (!moreBody) await send({ type: "http.response", status: 200, body: String(progress.taken) });
      }),
    );
    const connection = await served.connect();
    connection.send(request("POST", "/", `Content-Length: ${total}`));
    const piece = Buffer.alloc(1024 * 1024, "x");
    const pump = async (): Promise<void> => {
      for (let sent = 0; sent < total; sent += piece.length) {
        await new Promise((resolve) => connection.socket.write(piece, resolve));
        progress.sent += piece.length;
      }
    };
    const [response] = await Promise.all([connection.response(), pump()]);
    expect(response.body).toBe(String(total));
    // What two kernels and one read may hold between them.
    expect(progress.mostAhead).toBeLessThan(32 * 1024 * 1024);
    expect(progress.mostRss - rssBefore).toBeLessThan(150 * 1024 * 1024);
  }, 60_000);

  test("an application that never takes the body stops the client", async () => {
    const { passed, open } = gate();
    const served = await serve(
      application(async (message, send) => {
        await passed;
        if (message["moreBody"] === false) await send({ type: "http.response", status: 200 });
      }),
    );
    const connection = await served.connect();
    const total = 64 * 1024 * 1024;
    connection.send(request("POST", "/", `Content-Length: ${total}`));
    connection.send(Buffer.alloc(total));
    // Others are served meanwhile; were the upload read on, each of them would make room for more of it.
    for (let other = 0; other < 50; other++) {
      const next = await served.connect();
      next.send(requestWithBody("POST", "/", "x"));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connection.socket.writableLength).toBeGreaterThan(total - 32 * 1024 * 1024);
    open();
    expect((await connection.response()).status).toBe(200);
  });

  test("an application that sends back what it gets, while it gets it, ends with the whole", async () => {
    const served = await serve(
      application(async (message, send) => {
        if (message.type !== "http.request") return;
        const { body, moreBody } = message as HttpRequestMessage;
        if (!started.has(send)) {
          started.add(send);
          await send({ type: "http.response.start", status: 200 });
        }
        await send({ type: "http.response.body", body, moreBody });
      }),
    );
    const started = new WeakSet<object>();
    const connection = await served.connect();
    const total = 30 * 1024 * 1024;
    let received = 0;
    connection.socket.removeAllListeners("data");
    connection.socket.on("data", (chunk) => (received += chunk.length));
    connection.send(request("POST", "/", `Content-Length: ${total}`, "Connection: close"));
    connection.send(Buffer.alloc(total));
    await connection.closed();
    expect(received).toBeGreaterThan(total);
  });

  test("a client that leaves in the middle of its body is told of by http.disconnect", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(application((message) => messages.push(message.type)));
    const connection = await served.connect();
    connection.send(request("POST", "/", "Content-Length: 100"), "some");
    expect(await messages.next()).toBe("http.request");
    connection.destroy();
    expect(await messages.next()).toBe("http.disconnect");
    expect(served.listening.open.requests).toBe(0);
  });

  test("a client that leaves before the response is told of by http.disconnect, once", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(
      application(async (message, send) => {
        messages.push(message.type);
        if (message.type !== "http.disconnect") return;
        await send({ type: "http.response", status: 200 });
        await send({ type: "http.response.body", body: "a message after the end is dropped" });
        messages.push("sent");
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect(await messages.next()).toBe("http.request");
    connection.destroy();
    expect(await messages.next()).toBe("http.disconnect");
    expect(await messages.next()).toBe("sent");
    expect(messages.pending).toEqual([]);
    expect(served.log.filter((line) => line.level >= 50)).toEqual([]);
  });

  test("a disconnect comes at once, also while the handler is busy", async () => {
    const messages = new EventQueue<string>();
    const { passed, open } = gate();
    const served = await serve(
      application((message) => {
        messages.push(message.type);
        return message.type === "http.request" ? passed : undefined;
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await messages.next();
    connection.destroy();
    expect(await messages.next()).toBe("http.disconnect");
    expect(served.listening.open.requests).toBe(1);
    open();
  });

  test("a request that was answered is not told of a disconnect", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(
      application((message, send) => {
        messages.push(message.type);
        return send({ type: "http.response", status: 200 });
      }),
    );
    const first = await served.connect();
    first.send(request("GET", "/"));
    await first.response();
    first.destroy();
    await first.closed();
    await expectAlive(served);
    expect([await messages.next(), await messages.next(), ...messages.pending]).toEqual([
      "http.request",
      "http.request",
    ]);
  });
}
