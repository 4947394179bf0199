import { once } from "node:events";
import { connect } from "node:net";

import { expect } from "vitest";

import { CannotListen, ListenOptionInvalid, type ListenOptions, PortInUse } from "hotclub/protocol";
import type { Application } from "hotclub/core";

import { EventQueue } from "../../protocol/event-queue.js";
import { gate } from "../../protocol/gate.js";
import { freePort } from "../../services/free-port.js";
import { answering, application, type Harness, request } from "./harness.js";
import { accepting, closeOf } from "./socket-tools.js";

/** How a server begins and how it ends. */
export function describeLifecycle({ test, serve, server }: Harness): void {
  test("the address of a server that listens is known", async () => {
    const { listening } = await serve(answering("ok"));
    expect(listening.host).toBe("127.0.0.1");
    expect(listening.port).toBeGreaterThan(0);
    expect(listening.url).toBe(`http://127.0.0.1:${listening.port}`);
    expect(await (await fetch(listening.url)).text()).toBe("ok");
  });

  test("a port that is taken is named in the error", async () => {
    const first = await serve(answering("ok"));
    const { port } = first.listening;
    const second = serve(answering("ok"), { port });
    await expect(second).rejects.toThrow(PortInUse);
    await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use.`);
  });

  test("an address that is not this machine's is named in the error", async () => {
    const listening = serve(answering("ok"), { host: "192.0.2.1", port: 0 });
    await expect(listening).rejects.toThrow(CannotListen);
    await expect(listening).rejects.toThrow("192.0.2.1");
  });

  test("a port can be listened on again at once, while clients still hold what the last server closed", async () => {
    const first = await serve(answering("first"));
    // Neither reads nor closes, so that the connection stays half open on the server's side.
    const holder = connect({ port: first.listening.port, host: first.listening.host, allowHalfOpen: true });
    holder.write(request("GET", "/"));
    await once(holder, "data");
    holder.pause();
    await first.listening.close({ timeoutMs: 50 });
    const second = await serve(answering("second"), { port: first.listening.port });
    expect(await (await fetch(second.listening.url)).text()).toBe("second");
    holder.destroy();
  });

  test("each scope's state begins with what the server was given, and is its own", async () => {
    const served = await serve(
      application((_message, send, scope) => {
        const before = JSON.stringify(scope.state);
        scope.state["mine"] = scope.path;
        return send({ type: "http.response", status: 200, body: before });
      }),
      { state: { pool: "shared" } },
    );
    for (const path of ["/1", "/2"]) {
      const response = await fetch(served.listening.url + path);
      expect(await response.json()).toEqual({ pool: "shared" });
    }
  });

  test("options that no server can work with are refused", async () => {
    const wrong: ListenOptions[] = [
      { port: 70_000 },
      { port: 1.5 },
      { webSocket: { idleTimeoutS: 5 } },
      { webSocket: { idleTimeoutS: 1000 } },
      { webSocket: { maxMessageBytes: -1 } },
      { http: { maxHeaderBytes: 0 } },
      { trustedProxies: ["everybody"] },
      { trustedProxies: ["10.0.0.0/33"] },
    ];
    for (const options of wrong) {
      await expect(serve(answering("ok"), options)).rejects.toThrow(ListenOptionInvalid);
    }
  });

  test("servers that share a port are both asked", async () => {
    const port = await freePort();
    const names = new Set<string>();
    await serve(answering("first"), { port, sharePort: true });
    const second = await serve(answering("second"), { port, sharePort: true });
    for (let i = 0; i < 200 && names.size < 2; i++) {
      const connection = await second.connect();
      connection.send(request("GET", "/", "Connection: close"));
      names.add((await connection.response()).body);
    }
    expect([...names].toSorted()).toEqual(["first", "second"]);
  });

  test("a port is not shared with a server that does not ask for that", async () => {
    const first = await serve(answering("ok"), { port: await freePort() });
    await expect(serve(answering("ok"), { port: first.listening.port, sharePort: true })).rejects.toThrow(PortInUse);
  });

  test("what is open is counted", async () => {
    const { passed, open } = gate();
    const began = new EventQueue<string>();
    const both: Application = (scope, send) => ({
      handle(message) {
        began.push(message.type);
        if (message.type === "websocket.connect") return send({ type: "websocket.accept" });
        if (message.type === "http.request") {
          return passed.then(() => send({ type: "http.response", status: 200, body: scope.type }));
        }
        return undefined;
      },
    });
    const served = await serve(both);
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await began.next();
    const socket = served.socket("/");
    await once(socket, "open");
    expect(served.listening.open).toEqual({ requests: 1, sockets: 1 });
    open();
    await connection.response();
    socket.close();
    await once(socket, "close");
    expect(served.listening.open).toEqual({ requests: 0, sockets: 0 });
  });

  test("a stop waits for running requests, which are told to close their connections", async () => {
    const { passed, open } = gate();
    const began = gate();
    const served = await serve(
      application(async (_message, send) => {
        began.open();
        await passed;
        await send({ type: "http.response", status: 200, body: "finished" });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await began.passed;
    let isClosed = false;
    const closing = served.listening.close().then(() => (isClosed = true));
    await expect(served.connect()).rejects.toThrow("ECONNREFUSED");
    expect(isClosed).toBe(false);
    open();
    const response = await connection.response();
    expect([response.status, response.body, response.header("connection")]).toEqual([200, "finished", "close"]);
    await closing;
    await connection.untilClosed();
  });

  test("a stop waits for the handlers of requests that are answered", async () => {
    const { passed, open } = gate();
    const done: string[] = [];
    const served = await serve(
      application(async (_message, send) => {
        await send({ type: "http.response", status: 200 });
        await passed;
        done.push("handler");
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await connection.response();
    expect(served.listening.open.requests).toBe(1);
    const closing = served.listening.close().then(() => done.push("closed"));
    await new Promise((resolve) => setImmediate(resolve));
    open();
    await closing;
    expect(done).toEqual(["handler", "closed"]);
  });

  test("a stop closes connections that are idle", async () => {
    const served = await serve(answering("ok"));
    const idle = await served.connect();
    idle.send(request("GET", "/"));
    await idle.response();
    const fresh = await served.connect();
    await served.listening.close();
    await Promise.all([idle.untilClosed(), fresh.untilClosed()]);
  });

  test("a stop that lingers answers what still comes on open connections, and has each of them closed", async () => {
    const served = await serve(answering((scope) => scope.path));
    const connections = await Promise.all(["/a", "/b"].map(() => served.connect()));
    for (const connection of connections) {
      connection.send(request("GET", "/before"));
      expect((await connection.response()).header("connection")).not.toBe("close");
    }
    const closing = served.listening.close({ lingerMs: 200 });
    await expect(served.connect()).rejects.toThrow("ECONNREFUSED");
    for (const connection of connections) {
      connection.send(request("GET", "/after"));
      const response = await connection.response();
      expect([response.status, response.body, response.header("connection")]).toEqual([200, "/after", "close"]);
      await connection.untilClosed();
    }
    await closing;
  });

  test("a stop that lingers ends in time, however many requests come", async () => {
    const served = await serve(answering("ok"));
    const connections = await Promise.all(Array.from({ length: 20 }, () => served.connect()));
    const closing = served.listening.close({ lingerMs: 60_000, timeoutMs: 100 });
    for (const connection of connections) connection.send(request("GET", "/"));
    await closing;
    await Promise.all(connections.map((connection) => connection.untilClosed()));
  });

  test("a stop closes sockets with 1001 and waits for their disconnect handlers", async () => {
    const { passed, open } = gate();
    const events: string[] = [];
    const served = await serve((_scope, send) => ({
      async handle(message) {
        if (message.type === "websocket.connect") await send({ type: "websocket.accept" });
        if (message.type !== "websocket.disconnect") return;
        await passed;
        events.push(`disconnect ${String(message["code"])}`);
      },
    }));
    const sockets = Array.from({ length: 3 }, () => served.socket("/"));
    await Promise.all(sockets.map((socket) => once(socket, "open")));
    const codes = Promise.all(sockets.map((socket) => once(socket, "close").then(([code]) => code as number)));
    const closing = served.listening.close().then(() => events.push("closed"));
    await new Promise((resolve) => setImmediate(resolve));
    open();
    expect(await codes).toEqual([1001, 1001, 1001]);
    await closing;
    expect(events).toEqual([...sockets.map(() => "disconnect 1001"), "closed"]);
  });

  test("a stop tells each socket when to come back", async () => {
    const served = await serve(accepting());
    const sockets = Array.from({ length: 20 }, () => served.socket("/"));
    await Promise.all(sockets.map((socket) => once(socket, "open")));
    const reasons = Promise.all(sockets.map(closeOf));
    await served.listening.close();
    const times = (await reasons).map(([code, reason]) => {
      expect(code).toBe(1001);
      return Number(/^The server stops\. Reconnect in (\d+) ms\.$/.exec(reason)?.[1]);
    });
    expect(times.every((ms) => ms >= 0 && ms < 1000)).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(1);
  });

  test("a stop may spread the closing of sockets over a time", async () => {
    const served = await serve(accepting());
    const sockets = Array.from({ length: 20 }, () => served.socket("/"));
    await Promise.all(sockets.map((socket) => once(socket, "open")));
    let open = sockets.length;
    const seen = new Set<number>();
    const closed = Promise.all(sockets.map((socket) => once(socket, "close").then(() => (open -= 1))));
    const closing = served.listening.close({ spreadMs: 250 });
    const looking = setInterval(() => seen.add(open), 5);
    await closing;
    await closed;
    clearInterval(looking);
    expect(seen.size).toBeGreaterThan(2);
  });

  test("a stop answers handshakes that wait with 503", async () => {
    const events = new EventQueue<string>();
    const served = await serve(() => ({ handle: (message) => events.push(message.type) }));
    const socket = served.socket("/");
    const answered = once(socket, "unexpected-response");
    await events.next();
    await served.listening.close();
    const [, response] = (await answered) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(503);
    expect(await events.next()).toBe("websocket.disconnect");
  });

  test("what does not end in time is cut, and told so", async () => {
    const events = new EventQueue<string>();
    const served = await serve(() => ({ handle: (message) => events.push(message.type) }));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect(await events.next()).toBe("http.request");
    await served.listening.close({ timeoutMs: 50 });
    expect(await connection.untilClosed()).toBe("");
    expect(await events.next()).toBe("http.disconnect");
  });

  test("to stop twice is to stop once, and the port is free afterwards", async () => {
    const { listening } = await serve(answering("ok"));
    const closing = listening.close();
    expect(listening.close()).toBe(closing);
    await closing;
    const again = await server.listen(answering("again"), { port: listening.port });
    expect(await (await fetch(again.url)).text()).toBe("again");
    await again.close({ timeoutMs: 0 });
  });
}
