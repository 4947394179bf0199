import type { HttpRequest, HttpResponse } from "uWebSockets.js";

import type { HeaderLine, HttpScope, Message } from "../../core/index.js";
import { HttpConnection } from "../http-connection.js";
import type { HttpBody } from "../http-messages.js";
import { announcedLength } from "../response-headers.js";
import { byteLength, isBodiless } from "../response-message.js";
import { ServedHttpScope } from "../served-scope.js";
import type { ServerState } from "../server-state.js";
import { refuse } from "./refuse.js";
import { statusLine } from "./status-line.js";
import { ChunkedBody, MeasuredBody, type StreamedBody } from "./streamed-body.js";
import { UwsRequest } from "./uws-request.js";
import { writeHeaders } from "./write-headers.js";

const noBody: Message = Object.freeze({ type: "http.request", body: new Uint8Array(0), moreBody: false });

/**
 * Larger bodies are handed over only as the client takes them. What is smaller is written at once, since the careful
 * way costs half a microsecond; the library keeps it for clients that do not read.
 */
const maxBytesAtOnce = 16_384;

/** How long reading rests while request and response are both held up. */
const restMs = 5;

/** Answers one native request. Request and body are copied only as far as they outlive this callback. */
export function serveRequest(server: ServerState, response: HttpResponse, request: HttpRequest, method: string): void {
  const native = new UwsRequest(request, response);
  let scope: ServedHttpScope;
  try {
    scope = new ServedHttpScope(server, native, method, request.getUrl());
  } catch {
    // Only the path can be wrong this early.
    refuse(response, 400, "The path is not valid.");
    return;
  }
  new UwsHttpConnection(server, response, native, method === "HEAD").run(request, scope);
}

/** One HTTP request on uWebSockets.js. */
class UwsHttpConnection extends HttpConnection {
  readonly #response: HttpResponse;
  readonly #native: UwsRequest;
  /** While the native callback runs, writes are packed by themselves; later they need a cork. */
  #isInCallback = true;
  #isChunked = false;
  #isPaused = false;
  #streamed: StreamedBody | undefined;
  /** The library has the last byte of a measured body: when the client has it too, the response is gone. */
  #isEnded = false;
  #rest: NodeJS.Timeout | undefined;

  constructor(server: ServerState, response: HttpResponse, native: UwsRequest, isHead: boolean) {
    super(server, isHead);
    this.#response = response;
    this.#native = native;
  }

  run(request: HttpRequest, scope: HttpScope): void {
    if (hasBody(request)) this.#runWithBody(scope);
    else this.#runWithoutBody(scope);
    this.#isInCallback = false;
  }

