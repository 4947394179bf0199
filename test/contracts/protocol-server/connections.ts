import { expect } from "vitest";

import { EventQueue } from "../../protocol/event-queue.js";
import { answering, application, expectAlive, type Harness, request, requestWithBody } from "./harness.js";

const host = "Host: test\r\n";

/** How requests are told apart on one connection, and what happens to bytes that are no request. */
export function describeConnections({ test, serve }: Harness): void {
  test("requests follow each other on one connection", async () => {
    const served = await serve(answering((scope) => scope.path));
    const connection = await served.connect();
    for (const path of ["/1", "/2", "/3"]) {
      connection.send(request("GET", path));
      expect((await connection.response()).body).toBe(path);
    }
  });

  test("Connection: close is kept to", async () => {
    const served = await serve(answering("bye"));
    const connection = await served.connect();
    connection.send(request("GET", "/", "Connection: close"));
    expect((await connection.response()).body).toBe("bye");
    expect(await connection.untilClosed()).toBe("");
  });

  test("pipelined requests that are answered at once are answered in order", async () => {
    const served = await serve(answering((scope) => scope.path));
    const connection = await served.connect();
    connection.send(request("GET", "/1") + requestWithBody("POST", "/2", "body") + request("GET", "/3"));
    for (const path of ["/1", "/2", "/3"]) expect((await connection.response()).body).toBe(path);
  });

  test("pipelined requests that are answered later are answered in order", async () => {
    const served = await serve(
      application(async (_message, send, scope) => {
        const turns = scope.path === "/1" ? 20 : 1;
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        await send({ type: "http.response", status: 200, body: scope.path });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/1") + request("GET", "/2") + request("GET", "/3"));
    for (const path of ["/1", "/2", "/3"]) expect((await connection.response()).body).toBe(path);
  });

  test("nothing is answered out of order, even when a pipelining client is turned away", async () => {
    const served = await serve(
      application(async (_message, send, scope) => {
        if (scope.path === "/slow") await new Promise((resolve) => setImmediate(resolve));
        await send({ type: "http.response", status: 200, body: scope.path });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/slow") + request("GET", "/fast"));
    const response = await connection.response().catch(() => undefined);
    if (response !== undefined) expect(response.body).toBe("/slow");
    await expectAlive(served);
  });

  test("a request that comes byte by byte is one request", async () => {
    const served = await serve(answering((scope) => `${scope.path} ${scope.headers.get("x-a")}`));
    const connection = await served.connect();
    for (const byte of request("GET", "/slow", "X-A: b")) {
      connection.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await connection.response()).body).toBe("/slow b");
  });

  const badRequests: Record<string, string> = {
    "with bytes that are no HTTP": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "without a version": `GET /\r\n${host}\r\n`,
    "with an unknown version": `GET / HTTP/3.7\r\n${host}\r\n`,
    "with spaces in its line": `GET / a b HTTP/1.1\r\n${host}\r\n`,
    "with a Content-Length that is no number": `POST / HTTP/1.1\r\n${host}Content-Length: 1x\r\n\r\na`,
    "with a negative Content-Length": `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\na`,
    "with two different lengths": `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    "with a length and chunks": `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "with a transfer coding nobody knows": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: made-up\r\n\r\nabc`,
    "with a chunk whose size is no number": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n`,
    "that is CONNECT": `CONNECT test:443 HTTP/1.1\r\n${host}\r\n`,
  };
  for (const [what, bytes] of Object.entries(badRequests)) {
    test(`a request ${what} gets an error and the connection is closed`, async () => {
      const served = await serve(answering("never"));
      const connection = await served.connect();
      connection.send(bytes);
      const answer = await connection.untilClosed();
      expect(answer).not.toContain("never");
      // Some are only fit to be cut off.
      if (answer !== "") expect(answer).toMatch(/^HTTP\/1\.1 (400|405|411|501|505) /);
      await expectAlive(served);
    });
  }

  const brokenHeaders: Record<string, string> = {
    "without Host": "GET / HTTP/1.1\r\n\r\n",
    "with a space before the colon": `GET / HTTP/1.1\r\n${host}X-A : b\r\n\r\n`,
    "with a folded header": `GET / HTTP/1.1\r\n${host}X-A: b\r\n c\r\n\r\n`,
    "with a header without a colon": `GET / HTTP/1.1\r\n${host}X-A\r\n\r\n`,
    "with a NUL in a header": `GET / HTTP/1.1\r\n${host}X-A: a\0b\r\n\r\n`,
    "with a vertical tab in a header": `GET / HTTP/1.1\r\n${host}X-A: a\x0bb\r\n\r\n`,
    "with a form feed in a header": `GET / HTTP/1.1\r\n${host}X-A: a\x0cb\r\n\r\n`,
    "with an escape in a header": `GET / HTTP/1.1\r\n${host}X-A: a\x1bb\r\n\r\n`,
    "with a lone CR in a header": `GET / HTTP/1.1\r\n${host}X-A: a\rX-B: b\r\n\r\n`,
    "with a name that is no token": `GET / HTTP/1.1\r\n${host}X(A): b\r\n\r\n`,
  };
  for (const [what, bytes] of Object.entries(brokenHeaders)) {
    test(`a request ${what} gets 400`, async () => {
      const served = await serve(answering("never"));
      const connection = await served.connect();
      connection.send(bytes);
      expect((await connection.response()).status).toBe(400);
      await connection.untilClosed();
    });
  }

  test("no application hears of a request with broken headers", async () => {
    const paths = new EventQueue<string>();
    const served = await serve(
      application((_message, send, scope) => {
        paths.push(scope.path);
        return send({ type: "http.response", status: 200 });
      }),
    );
    for (const bytes of Object.values(brokenHeaders)) {
      const connection = await served.connect();
      connection.send(bytes);
      await expectAlive(served, "/next");
      expect([await paths.next(), ...paths.pending]).toEqual(["/next"]);
    }
  });

  test("headers beyond the limit get 431", async () => {
    const served = await serve(answering("never"));
    const connection = await served.connect();
    connection.send(`GET / HTTP/1.1\r\n${host}`);
    for (let i = 0; i < 40; i++) {
      connection.send(`X-${i}: ${"x".repeat(1000)}\r\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    connection.send("\r\n");
    expect((await connection.response()).status).toBe(431);
  });

  test("headers beyond the limit that come at once get 431", async () => {
    const served = await serve(answering("never"));
    const connection = await served.connect();
    connection.send(request("GET", "/", `X-A: ${"x".repeat(40_000)}`));
    expect((await connection.response()).status).toBe(431);
  });

  test("headers of 15 KiB are taken", async () => {
    const served = await serve(answering((scope) => String(scope.headers.get("cookie")?.length)));
    const connection = await served.connect();
    connection.send(request("GET", "/", `Cookie: ${"c".repeat(15_000)}`));
    expect((await connection.response()).body).toBe("15000");
  });

  test("trailers of a chunked body are not taken for a request", async () => {
    const paths: string[] = [];
    const served = await serve(
      application((message, send, scope) => {
        if (message["moreBody"] === true) return;
        paths.push(scope.path);
        return send({ type: "http.response", status: 200, body: scope.path });
      }),
    );
    const smuggled = "a:GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";
    for (const method of ["POST", "GET"]) {
      const connection = await served.connect();
      connection.send(`${request(method, "/", "Transfer-Encoding: chunked")}3\r\nabc\r\n0\r\n${smuggled}`);
      await connection.response().catch(() => {});
      connection.destroy();
    }
    await expectAlive(served, "/alive");
    expect(paths).not.toContain("/smuggled");
    expect(paths).toContain("/alive");
  });

  test("an early answer to a chunked body does not let a request slip in behind it", async () => {
    const paths: string[] = [];
    const served = await serve(
      application((message, send, scope) => {
        if (message.type === "http.request") paths.push(scope.path);
        return send({ type: "http.response", status: 413, body: "no" });
      }),
    );
    const connection = await served.connect();
    const smuggled = "a:GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";
    connection.send(`${request("POST", "/", "Transfer-Encoding: chunked")}3\r\nabc\r\n0\r\n${smuggled}`);
    await connection.untilClosed();
    expect(paths).not.toContain("/smuggled");
  });

  test("HTTP/1.0 is answered, and closed", async () => {
    const served = await serve(answering((scope) => scope.httpVersion));
    const connection = await served.connect();
    connection.send("GET / HTTP/1.0\r\n\r\n");
    expect((await connection.response()).body).toBe("1.0");
    await connection.untilClosed();
  });

  for (const [which, methods] of Object.entries({
    "of the web": ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"],
    "of WebDAV": ["PROPFIND", "MKCOL", "REPORT"],
  })) {
    test(`the methods ${which} are served`, async () => {
      const served = await serve(answering((scope) => scope.method));
      for (const method of methods) {
        const connection = await served.connect();
        connection.send(request(method, "/"));
        expect((await connection.response()).body).toBe(method);
      }
    });
  }

  test("a method that no server knows ends its connection, and no other", async () => {
    const served = await serve(answering("never"));
    const connection = await served.connect();
    connection.send(request("MADEUP", "/"));
    expect(await connection.untilClosed()).toMatch(/^(?:HTTP\/1\.1 (?:400|501) .*)?/s);
    await expectAlive(served);
  });

  test("an offer to upgrade to something else is let pass", async () => {
    const served = await serve(answering("over HTTP/1.1"));
    const connection = await served.connect();
    connection.send(
      request("GET", "/", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAARAAAAA"),
    );
    expect((await connection.response()).body).toBe("over HTTP/1.1");
    connection.send(requestWithBody("POST", "/", "body", "Upgrade: h2c", "Connection: Upgrade"));
    expect((await connection.response()).body).toBe("over HTTP/1.1");
  });
}
