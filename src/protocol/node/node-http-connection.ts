import type { IncomingMessage, ServerResponse } from "node:http";

import type { HeaderLine, Message } from "../../core/index.js";
import { HttpConnection } from "../http-connection.js";
import type { HttpBody } from "../http-messages.js";
import { announcedLength, isServerHeader, plainText } from "../response-headers.js";
import { byteLength, isBodiless } from "../response-message.js";
import { ServedHttpScope } from "../served-scope.js";
import type { ServerState } from "../server-state.js";
import { NodeRequest } from "./node-request.js";

const nothing = new Uint8Array(0);
const noBody: Message = Object.freeze({ type: "http.request", body: nothing, moreBody: false });

/** Answers one request of `node:http`. */
export function serveRequest(server: ServerState, request: IncomingMessage, response: ServerResponse): void {
  const native = new NodeRequest(request);
  const { method = "GET", httpVersion } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return refuse(response, 505, "HTTP/1.1 is spoken here.");
  let scope: ServedHttpScope;
  try {
    scope = new ServedHttpScope(server, native, method, native.rawPath, httpVersion);
  } catch {
    // Only the path can be wrong this early.
    return refuse(response, 400, "The path is not valid.");
  }
  new NodeHttpConnection(server, request, response).run(scope);
}

function refuse(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, flat(plainText, byteLength(body), true)).end(body);
}

/** One HTTP request on `node:http`. */
class NodeHttpConnection extends HttpConnection {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #isListening = false;
  #release: (() => void) | undefined;
  /** Looks whether the client takes anything of what waits for it. */
  #stall: NodeJS.Timeout | undefined;
  /** Ends a connection whose client does not finish a body that was answered early. */
  #leftover: NodeJS.Timeout | undefined;

  constructor(server: ServerState, request: IncomingMessage, response: ServerResponse) {
    super(server, request.method === "HEAD");
    this.#request = request;
    this.#response = response;
  }

  run(scope: ServedHttpScope): void {
    const length = bodyLength(this.#request);
    if (length > 0) this.#runWithBody(scope, length);
    else this.start(scope, noBody);
    // Most responses are complete by now, and spare the listeners.
    if (!this.isDone) this.#listen();
  }

  #runWithBody(scope: ServedHttpScope, length: number): void {
    this.expectBody(scope, length);
    this.watchPace();
    let left = length;
    this.#request.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      this.onBody(chunk, left > 0);
    });
    this.#request.on("end", () => {
      clearTimeout(this.#leftover);
      if (left > 0) this.onBody(nothing, false);
    });
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#response.on("close", () => {
      clearTimeout(this.#leftover);
      this.#released();
      this.onGone();
    });
    this.#response.on("drain", () => this.#released());
    this.#response.on("finish", () => this.#released());
    // A connection that breaks is told of by "close".
    this.#response.on("error", () => {});
  }

  #released(): void {
    clearInterval(this.#stall);
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  protected override holdBody(): void {
    this.#request.pause();
  }

  protected override releaseBody(): void {
    this.#request.resume();
  }

  protected override intakeDone(): void {
    super.intakeDone();
    if (this.bodyLeft === 0) return;
    // What is left of the body is read and dropped, for a while.
    this.#listen();
    this.#request.resume();
    this.#leftover = setTimeout(() => this.cut(), this.server.http.bodyTimeoutMs);
  }

  protected override writeResponse(
    status: number,
    headers: readonly HeaderLine[],
    body: HttpBody,
  ): void | Promise<void> {
    const length = this.isHead ? (announcedLength(headers) ?? byteLength(body)) : byteLength(body);
    this.#writeHead(status, headers, length);
    this.#response.end(isBodiless(status) ? "" : body);
    return this.#written(this.#isBehind);
  }

  /** Whether so much waits, for the client or for the response before this one, that no more should be written. */
  get #isBehind(): boolean {
    const { socket } = this.#response;
    return socket === null ? this.#response.writableNeedDrain : socket.writableNeedDrain;
  }

  protected override writeStart(status: number, headers: readonly HeaderLine[], length: number | undefined): void {
    this.#writeHead(status, headers, length);
  }

  #writeHead(status: number, headers: readonly HeaderLine[], length: number | undefined): void {
    const isWithoutLength = status === 204 || status === 304;
    this.#response.writeHead(
      status,
      flat(headers, isWithoutLength ? undefined : status === 205 ? 0 : length, this.closesConnection),
    );
  }

  protected override writeBody(body: HttpBody): void | Promise<void> {
    return this.#written(!this.#response.write(body));
  }

  /** Waits, where the client is behind, for the event that says it has caught up or gone. */
  #written(isBehind: boolean): void | Promise<void> {
    if (!isBehind || this.#response.destroyed) return;
    this.#listen();
    this.#watchStall();
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #watchStall(): void {
    const { socket } = this.#request;
    const taken = (): number => socket.bytesWritten - socket.writableLength;
    let before = taken();
    clearInterval(this.#stall);
    this.#stall = setInterval(() => {
      if (taken() === before) this.giveUp("its client took nothing of the response");
      before = taken();
    }, this.server.http.sendTimeoutMs);
  }

  protected override writeEnd(): void {
    this.#response.end();
  }

  protected override cut(): void {
    this.#request.socket.destroy();
  }
}

/** How long the body is, `Infinity` for a chunked one; Node has checked that it can be told. */
function bodyLength({ headers }: IncomingMessage): number {
  if (headers["transfer-encoding"] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers["content-length"] ?? 0);
}

/** The headers as Node wants them: one list of names and values, without what the server decides. */
export function flat(headers: readonly HeaderLine[], length: number | undefined, closes: boolean): string[] {
  const list: string[] = [];
  for (const [name, value] of headers) if (!isServerHeader(name)) list.push(name, value);
  if (length !== undefined) list.push("content-length", String(length));
  if (closes) list.push("connection", "close");
  return list;
}
