import type { HttpRequest, HttpResponse } from "uWebSockets.js";

import type { Application, HeaderLine, Logger, Message } from "../../core/index.js";
import { HttpConnection } from "../http-connection.js";
import type { HttpBody, HttpRequestMessage } from "../http-messages.js";
import { announcedLength, checkHeaders, isFramingHeader } from "../response-headers.js";
import { UwsHttpScope } from "./request-scope.js";
import { isBodiless, statusLine } from "./status-line.js";
import { ChunkedBody, MeasuredBody, type StreamedBody } from "./streamed-body.js";

const noBody: Message = Object.freeze({ type: "http.request", body: new Uint8Array(0), moreBody: false });

/** What the connections of one server share. */
export interface HttpServerState {
  readonly application: Application;
  readonly log: Logger;
  /** Answers carry `Connection: close` from now on. */
  isDraining: boolean;
  openRequests: number;
  /** Called whenever a request is done. */
  readonly onRequestDone: () => void;
}

/** Answers one native request. The scope and the body are copied only as far as they outlive this callback. */
export function serveRequest(server: HttpServerState, response: HttpResponse, request: HttpRequest): void {
  let scope: UwsHttpScope;
  try {
    scope = new UwsHttpScope(request, response);
  } catch {
    // Only the path can be wrong this early.
    response.writeStatus("400 Bad Request").end("The path is not valid.", true);
    return;
  }
  new UwsHttpConnection(server, response, scope.method === "HEAD").run(request, scope);
}

/** One HTTP request on uWebSockets.js. */
class UwsHttpConnection extends HttpConnection {
  readonly #response: HttpResponse;
  readonly #server: HttpServerState;
  readonly #isHead: boolean;
  /** While the native callback runs, writes are packed by themselves; later they need a cork. */
  #isInCallback = true;
  #isReadingBody = false;
  #isPaused = false;
  #streamed: StreamedBody | undefined;

  constructor(server: HttpServerState, response: HttpResponse, isHead: boolean) {
    super(server.log, server.onRequestDone);
    this.#server = server;
    this.#response = response;
    this.#isHead = isHead;
    server.openRequests += 1;
  }

  run(request: HttpRequest, scope: UwsHttpScope): void {
    this.#isReadingBody = hasBody(request);
    if (this.#isReadingBody) {
      this.#response.onAborted(this.#onAborted);
      this.#startWithBody(scope);
      scope.detach();
    } else {
      void this.start(this.#server.application, scope, noBody);
      if (!this.isDone) {
        this.#response.onAborted(this.#onAborted);
        scope.detach();
      }
    }
    this.#isInCallback = false;
  }

  readonly #onAborted = (): void => {
    this.#streamed?.abandon();
    this.onGone();
  };

  /** The application starts with the first piece of the body, which the library gives after the request's callback. */
  #startWithBody(scope: UwsHttpScope): void {
    let isStarted = false;
    this.#response.onData((chunk, isLast) => {
      if (this.isDone) return;
      // The library takes its memory back after this callback.
      const message: HttpRequestMessage = {
        type: "http.request",
        body: new Uint8Array(chunk.slice(0)),
        moreBody: !isLast,
      };
      this.#isReadingBody = !isLast;
      const taken = isStarted ? this.deliver(message) : this.start(this.#server.application, scope, message);
      isStarted = true;
      if (taken !== undefined && !isLast) this.#holdBody(taken);
    });
  }

  /** Stops reading from the client until the application has taken what it got. */
  #holdBody(taken: Promise<void>): void {
    if (this.#isPaused || this.isDone) return;
    this.#isPaused = true;
    this.#response.pause();
    void taken.then(() => {
      if (!this.isDone) this.#resume();
    });
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#response.resume();
  }

  protected override writeResponse(status: number, headers: readonly HeaderLine[], body: HttpBody): void {
    const line = statusLine(status);
    checkHeaders(headers);
    if (this.#isInCallback) this.#writeWhole(status, line, headers, body);
    else this.#response.cork(() => this.#writeWhole(status, line, headers, body));
  }

  #writeWhole(status: number, line: string, headers: readonly HeaderLine[], body: HttpBody): void {
    const response = this.#response;
    const closes = this.#closesConnection();
    this.#writeHead(status, line, headers);
    if (isBodiless(status)) response.endWithoutBody(undefined, closes);
    else if (this.#isHead) response.endWithoutBody(announcedLength(headers) ?? byteLength(body), closes);
    else response.end(body, closes);
  }

  #writeHead(status: number, line: string, headers: readonly HeaderLine[]): void {
    if (status !== 200) this.#response.writeStatus(line);
    for (const [name, value] of headers) if (!isFramingHeader(name)) this.#response.writeHeader(name, value);
  }

  protected override writeStart(status: number, headers: readonly HeaderLine[]): void {
    const line = statusLine(status);
    checkHeaders(headers);
    const length = announcedLength(headers);
    this.#streamed = length === undefined ? new ChunkedBody(this.#response) : new MeasuredBody(this.#response, length);
    this.#response.cork(() => this.#writeHead(status, line, headers));
  }

  protected override writeBody(body: HttpBody): void | Promise<void> {
    return this.#isHead ? undefined : this.#streamed?.write(body);
  }

  protected override writeEnd(): void {
    this.#response.cork(() => {
      const closes = this.#closesConnection();
      if (this.#isHead) this.#response.endWithoutBody(undefined, closes);
      else this.#streamed?.end(closes);
    });
  }

  protected override cut(): void {
    this.#streamed?.abandon();
    this.#response.close();
  }

  /**
   * A body that was not read to its end still comes in. The connection cannot be used for a further request, and the
   * client that sends on must hear of it.
   */
  #closesConnection(): boolean {
    this.#resume();
    return this.#isReadingBody || this.#server.isDraining;
  }
}

function hasBody(request: HttpRequest): boolean {
  const method = request.getMethod();
  // The library tells a body by these two headers alone; for most requests one look is spared.
  if (method === "get" || method === "head") return false;
  return request.getHeader("content-length") !== "" || request.getHeader("transfer-encoding") !== "";
}

function byteLength(body: HttpBody): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
