import { Writable } from "node:stream";

import { afterAll, afterEach, expect, test } from "vitest";

import { type Application, createLogger, type HeaderLine, type HttpScope, type Message, type Send } from "hotclub/core";
import type { HttpRequestMessage, Listening, ListenOptions, ProtocolServer } from "hotclub/protocol";
import { type ClientOptions, WebSocket } from "ws";

import { RawConnection } from "../../protocol/raw-connection.js";

/** Tests that a server cannot pass, and why. */
export interface Skip {
  readonly reason: string;
  readonly tests: readonly string[];
}

/** One line of a server's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly type: string; readonly message: string; readonly code?: string };
}

/** A server that a test started. */
export interface Served {
  readonly listening: Listening;
  readonly log: readonly LogLine[];
  /** A raw connection to it. */
  connect(): Promise<RawConnection>;
  /** A WebSocket client, opening; nothing that it does is lost before a test listens. */
  socket(path: string, options?: ClientOptions & { readonly subprotocols?: string[] }): WebSocket;
}

/** What the parts of the contract are written with. */
export interface Harness {
  readonly server: ProtocolServer;
  readonly test: (name: string, run: () => Promise<void>, timeoutMs?: number) => void;
  /** Has something undone after the test. */
  readonly cleanUp: (undo: () => void | Promise<void>) => void;
  readonly serve: (application: Application, options?: ListenOptions) => Promise<Served>;
}

/**
 * Makes the tools of one run of the contract. Every server, connection and socket ends with its test, or, where tests
 * run side by side because they mostly wait, with the last of them.
 */
export function makeHarness(
  server: ProtocolServer,
  skips: readonly Skip[],
  { sideBySide = false } = {},
): Harness & { readonly unknownSkips: () => string[] } {
  const clean: (() => void | Promise<void>)[] = [];
  const names = new Set<string>();
  const reasons = new Map(skips.flatMap(({ reason, tests }) => tests.map((name) => [name, reason] as const)));

  const afterwards = sideBySide ? afterAll : afterEach;
  const run = sideBySide ? test.concurrent : test;
  afterwards(async () => {
    for (const undo of clean.splice(0).toReversed()) await undo();
  });

  return {
    server,
    cleanUp: (undo) => void clean.push(undo),
    test: (name, body, timeoutMs) => {
      names.add(name);
      const reason = reasons.get(name);
      if (reason === undefined) run(name, body, timeoutMs);
      else run.skip(`${name} (skipped: ${reason})`, body);
    },
    unknownSkips: () => [...reasons.keys()].filter((name) => !names.has(name)),
    serve: async (application, options = {}) => {
      const log: LogLine[] = [];
      const destination = new Writable({
        write(line: Buffer, _encoding, done) {
          log.push(JSON.parse(line.toString()) as LogLine);
          done();
        },
      });
      const listening = await server.listen(application, {
        log: createLogger({ level: "trace", destination }),
        ...options,
      });
      clean.push(() => listening.close({ timeoutMs: 0 }));
      return {
        listening,
        log,
        connect: async () => {
          const { host, port } = listening;
          const connection = await RawConnection.open(port === 0 ? { path: host } : { host, port });
          clean.push(() => connection.destroy());
          return connection;
        },
        socket: (path, { subprotocols = [], ...rest } = {}) => {
          const url = listening.url.replace(/^http/, "ws") + path;
          const socket = new WebSocket(url, subprotocols, { perMessageDeflate: false, ...rest });
          socket.on("error", () => {});
          clean.push(() => socket.terminate());
          return socket;
        },
      };
    },
  };
}

/** An application of one function that is called with each message of a scope. */
export function application(
  handle: (message: Message, send: Send, scope: HttpScope) => void | Promise<void>,
): Application {
  return (scope, send) => ({ handle: (message) => handle(message, send, scope as HttpScope) });
}

/** Answers every request with 200 and `body` once it is complete. */
export function answering(body: string | ((scope: HttpScope) => string)): Application {
  return application((message, send, scope) => {
    if (message.type !== "http.request" || message["moreBody"] === true) return;
    return send({ type: "http.response", status: 200, body: typeof body === "string" ? body : body(scope) });
  });
}

/** A header that most responses have. */
export const text: HeaderLine = ["content-type", "text/plain"];

/** Sends these messages for each request. */
export function sending(...messages: Message[]): Application {
  return application(async (message, send) => {
    if (message.type !== "http.request") return;
    for (const next of messages) await send(next);
  });
}

/** Answers every request with its own body. */
export const echoingBody: Application = (_scope, send) => {
  const pieces: Uint8Array[] = [];
  return {
    handle(message) {
      if (message.type !== "http.request") return;
      const { body, moreBody } = message as HttpRequestMessage;
      pieces.push(body);
      if (!moreBody) return send({ type: "http.response", status: 200, body: Buffer.concat(pieces) });
    },
  };
};

/** A request without a body. */
export function request(method: string, target: string, ...headers: string[]): string {
  return [`${method} ${target} HTTP/1.1`, "Host: test", ...headers, "", ""].join("\r\n");
}

/** A request with a body and its length. */
export function requestWithBody(method: string, target: string, body: string, ...headers: string[]): string {
  return request(method, target, `Content-Length: ${Buffer.byteLength(body, "latin1")}`, ...headers) + body;
}

/** That the server is alive and answers others. */
export async function expectAlive(served: Served, path = "/"): Promise<void> {
  const connection = await served.connect();
  connection.send(request("GET", path, "Connection: close"));
  const { status } = await connection.response();
  expect(status).toBeGreaterThanOrEqual(200);
}
