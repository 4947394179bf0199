import type { HttpRequest, HttpResponse, us_socket_context_t, WebSocket } from "uWebSockets.js";

import type { Application, HeaderLine, Logger } from "../../core/index.js";
import type { HttpBody } from "../http-messages.js";
import { checkHeaders, isFramingHeader } from "../response-headers.js";
import { WebSocketConnection } from "../websocket-connection.js";
import type { WebSocketReceiveMessage } from "../websocket-messages.js";
import { UwsWebSocketScope } from "./request-scope.js";
import { statusLine } from "./status-line.js";

/** The library hangs this on each of its sockets. */
export interface SocketData {
  readonly connection: UwsWebSocketConnection;
}

/** What the sockets of one server share. */
export interface WebSocketServerState {
  readonly application: Application;
  readonly log: Logger;
  readonly handshakeTimeoutMs: number;
  /** Handshakes are refused from now on; they may still come over kept connections. */
  isDraining: boolean;
  /** Every connection from its handshake to its close. */
  readonly connections: Set<UwsWebSocketConnection>;
  /** Called whenever a connection has closed. */
  readonly onConnectionClosed: (connection: UwsWebSocketConnection) => void;
}

/** Begins the handshake of one WebSocket. */
export function serveUpgrade(
  server: WebSocketServerState,
  response: HttpResponse,
  request: HttpRequest,
  context: us_socket_context_t,
): void {
  if (server.isDraining) {
    response.writeStatus("503 Service Unavailable").end("The server stops.", true);
    return;
  }
  let scope: UwsWebSocketScope;
  try {
    scope = new UwsWebSocketScope(request, response);
  } catch {
    // Only the path can be wrong this early.
    response.writeStatus("400 Bad Request").end("The path is not valid.", true);
    return;
  }
  new UwsWebSocketConnection(server, scope, response, request, context).run(scope);
}

/** One WebSocket on uWebSockets.js. */
export class UwsWebSocketConnection extends WebSocketConnection {
  readonly #server: WebSocketServerState;
  /** What completes the handshake; dropped after it. */
  #handshake: Handshake | undefined;
  #socket: WebSocket<SocketData> | undefined;
  #drained: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(
    server: WebSocketServerState,
    scope: UwsWebSocketScope,
    response: HttpResponse,
    request: HttpRequest,
    context: us_socket_context_t,
  ) {
    super(scope, server.log);
    this.#server = server;
    this.#handshake = {
      response,
      context,
      key: request.getHeader("sec-websocket-key"),
      extensions: request.getHeader("sec-websocket-extensions"),
      isInCallback: true,
      timer: undefined,
    };
    server.connections.add(this);
    response.onAborted(() => {
      this.#endHandshake();
      this.onClosed(1006, "");
    });
  }

  run(scope: UwsWebSocketScope): void {
    this.start(this.#server.application, scope);
    if (this.#handshake === undefined) return;
    this.#handshake.isInCallback = false;
    this.#handshake.timer = setTimeout(() => {
      this.#server.log.warn(
        { path: scope.path, requestId: scope.requestId },
        "a WebSocket was neither accepted nor closed in time",
      );
      this.refuseAndEnd(504, [["content-type", "text/plain; charset=utf-8"]], "The handshake took too long.");
    }, this.#server.handshakeTimeoutMs);
  }

  /** The library has made the socket. */
  opened(socket: WebSocket<SocketData>): void {
    this.#socket = socket;
  }

  received(data: ArrayBuffer, isBinary: boolean): void {
    // The library takes its memory back after this callback; text is copied by decoding it.
    const message: WebSocketReceiveMessage = isBinary
      ? { type: "websocket.receive", bytes: new Uint8Array(data.slice(0)) }
      : { type: "websocket.receive", text: Buffer.from(data).toString() };
    this.onMessage(message);
  }

  drainedTo(bufferedBytes: number): void {
    if (bufferedBytes > 0) return;
    this.#onDrained?.();
  }

  closed(code: number, reason: ArrayBuffer): void {
    this.#socket = undefined;
    this.#onDrained?.();
    this.onClosed(code, Buffer.from(reason).toString());
  }

  protected override onClosed(code: number, reason: string): void {
    super.onClosed(code, reason);
    this.#server.onConnectionClosed(this);
  }

  protected override upgrade(subprotocol: string | undefined, headers: readonly HeaderLine[]): void {
    checkHeaders(headers);
    this.#answer(({ response, key, extensions, context }) => {
      // Written before the library writes its own; it adds the 101 and the WebSocket headers.
      if (headers.length > 0) {
        response.writeStatus("101 Switching Protocols");
        for (const [name, value] of headers) response.writeHeader(name, value);
      }
      response.upgrade<SocketData>({ connection: this }, key, subprotocol ?? "", extensions, context);
    });
  }

  protected override refuse(status: number, headers: readonly HeaderLine[], body: HttpBody): void {
    const line = statusLine(status);
    checkHeaders(headers);
    this.#answer(({ response }) => {
      response.writeStatus(line);
      for (const [name, value] of headers) if (!isFramingHeader(name)) response.writeHeader(name, value);
      response.end(body, true);
    });
  }

  #answer(write: (handshake: Handshake) => void): void {
    const handshake = this.#endHandshake();
    if (handshake === undefined) return;
    if (handshake.isInCallback) write(handshake);
    else handshake.response.cork(() => write(handshake));
  }

  #endHandshake(): Handshake | undefined {
    const handshake = this.#handshake;
    this.#handshake = undefined;
    clearTimeout(handshake?.timer);
    return handshake;
  }

  protected override write(data: string | Uint8Array): void | Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    const outcome = socket.send(data, typeof data !== "string");
    if (outcome === sendOutcome.sent) return;
    if (outcome === sendOutcome.dropped) {
      this.#server.log.warn("a WebSocket was cut: its client does not read and too much waits for it");
      socket.close();
      return;
    }
    this.#drained ??= new Promise((resolve) => {
      this.#onDrained = () => {
        this.#drained = undefined;
        this.#onDrained = undefined;
        resolve();
      };
    });
    return this.#drained;
  }

  protected override closeWith(code: number, reason: string): void {
    this.#socket?.end(code, reason);
  }

  /** Ends the socket without a word. */
  cut(): void {
    this.#socket?.close();
    if (this.isHandshaking) this.refuseAndEnd(503, [], "");
  }
}

interface Handshake {
  readonly response: HttpResponse;
  readonly context: us_socket_context_t;
  readonly key: string;
  readonly extensions: string;
  isInCallback: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** What the library's `send` returns; 0 is "taken, but the client is behind". */
const sendOutcome = { sent: 1, dropped: 2 } as const;
