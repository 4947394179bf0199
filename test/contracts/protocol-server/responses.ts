import { expect } from "vitest";

import type { Application, HeaderLine, Message, Send } from "hotclub/core";

import { EventQueue } from "../../protocol/event-queue.js";
import {
  answering,
  application,
  expectAlive,
  type Harness,
  request,
  requestWithBody,
  sending,
  text,
} from "./harness.js";

/** What a response becomes on the wire. */
export function describeResponses({ test, serve }: Harness): void {
  test("status, headers and body arrive as they were sent", async () => {
    const headers: HeaderLine[] = [text, ["X-Mixed", "a b"], ["set-cookie", "a=1"], ["set-cookie", "b=2; Path=/"]];
    const served = await serve(sending({ type: "http.response", status: 201, headers, body: "héllo 🎷" }));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    const response = await connection.response();
    expect(response.status).toBe(201);
    expect(Buffer.from(response.body, "latin1").toString()).toBe("héllo 🎷");
    expect(response.header("content-length")).toBe("11");
    expect(response.header("content-type")).toBe("text/plain");
    expect(response.header("x-mixed")).toBe("a b");
    expect(response.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value)).toEqual([
      "a=1",
      "b=2; Path=/",
    ]);
  });

  test("bytes arrive as they are", async () => {
    const body = Uint8Array.from({ length: 256 }, (_, i) => i);
    const served = await serve(sending({ type: "http.response", status: 200, body }));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    const response = await connection.response();
    expect(Buffer.from(response.body, "latin1").equals(body)).toBe(true);
  });

  test("every status from 200 to 599 can be sent", async () => {
    const served = await serve(
      application((_message, send, scope) => send({ type: "http.response", status: Number(scope.path.slice(1)) })),
    );
    const connection = await served.connect();
    for (const status of [200, 226, 299, 301, 418, 451, 499, 503, 599]) {
      connection.send(request("GET", `/${status}`));
      expect((await connection.response()).status).toBe(status);
    }
  });

  test("framing, date and connection are the server's, whatever the application says", async () => {
    const headers: HeaderLine[] = [
      ["Content-Length", "3"],
      ["Transfer-Encoding", "chunked"],
      ["Connection", "close"],
      ["Date", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ];
    const served = await serve(sending({ type: "http.response", status: 200, headers, body: "hello" }));
    const connection = await served.connect();
    for (let i = 0; i < 2; i++) {
      connection.send(request("GET", "/"));
      const response = await connection.response();
      expect(response.body).toBe("hello");
      expect(response.headers.filter(([name]) => name === "content-length")).toEqual([["content-length", "5"]]);
      expect(response.header("transfer-encoding")).toBe(undefined);
      const dates = response.headers.filter(([name]) => name === "date");
      expect(dates).toHaveLength(1);
      expect(Math.abs(Date.parse(dates[0]?.[1] ?? "") - Date.now())).toBeLessThan(10_000);
    }
  });

  test("HEAD gets the headers of GET and no body, sent whole or in pieces", async () => {
    const start = { type: "http.response.start", status: 200 };
    const piece = { type: "http.response.body", body: "hello", moreBody: true };
    const last = { type: "http.response.body", body: "" };
    const applications: Record<string, [Application, string | undefined]> = {
      whole: [sending({ type: "http.response", status: 200, body: "hello" }), "5"],
      announced: [sending({ type: "http.response", status: 200, headers: [["content-length", "77"]] }), "77"],
      streamed: [sending(start, piece, last), undefined],
      "streamed with a length": [sending({ ...start, headers: [["content-length", "5"]] }, piece, last), "5"],
      "never streamed with a length": [sending({ ...start, headers: [["content-length", "5"]] }, last), "5"],
      asynchronous: [
        application(async (_message, send) => {
          await new Promise((resolve) => setImmediate(resolve));
          await send({ type: "http.response", status: 200, body: "hello" });
        }),
        "5",
      ],
    };
    for (const [name, [app, length]] of Object.entries(applications)) {
      const served = await serve(app);
      const connection = await served.connect();
      for (let i = 0; i < 3; i++) {
        connection.send(request("HEAD", "/"));
        const response = await connection.response({ isHead: true });
        expect([name, response.status, response.header("content-length")]).toEqual([name, 200, length]);
        expect(connection.unread).toBe("");
      }
    }
  });

  test("204, 205 and 304 have no body, and the connection goes on", async () => {
    const served = await serve(
      application((_message, send, scope) =>
        send({ type: "http.response", status: Number(scope.path.slice(1)), headers: [["etag", '"a"']], body: "never" }),
      ),
    );
    const connection = await served.connect();
    for (const status of [204, 205, 304, 204]) {
      connection.send(request("GET", `/${status}`));
      const response = await connection.response();
      expect([response.status, response.header("etag"), response.body]).toEqual([status, '"a"', ""]);
      expect(response.header("transfer-encoding")).toBe(undefined);
      if (status === 204) expect(response.header("content-length")).toBe(undefined);
    }
  });

  test("a header that could begin another is refused, and nothing of it is sent", async () => {
    const bad: HeaderLine[] = [
      ["x-a", "b\r\nset-cookie: c=1"],
      ["x-a", "b\nc"],
      ["x-a", "b\0c"],
      ["x-a", "caf\u00e9"],
      ["x-a\r\nx-b", "c"],
      ["x a", "b"],
      ["x:a", "b"],
      ["", "b"],
      ["x-a", 7 as unknown as string],
    ];
    for (const line of bad) {
      for (const type of ["http.response", "http.response.start"]) {
        const served = await serve(sending({ type, status: 200, headers: [line], body: "never" }));
        const connection = await served.connect();
        connection.send(request("GET", "/"));
        const response = await connection.response();
        expect([line, response.status]).toEqual([line, 500]);
        expect(response.headers.map(([name]) => name)).not.toContain("set-cookie");
        expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_HEADER_INVALID");
      }
    }
  });

  test("a status that no response can end with is refused", async () => {
    for (const status of [0, 99, 100, 101, 199, 600, 1000, 200.5, Number.NaN, "200", undefined]) {
      const served = await serve(sending({ type: "http.response", status }));
      const connection = await served.connect();
      connection.send(request("GET", "/"));
      expect([status, (await connection.response()).status]).toEqual([status, 500]);
      expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_STATUS_INVALID");
    }
  });

  test("a body that is neither text nor bytes is refused", async () => {
    for (const body of [7, null, {}, [1], new ArrayBuffer(1)]) {
      const served = await serve(sending({ type: "http.response", status: 200, body }));
      const connection = await served.connect();
      connection.send(request("GET", "/"));
      expect((await connection.response()).status).toBe(500);
      expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_MESSAGE_FIELD_INVALID");
    }
  });

  test("messages that may not be sent at this point are thrown back at the application (A6)", async () => {
    const start = { type: "http.response.start", status: 200 };
    const wrong: Message[][] = [
      [{ type: "http.response.body", body: "before the start" }],
      [start, start],
      [start, { type: "http.response", status: 200 }],
      [{ type: "websocket.accept" }],
      [{ type: "made.up" }],
      [start, { type: "made.up" }],
    ];
    for (const messages of wrong) {
      const served = await serve(sending(...messages));
      const connection = await served.connect();
      connection.send(request("GET", "/"));
      expect((await connection.response()).status).toBe(500);
      expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_VIOLATION");
    }
  });

  test("keys that the protocol does not know are let pass (A6)", async () => {
    const served = await serve(sending({ type: "http.response", status: 200, body: "ok", extra: { a: 1 } }));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect((await connection.response()).body).toBe("ok");
  });

  test("messages after the end are dropped without a word (A8, H3)", async () => {
    const whole = { type: "http.response", status: 200, body: "whole" };
    const served = await serve(sending(whole, whole, { type: "http.response.body", body: "more" }, { type: "what" }));
    const connection = await served.connect();
    connection.send(request("GET", "/"), request("GET", "/"));
    await connection.response().catch(() => {});
    expect(served.log.filter((line) => line.level >= 40)).toEqual([]);
  });

  const failures: Record<string, Application> = {
    "throws when it is called": () => {
      throw new Error("secret detail");
    },
    "throws in its handler": application(() => {
      throw new Error("secret detail");
    }),
    "rejects in its handler": application(async () => {
      await Promise.resolve();
      throw new Error("secret detail");
    }),
    "throws after the start, before the body": application(async (_message, send) => {
      await send({ type: "http.response.start", status: 200 });
      throw new Error("secret detail");
    }),
    "throws what is no error": application(() => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- that is what is tested
      throw "secret detail";
    }),
  };
  for (const [what, app] of Object.entries(failures)) {
    test(`an application that ${what} gets its client a plain 500 (A7)`, async () => {
      const served = await serve(app);
      const connection = await served.connect();
      for (let i = 0; i < 2; i++) {
        connection.send(request("GET", "/"));
        const response = await connection.response();
        expect([response.status, response.body]).toEqual([500, "Internal Server Error"]);
      }
      expect(served.log.filter(({ err }) => err?.message.includes("secret detail"))).toHaveLength(2);
    });
  }

  test("an application that fails after the first byte breaks the connection", async () => {
    for (const headers of [[], [["content-length", "100"]]]) {
      const messages = new EventQueue<string>();
      const served = await serve(
        application(async (message, send) => {
          if (message.type !== "http.request") return messages.push(message.type);
          await send({ type: "http.response.start", status: 200, headers });
          await send({ type: "http.response.body", body: "half", moreBody: true });
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error("broken");
        }),
      );
      const connection = await served.connect();
      connection.send(request("GET", "/"));
      expect(await connection.response()).toMatchObject({ status: 200, isWhole: false });
      await connection.untilClosed();
      expect(served.log.map(({ err }) => err?.message)).toContain("broken");
      expect(messages.pending).toEqual([]);
      expect(served.listening.open.requests).toBe(0);
    }
  });

  test("an early answer to an upload reaches the client", async () => {
    for (const size of [1000, 100_000, 5_000_000]) {
      const served = await serve(sending({ type: "http.response", status: 413, body: "too much" }));
      const connection = await served.connect();
      connection.send(request("POST", "/", `Content-Length: ${size}`), Buffer.alloc(Math.min(size, 500)));
      expect(await connection.response()).toMatchObject({ status: 413, body: "too much" });
      await expectAlive(served);
    }
  });

  test("what is left of a small body after an early answer is not taken for a request", async () => {
    const served = await serve(
      application((message, send, scope) => {
        if (message.type === "http.request") return send({ type: "http.response", status: 200, body: scope.path });
      }),
    );
    const connection = await served.connect();
    const hidden = request("GET", "/hidden");
    connection.send(request("POST", "/first", `Content-Length: ${hidden.length + 1}`), "x");
    expect((await connection.response()).body).toBe("/first");
    connection.send(hidden, request("GET", "/second"));
    expect((await connection.response()).body).toBe("/second");
    expect(connection.unread).toBe("");
  });

  test("a request whose answer comes from elsewhere is answered", async () => {
    const sends = new EventQueue<Send>();
    const served = await serve(
      application((message, send) => void (message.type === "http.request" && sends.push(send))),
    );
    const connection = await served.connect();
    connection.send(requestWithBody("POST", "/", "x"));
    const send = await sends.next();
    setTimeout(() => void send({ type: "http.response", status: 202, body: "later" }), 1);
    expect(await connection.response()).toMatchObject({ status: 202, body: "later" });
    await expectAlive(await serve(answering("ok")));
  });
}
