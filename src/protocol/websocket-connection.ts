import type { Handler, HeaderLine, Message, Send } from "../core/index.js";
import { toError } from "../core/index.js";
import { CloseInvalid, MessageFieldInvalid, ProtocolViolation, SubprotocolNotOffered } from "./errors.js";
import type { HttpBody } from "./http-messages.js";
import type { OpenSocket } from "./open-socket.js";
import { checkHeaders, plainText } from "./response-headers.js";
import { checkBody, checkHead, describe } from "./response-message.js";
import type { ServedWebSocketScope } from "./served-scope.js";
import type { ServerState } from "./server-state.js";
import type { TopicPublisher, WebSocketTopics } from "./topics.js";
import type {
  WebSocketAcceptMessage,
  WebSocketCloseMessage,
  WebSocketDisconnectMessage,
  WebSocketHttpResponseMessage,
  WebSocketSendMessage,
} from "./websocket-messages.js";

const connect: Message = Object.freeze({ type: "websocket.connect" });
const noHeaders: readonly HeaderLine[] = [];

/** RFC 6455 §7.4.1. */
const closeCodes = { abnormal: 1006, internalError: 1011 } as const;

/**
 * One WebSocket from handshake to close, whatever the server library: checks the order of the application's messages
 * and leaves the wire to its subclass. Illegal orders throw `ProtocolViolation` back into the application.
 */
export abstract class WebSocketConnection implements OpenSocket, WebSocketTopics {
  protected readonly server: ServerState;
  #phase: "handshake" | "open" | "closed" = "handshake";
  #handler: Handler | undefined;
  #handshakeTimer: NodeJS.Timeout | undefined;
  readonly #subprotocols: readonly string[];

  constructor(server: ServerState, scope: ServedWebSocketScope) {
    this.server = server;
    scope.topics = this;
    this.#subprotocols = scope.subprotocols;
    server.sockets.add(this);
  }

  /** Completes the handshake; `headers` are checked. */
  protected abstract upgrade(subprotocol: string | undefined, headers: readonly HeaderLine[]): void;
  /** Answers the handshake with a plain response, which is checked. */
  protected abstract refuse(status: number, headers: readonly HeaderLine[], body: HttpBody): void;
  /** Sends one message. A promise means that the client is behind; it resolves when it has caught up or gone. */
  protected abstract write(data: string | Uint8Array): void | Promise<void>;
  /** Sends a close frame and closes. `onClosed` follows, now or later. */
  protected abstract closeWith(code: number, reason: string): void;
  /** Cuts an open socket without a word. `onClosed` follows, now or later. */
  protected abstract cutOpen(): void;

  /** Subscribes the open socket. */
  protected abstract subscribeTo(topic: string): void;
  protected abstract unsubscribeFrom(topic: string): void;

  get publisher(): TopicPublisher {
    return this.server.publisher;
  }

