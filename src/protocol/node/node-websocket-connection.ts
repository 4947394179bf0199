import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { RawData, WebSocket, WebSocketServer } from "ws";

import type { HeaderLine } from "../../core/index.js";
import type { HttpBody } from "../http-messages.js";
import { isHandshakeHeader, plainText } from "../response-headers.js";
import { byteLength } from "../response-message.js";
import { ServedWebSocketScope } from "../served-scope.js";
import type { ServerState } from "../server-state.js";
import type { TopicTable } from "../topics.js";
import { WebSocketConnection } from "../websocket-connection.js";
import { refusalOf } from "../websocket-handshake.js";
import { flat } from "./node-http-connection.js";
import { NodeRequest } from "./node-request.js";

/** What the sockets of one server share, beyond `ServerState`. */
export interface WebSocketEngine {
  readonly library: WebSocketServer;
  /** The handshakes that are being completed: what they are answered with. */
  readonly answers: WeakMap<IncomingMessage, HandshakeAnswer>;
  /** The connections that are not HTTP any more, by their sockets. */
  readonly connections: Map<Socket, NodeWebSocketConnection>;
  readonly topics: TopicTable;
}

/** What the server adds to the answer of a handshake. */
export interface HandshakeAnswer {
  readonly subprotocol: string | undefined;
  readonly headers: readonly HeaderLine[];
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Begins the handshake of one WebSocket. */
export function serveUpgrade(server: ServerState, engine: WebSocketEngine, upgrade: Upgrade): void {
  const { request, socket } = upgrade;
  // A connection that breaks is told of by "close".
  socket.on("error", () => {});
  if (server.isDraining) return answer(upgrade, 503, plainText, "The server stops.");
  const native = new NodeRequest(request);
  const refusal = refusalOf(native);
  if (refusal !== undefined) return answer(upgrade, refusal.status, refusal.headers, refusal.body);
  let scope: ServedWebSocketScope;
  try {
    scope = new ServedWebSocketScope(server, native, native.rawPath);
  } catch {
    // Only the path can be wrong this early.
    return answer(upgrade, 400, plainText, "The path is not valid.");
  }
  new NodeWebSocketConnection(server, engine, scope, upgrade).run(scope);
}

/** Answers an upgrade by a plain response, and closes. */
function answer({ request, socket }: Upgrade, status: number, headers: readonly HeaderLine[], body: HttpBody): void {
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  response.on("finish", () => socket.destroySoon());
  response.writeHead(status, flat(headers, byteLength(body), true)).end(body);
}

/** One WebSocket on `ws`. */
export class NodeWebSocketConnection extends WebSocketConnection {
  readonly #engine: WebSocketEngine;
  /** What it is subscribed to. */
  #topics: Set<string> | undefined;
  /** What completes the handshake; dropped after it. */
  #upgrade: Upgrade | undefined;
  readonly #socket: Socket;
  #webSocket: WebSocket | undefined;
  #drained: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;
  /** How much had come when somebody last looked, and for how long nothing has. */
  #seenBytes = 0;
  #silentMs = 0;

  constructor(server: ServerState, engine: WebSocketEngine, scope: ServedWebSocketScope, upgrade: Upgrade) {
    super(server, scope);
    this.#engine = engine;
    this.#upgrade = upgrade;
    this.#socket = upgrade.socket;
    engine.connections.set(this.#socket, this);
    this.#socket.once("end", this.#onLeft).once("close", () => {
      engine.connections.delete(this.#socket);
      // From the handshake on the library says how the socket was closed.
      if (this.#webSocket === undefined) this.onClosed(1006, "");
    });
  }

  run(scope: ServedWebSocketScope): void {
    this.start(scope);
  }

  readonly #onLeft = (): void => {
    this.#upgrade = undefined;
    this.onClosed(1006, "");
    this.#socket.destroy();
  };

