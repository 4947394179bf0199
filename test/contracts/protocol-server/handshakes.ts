import { once } from "node:events";

import { expect } from "vitest";

import type { HeaderLine, Message, Send } from "hotclub/core";

import { EventQueue } from "../../protocol/event-queue.js";
import { gate } from "../../protocol/gate.js";
import { frame, handshake, opcodes, openWebSocket, readFrame } from "../../protocol/raw-websocket.js";
import type { Harness } from "./harness.js";
import { accepting, refusalOf, socketApplication } from "./socket-tools.js";

/** From the request for a socket to the answer. */
export function describeHandshakes({ test, serve }: Harness): void {
  test("the scope of a socket says what its handshake says", async () => {
    const scopes = new EventQueue<object>();
    const served = await serve(
      socketApplication((message, send, scope) => {
        if (message.type !== "websocket.connect") return;
        const { type, scheme, path, rawPath, queryString, httpVersion, subprotocols, client, extensions } = scope;
        scopes.push({
          type,
          scheme,
          path,
          rawPath,
          queryString,
          httpVersion,
          subprotocols,
          extensions: Object.keys(extensions),
        });
        scopes.push([client.host, scope.headers.getAll("x-a")]);
        return send({ type: "websocket.accept" });
      }),
    );
    served.socket("/caf%C3%A9?a=1", { subprotocols: ["one", "two"], headers: { "X-A": "b" } });
    expect(await scopes.next()).toEqual({
      type: "websocket",
      scheme: "ws",
      path: "/café",
      rawPath: "/caf%C3%A9",
      queryString: "a=1",
      httpVersion: "1.1",
      subprotocols: ["one", "two"],
      extensions: ["websocket.http.response", "websocket.topics"],
    });
    expect(await scopes.next()).toEqual(["127.0.0.1", ["b"]]);
  });

  test("an application chooses one of the subprotocols that are offered", async () => {
    const served = await serve(
      socketApplication((message, send, scope) => {
        if (message.type === "websocket.connect") {
          return send({ type: "websocket.accept", subprotocol: scope.subprotocols.at(-1) });
        }
      }),
    );
    const socket = served.socket("/", { subprotocols: ["one", "two"] });
    await once(socket, "open");
    expect(socket.protocol).toBe("two");
  });

  test("no subprotocol is chosen by itself", async () => {
    const served = await serve(accepting());
    const connection = await served.connect();
    const response = await openWebSocket(connection, "/", "Sec-WebSocket-Protocol: one, two");
    expect([response.status, response.header("sec-websocket-protocol")]).toEqual([101, undefined]);
    expect(response.header("sec-websocket-accept")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  });

  test("a subprotocol that was not offered is refused", async () => {
    const served = await serve(
      socketApplication((_message, send) => send({ type: "websocket.accept", subprotocol: "three" })),
    );
    expect((await refusalOf(served.socket("/", { subprotocols: ["one"] }))).status).toBe(500);
    expect(served.log.map(({ err }) => err?.code)).toContain("PROTOCOL_SUBPROTOCOL_NOT_OFFERED");
  });

  test("headers go out with the accept, cookies one by one", async () => {
    const headers: HeaderLine[] = [
      ["set-cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["x-a", "b"],
      ["sec-websocket-accept", "forged"],
    ];
    const served = await serve(socketApplication((_message, send) => send({ type: "websocket.accept", headers })));
    const connection = await served.connect();
    const response = await openWebSocket(connection, "/");
    expect(response.status).toBe(101);
    const lines = response.headers.filter(([name]) => ["set-cookie", "x-a", "sec-websocket-accept"].includes(name));
    expect(lines.map((line) => line.join(": ")).toSorted()).toEqual([
      "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "set-cookie: a=1",
      "set-cookie: b=2",
      "x-a: b",
    ]);
  });

  test("a header of the accept that could begin another is refused", async () => {
    const headers: HeaderLine[] = [["x-a", "b\r\nset-cookie: c=1"]];
    const served = await serve(socketApplication((_message, send) => send({ type: "websocket.accept", headers })));
    const refusal = await refusalOf(served.socket("/"));
    expect([refusal.status, "set-cookie" in refusal.headers]).toEqual([500, false]);
  });

  test("an application may think before it accepts, and still read the handshake", async () => {
    const served = await serve(
      socketApplication(async (message, send, scope) => {
        if (message.type !== "websocket.connect") return;
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        await send({ type: "websocket.accept", headers: [["x-a", scope.headers.get("x-a") ?? ""]] });
        await send({ type: "websocket.send", text: `${scope.queryString} ${scope.client.host} ${scope.requestId}` });
      }),
      { trustedProxies: ["loopback"] },
    );
    const connection = await served.connect();
    const response = await openWebSocket(connection, "/?q=1", "X-A: kept", "X-Request-Id: r-1");
    expect([response.status, response.header("x-a")]).toEqual([101, "kept"]);
    expect((await readFrame(connection))?.payload.toString()).toBe("q=1 127.0.0.1 r-1");
  });

  test("a socket that closes before it accepts is refused with 403", async () => {
    for (const close of [{ type: "websocket.close" }, { type: "websocket.close", code: 4001, reason: "not for you" }]) {
      const messages = new EventQueue<Message>();
      const served = await serve(
        socketApplication((message, send) => {
          messages.push(message);
          if (message.type === "websocket.connect") return send(close);
        }),
      );
      const refusal = await refusalOf(served.socket("/"));
      expect([refusal.status, refusal.body]).toEqual([403, close.reason ?? "Forbidden"]);
      expect((await messages.next()).type).toBe("websocket.connect");
      expect(await messages.next()).toEqual({ type: "websocket.disconnect", code: 1006, reason: "" });
    }
  });

  test("a handshake may be refused with any response", async () => {
    const response = {
      type: "websocket.http.response",
      status: 401,
      headers: [["www-authenticate", "Basic"]],
      body: "who are you?",
    };
    for (const turns of [0, 3]) {
      const served = await serve(
        socketApplication(async (message, send) => {
          if (message.type !== "websocket.connect") return;
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          await send(response);
          await send({ type: "websocket.send", text: "dropped" });
        }),
      );
      const refusal = await refusalOf(served.socket("/"));
      expect(refusal).toMatchObject({
        status: 401,
        headers: { "www-authenticate": "Basic", "content-length": "12" },
        body: "who are you?",
      });
      expect(served.log.filter((line) => line.level >= 50)).toEqual([]);
    }
  });

  test("a handshake that nobody answers is refused with 504", async () => {
    const messages = new EventQueue<string>();
    const served = await serve(
      socketApplication((message) => messages.push(message.type)),
      { webSocket: { handshakeTimeoutMs: 50 } },
    );
    expect((await refusalOf(served.socket("/"))).status).toBe(504);
    expect([await messages.next(), await messages.next()]).toEqual(["websocket.connect", "websocket.disconnect"]);
    expect(served.listening.open.sockets).toBe(0);
  });

  test("a client that leaves during the handshake is told of by a disconnect", async () => {
    const messages = new EventQueue<Message>();
    const sends = new EventQueue<Send>();
    const served = await serve(
      socketApplication((message, send) => {
        messages.push(message);
        sends.push(send);
      }),
    );
    const connection = await served.connect();
    connection.send(handshake("/"));
    await messages.next();
    connection.destroy();
    expect(await messages.next()).toEqual({ type: "websocket.disconnect", code: 1006, reason: "" });
    const send = await sends.next();
    expect(send({ type: "websocket.accept" })).toBe(undefined);
    expect(served.listening.open.sockets).toBe(0);
  });

  test("an application that fails before it accepts gets its client 500 (D7)", async () => {
    for (const turns of [0, 3]) {
      const served = await serve(
        socketApplication(async (message) => {
          if (message.type !== "websocket.connect") return;
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          throw new Error("secret detail");
        }),
      );
      const refusal = await refusalOf(served.socket("/"));
      expect([refusal.status, refusal.body]).toEqual([500, "Internal Server Error"]);
    }
    const served = await serve(() => {
      throw new Error("secret detail");
    });
    expect((await refusalOf(served.socket("/"))).status).toBe(500);
  });

  const handshakes: Record<string, [status: number, bytes: string]> = {
    "of another version": [426, handshake("/").replace("Version: 13", "Version: 8")],
    "without a version": [426, handshake("/").replace(/Sec-WebSocket-Version: 13\r\n/, "")],
    "with a key that is no key": [400, handshake("/").replace(/Key: .*\r\n/, "Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n")],
    "with a path that is no UTF-8": [400, handshake("/%FF")],
  };
  for (const [what, [status, bytes]] of Object.entries(handshakes)) {
    test(`a handshake ${what} gets ${status}`, async () => {
      const heard: string[] = [];
      const served = await serve(socketApplication((message) => void heard.push(message.type)));
      const connection = await served.connect();
      connection.send(bytes);
      const response = await connection.response();
      expect(response.status).toBe(status);
      if (status === 426) expect(response.header("sec-websocket-version")).toBe("13");
      expect(heard).toEqual([]);
    });
  }

  test("what a client sends before the accept comes after it", async () => {
    const messages = new EventQueue<string>();
    const accepted = gate();
    const served = await serve(
      socketApplication(async (message, send) => {
        messages.push(message.type);
        if (message.type !== "websocket.connect") return;
        await accepted.passed;
        await send({ type: "websocket.accept" });
      }),
    );
    const connection = await served.connect();
    connection.send(handshake("/"), frame(opcodes.text, "early"));
    expect(await messages.next()).toBe("websocket.connect");
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(messages.pending).toEqual([]);
    accepted.open();
    expect((await connection.anyResponse()).status).toBe(101);
    expect(await messages.next()).toBe("websocket.receive");
  });
}