  #runWithoutBody(scope: HttpScope): void {
    this.start(scope, noBody);
    if (!this.isDone) this.#hearOfAbort();
    if (this.isDone && !this.isRunning) this.#native.expire();
    else this.#native.detach();
  }

  #hearOfAbort(): void {
    this.#response.onAborted(() => {
      this.#streamed?.abandon();
      this.onGone();
    });
  }

  #runWithBody(scope: HttpScope): void {
    this.#native.detach();
    const framing = this.#native.bodyFraming();
    if (typeof framing !== "number") {
      refuse(this.#response, framing.status, framing.reason);
      this.onGone();
      return;
    }
    // The library tells of an empty body only when its head came at once.
    if (framing === 0) return this.#runWithoutBody(scope);
    this.#isChunked = framing === Number.POSITIVE_INFINITY;
    this.expectBody(scope, framing);
    this.#hearOfAbort();
    this.#response.onData((chunk, isLast) => {
      if (this.isDone) return;
      // The library takes its memory back after this callback.
      const body = new Uint8Array(chunk.slice(0));
      if (!this.#isChunked) this.onBody(body, !isLast);
      // It takes trailers for a further request. Not answered before it has looked at all it has, this request makes
      // it close the connection then; and after the answer it is closed in any case.
      else setImmediate(() => this.onBody(body, !isLast));
    });
  }

  protected override get closesConnection(): boolean {
    return this.#isChunked || super.closesConnection;
  }

  protected override holdBody(): void {
    if (this.#isPaused || this.#isEnded) return;
    this.#isPaused = true;
    this.#response.pause();
    // A pause also stops the library from hearing that the client reads on, so it must not last.
    if (this.#streamed?.isBehind === true) this.#rest = setTimeout(() => this.#resume(), restMs);
  }

  protected override releaseBody(): void {
    this.#resume();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    clearTimeout(this.#rest);
    this.#response.resume();
    // What the library listens for after a resume may be what another connection paused with.
    this.#streamed?.retry();
  }

  /** The library wants 16 KiB each second; looking after slow clients is done here, more patiently. */
  override paceKept(): void {
    if (this.#isPaused || this.isDone || this.#isEnded) return;
    this.#response.pause();
    this.#response.resume();
    this.#streamed?.retry();
  }

  protected override intakeDone(): void {
    super.intakeDone();
    clearTimeout(this.#rest);
    this.#native.forgetResponse();
  }

  protected override writeResponse(
    status: number,
    headers: readonly HeaderLine[],
    body: HttpBody,
  ): void | Promise<void> {
    this.#resume();
    if (this.#isInCallback) return this.#writeWhole(status, headers, body);
    let written: void | Promise<void> = undefined;
    this.#response.cork(() => {
      written = this.#writeWhole(status, headers, body);
    });
    return written;
  }

  #writeWhole(status: number, headers: readonly HeaderLine[], body: HttpBody): void | Promise<void> {
    const response = this.#response;
    if (this.isHead || isBodiless(status)) {
      this.#writeSilentHead(status, headers, announcedLength(headers) ?? byteLength(body));
      this.#end(() => response.endWithoutBody());
      return;
    }
    this.#writeHead(status, headers);
    if (this.closesConnection) response.end(body, true);
    else if (body.length <= maxBytesAtOnce) response.end(body);
    else return this.#writeLarge(typeof body === "string" ? Buffer.from(body) : body);
  }

  #writeLarge(body: Uint8Array): void | Promise<void> {
    this.#streamed = new MeasuredBody(this.#response, body.byteLength);
    return this.#streamed.write(body);
  }

  #writeHead(status: number, headers: readonly HeaderLine[]): void {
    const response = this.#response;
    if (status !== 200) response.writeStatus(statusLine(status));
    writeHeaders(response, headers);
  }

  /** The head of a response that has no body on the wire, though it may tell of one. */
  #writeSilentHead(status: number, headers: readonly HeaderLine[], length: number | undefined): void {
    this.#writeHead(status, headers);
    // Told of a length, `endWithoutBody` would wait for that much to be written.
    if (status === 205) this.#response.writeHeader("content-length", "0");
    else if (!isBodiless(status) && length !== undefined) this.#response.writeHeader("content-length", String(length));
    this.#writeClose();
  }

  #writeClose(): void {
    if (this.closesConnection) this.#response.writeHeader("connection", "close");
  }

  /**
   * Ends a response whose head is written already. The library can close the connection only where it writes the head
   * itself; here it is kept from reading anything more, and its timeout closes when the client does not.
   */
  #end(end: () => void): void {
    if (this.closesConnection) this.#response.pause();
    end();
  }

  protected override writeStart(status: number, headers: readonly HeaderLine[], length: number | undefined): void {
    this.#cork(() => {
      if (this.isHead || isBodiless(status)) return this.#writeSilentHead(status, headers, length);
      this.#writeHead(status, headers);
      this.#writeClose();
    });
    if (this.isHead || isBodiless(status)) return;
    const isMeasured = length !== undefined && length > 0 && !this.closesConnection;
    this.#streamed = isMeasured ? new MeasuredBody(this.#response, length) : new ChunkedBody(this.#response);
  }

  protected override writeBody(body: HttpBody): void | Promise<void> {
    if (this.#streamed?.endsWith(body) === true) {
      this.#resume();
      this.#isEnded = true;
    }
    const written = this.#streamed?.write(body);
    // A write that found the client behind has ended the pause.
    if (written !== undefined && this.#isPaused) {
      this.#isPaused = false;
      clearTimeout(this.#rest);
    }
    return written;
  }

  protected override writeEnd(): void {
    if (this.#isEnded) return;
    this.#resume();
    this.#cork(() => {
      if (this.#streamed === undefined) this.#end(() => this.#response.endWithoutBody());
      else this.#end(() => this.#response.end());
    });
  }

  #cork(write: () => void): void {
    if (this.#isInCallback) write();
    else this.#response.cork(write);
  }

  protected override cut(): void {
    const isThere = !this.#isEnded || this.#streamed?.isBehind === true;
    this.#streamed?.abandon();
    if (isThere) this.#response.close();
  }
}

function hasBody(request: HttpRequest): boolean {
  // The library tells a body by these two headers, whatever the method.
  return request.getHeader("content-length") !== "" || request.getHeader("transfer-encoding") !== "";
}