  protected override upgrade(subprotocol: string | undefined, headers: readonly HeaderLine[]): void {
    const upgrade = this.#upgrade;
    this.#upgrade = undefined;
    if (upgrade === undefined) return;
    const { request, socket, head } = upgrade;
    socket.off("end", this.#onLeft);
    this.#engine.answers.set(request, {
      subprotocol,
      headers: headers.filter(([name]) => !isHandshakeHeader(name)),
    });
    this.#engine.library.handleUpgrade(request, socket, head, (webSocket) => this.#opened(webSocket));
  }

  #opened(webSocket: WebSocket): void {
    this.#webSocket = webSocket;
    webSocket.on("message", (data: RawData, isBinary) => this.#received(data as Buffer, isBinary));
    webSocket.on("close", (code, reason) => this.onClosed(code, reason.toString()));
    // The library then closes the socket itself, with this code.
    webSocket.on("error", (error) => this.onClosed(codeOf(error), error.message));
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.onMessage(
      isBinary ? { type: "websocket.receive", bytes: data } : { type: "websocket.receive", text: data.toString() },
    );
  }

  protected override refuse(status: number, headers: readonly HeaderLine[], body: HttpBody): void {
    const upgrade = this.#upgrade;
    this.#upgrade = undefined;
    if (upgrade === undefined) return;
    this.#socket.off("end", this.#onLeft);
    answer(upgrade, status, headers, body);
  }

  protected override write(data: string | Uint8Array): void | Promise<void> {
    const webSocket = this.#webSocket;
    if (webSocket === undefined) return;
    if (webSocket.bufferedAmount > this.server.webSocket.maxBackpressureBytes) {
      this.server.log.warn("a WebSocket was cut: its client does not read and too much waits for it");
      this.cutOpen();
      return;
    }
    webSocket.send(data, { binary: typeof data !== "string" }, this.#onWritten);
    if (!this.#socket.writableNeedDrain) return;
    this.#drained ??= new Promise((resolve) => {
      this.#onDrained = resolve;
    });
    return this.#drained;
  }

  readonly #onWritten = (): void => {
    if (this.#onDrained !== undefined && this.#webSocket?.bufferedAmount === 0) this.#release();
  };

  #release(): void {
    const onDrained = this.#onDrained;
    this.#onDrained = undefined;
    this.#drained = undefined;
    onDrained?.();
  }

  protected override subscribeTo(topic: string): void {
    this.#engine.topics.add(topic, this);
    (this.#topics ??= new Set()).add(topic);
  }

  protected override unsubscribeFrom(topic: string): void {
    this.#engine.topics.delete(topic, this);
    this.#topics?.delete(topic);
  }

  /** A message of a topic; nobody waits for a client that is behind. */
  sendTopic(data: string | Uint8Array): void {
    void this.write(data);
  }

  protected override closeWith(code: number, reason: string): void {
    this.#webSocket?.close(code, reason);
    this.onClosed(code, reason);
  }

  protected override cutOpen(): void {
    this.#webSocket?.terminate();
    this.onClosed(1006, "");
  }

  protected override onClosed(code: number, reason: string): void {
    this.#release();
    for (const topic of this.#topics ?? []) this.#engine.topics.delete(topic, this);
    this.#topics = undefined;
    super.onClosed(code, reason);
  }

  /** Looked at every `passedMs`: pings a socket that is silent, and cuts it when it stays so for `limitMs`. */
  checkIdle(passedMs: number, limitMs: number): void {
    const { bytesRead } = this.#socket;
    this.#silentMs = bytesRead === this.#seenBytes ? this.#silentMs + passedMs : 0;
    this.#seenBytes = bytesRead;
    if (this.#webSocket === undefined || this.#silentMs < limitMs / 2) return;
    if (this.#silentMs >= limitMs) this.cutOpen();
    else if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }
}

/** The close code that belongs to an error of the library. */
function codeOf({ code = "" }: Error & { readonly code?: string }): number {
  if (code === "WS_ERR_INVALID_UTF8") return 1007;
  if (/^WS_ERR_UNSUPPORTED_.*LENGTH$/.test(code)) return 1009;
  return code.startsWith("WS_ERR_") ? 1002 : 1006;
}