  subscribe(topic: string): boolean {
    if (this.#phase !== "open") return false;
    this.subscribeTo(topic);
    return true;
  }

  unsubscribe(topic: string): void {
    if (this.#phase === "open") this.unsubscribeFrom(topic);
  }

  /** Calls the application and tells it of the handshake. */
  protected start(scope: ServedWebSocketScope): void {
    try {
      this.#handler = this.server.application(scope, this.#send);
      this.#handler.handle(connect)?.catch((thrown: unknown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
    if (this.#phase !== "handshake") return;
    this.#handshakeTimer = setTimeout(() => {
      const { path, requestId } = scope;
      this.server.log.warn({ path, requestId }, "a WebSocket was neither accepted nor closed in time");
      this.#refuse(504, plainText, "The handshake took too long.");
    }, this.server.webSocket.handshakeTimeoutMs);
  }

  /** A message of the client. */
  protected onMessage(message: Message): void {
    if (this.#phase !== "open") return;
    try {
      this.#handler?.handle(message)?.catch((thrown: unknown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The socket is closed, or the client left during the handshake. Only the first call counts. */
  protected onClosed(code: number, reason: string): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#handshakeIsOver();
    const message: WebSocketDisconnectMessage = { type: "websocket.disconnect", code, reason };
    this.server.socketClosed(this, this.#tellDisconnect(message));
  }

  #handshakeIsOver(): void {
    clearTimeout(this.#handshakeTimer);
    // An open socket has no use for what the timer holds.
    this.#handshakeTimer = undefined;
  }

  goAway(code: number, reason: string): void {
    if (this.#phase === "open") this.closeWith(code, reason);
    else if (this.#phase === "handshake") this.#refuse(503, [["retry-after", "1"], ...plainText], reason);
  }

  cut(): void {
    if (this.#phase === "open") this.cutOpen();
    else this.goAway(closeCodes.abnormal, "");
  }

  /** Answers the handshake and tells the application that it is over. */
  #refuse(status: number, headers: readonly HeaderLine[], body: HttpBody): void {
    this.refuse(status, headers, body);
    this.onClosed(closeCodes.abnormal, "");
  }

  #tellDisconnect(message: WebSocketDisconnectMessage): Promise<void> | undefined {
    try {
      return this.#handler?.handle(message)?.catch((thrown: unknown) => this.#failedDisconnect(thrown));
    } catch (thrown) {
      this.#failedDisconnect(thrown);
      return undefined;
    }
  }

  #failedDisconnect(thrown: unknown): void {
    this.server.log.error({ err: toError(thrown) }, "an application failed while it handled a disconnect");
  }

  readonly #send: Send = (message) => {
    if (this.#phase === "closed") return;
    switch (message.type) {
      case "websocket.send":
        this.#expect("open", message);
        return this.write(dataOf(message as WebSocketSendMessage));
      case "websocket.accept":
        this.#expect("handshake", message);
        this.#accept(message as WebSocketAcceptMessage);
        return;
      case "websocket.close":
        this.#close(message as WebSocketCloseMessage);
        return;
      case "websocket.http.response": {
        const { status, headers = noHeaders, body = "" } = message as WebSocketHttpResponseMessage;
        this.#expect("handshake", message);
        checkHead(status, headers);
        checkBody(message, body);
        this.#refuse(status, headers, body);
        return;
      }
      default:
        throw this.#violation(message, "websocket.accept, websocket.send or websocket.close");
    }
  };

  #accept({ subprotocol, headers = noHeaders }: WebSocketAcceptMessage): void {
    if (subprotocol !== undefined && !this.#subprotocols.includes(subprotocol)) {
      throw new SubprotocolNotOffered({ subprotocol, offered: this.#subprotocols });
    }
    checkHeaders(headers);
    this.#handshakeIsOver();
    this.#phase = "open";
    this.upgrade(subprotocol, headers);
  }

  #close({ code = 1000, reason = "" }: WebSocketCloseMessage): void {
    if (!isSendableCloseCode(code) || Buffer.byteLength(reason) > 123) throw new CloseInvalid({ code, reason });
    if (this.#phase === "open") this.closeWith(code, reason);
    else this.#refuse(403, plainText, reason === "" ? "Forbidden" : reason);
  }

  #expect(phase: "handshake" | "open", message: Message): void {
    if (this.#phase === phase) return;
    const expected = this.#phase === "open" ? "websocket.send or websocket.close" : "websocket.accept first";
    throw this.#violation(message, expected);
  }

  #violation(message: Message, expected: string): ProtocolViolation {
    const state = this.#phase === "open" ? "the socket is open" : "the handshake is not answered";
    return new ProtocolViolation({ sent: message.type, state, expected });
  }

  #fail(thrown: unknown): void {
    this.server.log.error({ err: toError(thrown) }, "an application failed while it handled a socket");
    if (this.#phase === "open") this.closeWith(closeCodes.internalError, "Internal Error");
    else if (this.#phase === "handshake") this.#refuse(500, plainText, "Internal Server Error");
  }
}

/** The one of `text` and `bytes` that is there; the other may be null, as in ASGI (W5). */
function dataOf({ type, text, bytes }: WebSocketSendMessage): string | Uint8Array {
  if (typeof text === "string" && (bytes ?? undefined) === undefined) return text;
  if (bytes instanceof Uint8Array && (text ?? undefined) === undefined) return bytes;
  throw new MessageFieldInvalid({
    type,
    field: "text and bytes",
    given: `${describe(text)} and ${describe(bytes)}`,
    expected: "one of them: a string or a Uint8Array",
  });
}

/** What an endpoint may put into a close frame (RFC 6455 §7.4.1, §7.4.2). */
function isSendableCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}
