import type { HttpRequest, HttpResponse, us_socket_context_t, WebSocket } from "uWebSockets.js";

import type { HeaderLine } from "../../core/index.js";
import type { HttpBody } from "../http-messages.js";
import { isHandshakeHeader, isServerHeader } from "../response-headers.js";
import { ServedWebSocketScope } from "../served-scope.js";
import type { ServerState } from "../server-state.js";
import { WebSocketConnection } from "../websocket-connection.js";
import { refusalOf } from "../websocket-handshake.js";
import type { WebSocketReceiveMessage } from "../websocket-messages.js";
import { refuse } from "./refuse.js";
import { statusLine } from "./status-line.js";
import { UwsRequest } from "./uws-request.js";

/** The library hangs this on each of its sockets. */
export interface SocketData {
  readonly connection: UwsWebSocketConnection;
}

/** Begins the handshake of one WebSocket. */
export function serveUpgrade(
  server: ServerState,
  response: HttpResponse,
  request: HttpRequest,
  context: us_socket_context_t,
): void {
  if (server.isDraining) return refuse(response, 503, "The server stops.");
  const native = new UwsRequest(request, response);
  let scope: ServedWebSocketScope;
  try {
    scope = new ServedWebSocketScope(server, native, request.getUrl());
  } catch {
    // Only the path can be wrong this early.
    return refuse(response, 400, "The path is not valid.");
  }
  // A socket outlives its handshake, and so does its scope.
  native.keep();
  const refusal = refusalOf(native);
  if (refusal !== undefined) return refuse(response, refusal.status, refusal.body, refusal.headers);
  new UwsWebSocketConnection(server, scope, {
    response,
    context,
    key: native.get("sec-websocket-key") ?? "",
    extensions: native.getAll("sec-websocket-extensions").join(","),
    isInCallback: true,
  }).run(scope);
}

/** One WebSocket on uWebSockets.js. */
export class UwsWebSocketConnection extends WebSocketConnection {
  /** What completes the handshake; dropped after it. */
  #handshake: Handshake | undefined;
  #socket: WebSocket<SocketData> | undefined;
  #drained: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(server: ServerState, scope: ServedWebSocketScope, handshake: Handshake) {
    super(server, scope);
    this.#handshake = handshake;
    handshake.response.onAborted(() => {
      this.#handshake = undefined;
      this.onClosed(1006, "");
    });
  }

  run(scope: ServedWebSocketScope): void {
    this.start(scope);
    if (this.#handshake !== undefined) this.#handshake.isInCallback = false;
  }

  /** The library has made the socket. */
  opened(socket: WebSocket<SocketData>): void {
    this.#socket = socket;
  }

  received(data: ArrayBuffer, isBinary: boolean): void {
    if (data.byteLength > this.server.webSocket.maxMessageBytes) {
      this.closeWith(1009, "Message too big");
      return;
    }
    // The library takes its memory back after this callback; text is copied by decoding it.
    const message: WebSocketReceiveMessage = isBinary
      ? { type: "websocket.receive", bytes: new Uint8Array(data.slice(0)) }
      : { type: "websocket.receive", text: Buffer.from(data).toString() };
    this.onMessage(message);
  }

  drainedTo(bufferedBytes: number): void {
    if (bufferedBytes === 0) this.#onDrained?.();
  }

  closed(code: number, reason: ArrayBuffer): void {
    this.#socket = undefined;
    this.#onDrained?.();
    const text = Buffer.from(reason).toString();
    this.onClosed(code === 1006 ? codeOf(text) : code, text);
  }

  protected override upgrade(subprotocol: string | undefined, headers: readonly HeaderLine[]): void {
    this.#answer(({ response, key, extensions, context }) => {
      const own = headers.filter(([name]) => !isHandshakeHeader(name));
      // Written before the library writes its own; it adds the 101 and the WebSocket headers.
      if (own.length > 0) response.writeStatus("101 Switching Protocols");
      for (const [name, value] of own) response.writeHeader(name, value);
      response.upgrade<SocketData>({ connection: this }, key, subprotocol ?? "", extensions, context);
    });
  }

  protected override refuse(status: number, headers: readonly HeaderLine[], body: HttpBody): void {
    this.#answer(({ response }) => {
      response.writeStatus(statusLine(status));
      for (const [name, value] of headers) if (!isServerHeader(name)) response.writeHeader(name, value);
      response.end(body, true);
    });
  }

  #answer(write: (handshake: Handshake) => void): void {
    const handshake = this.#handshake;
    this.#handshake = undefined;
    if (handshake === undefined) return;
    if (handshake.isInCallback) write(handshake);
    else handshake.response.cork(() => write(handshake));
  }

  protected override write(data: string | Uint8Array): void | Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    // The last argument asks for compression, which happens only where it was negotiated. It must always be true: the
    // library's other way for messages of 16 KiB and more loses bytes of those that the client does not take at once.
    const outcome = socket.send(data, typeof data !== "string", true);
    if (outcome === sendOutcome.sent) return;
    if (outcome === sendOutcome.dropped) {
      // The library has closed it.
      this.server.log.warn("a WebSocket was cut: its client does not read and too much waits for it");
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

  protected override subscribeTo(topic: string): void {
    this.#socket?.subscribe(topic);
  }

  protected override unsubscribeFrom(topic: string): void {
    this.#socket?.unsubscribe(topic);
  }

  protected override closeWith(code: number, reason: string): void {
    this.#socket?.end(code, reason);
  }

  protected override cutOpen(): void {
    this.#socket?.close();
  }
}

interface Handshake {
  readonly response: HttpResponse;
  readonly context: us_socket_context_t;
  readonly key: string;
  readonly extensions: string;
  isInCallback: boolean;
}

/** What the library's `send` returns; 0 is "taken, but the client is behind". */
const sendOutcome = { sent: 1, dropped: 2 } as const;

/** The close code for what the library cuts a socket for; it says that in words, and nothing to the client. */
function codeOf(reason: string): number {
  if (/utf-8/i.test(reason)) return 1007;
  return /too big/i.test(reason) ? 1009 : 1006;
}
