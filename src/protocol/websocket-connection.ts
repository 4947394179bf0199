import type { Application, Handler, HeaderLine, Logger, Message, Send, WebSocketScope } from "../core/index.js";
import { toError } from "../core/index.js";
import { CloseInvalid, ProtocolViolation, SubprotocolNotOffered } from "./errors.js";
import type { HttpBody } from "./http-messages.js";
import type {
  WebSocketAcceptMessage,
  WebSocketCloseMessage,
  WebSocketDisconnectMessage,
  WebSocketHttpResponseMessage,
  WebSocketSendMessage,
} from "./websocket-messages.js";

const connect: Message = Object.freeze({ type: "websocket.connect" });
const noHeaders: readonly HeaderLine[] = [];
const plainText: readonly HeaderLine[] = [["content-type", "text/plain; charset=utf-8"]];

/** Why a socket cannot be written to (RFC 6455 §7.4.1 has the codes). */
const internalError = 1011;

/**
 * One WebSocket from handshake to close, whatever the server library: checks the order of the application's messages
 * and leaves the wire to its subclass. Illegal orders throw `ProtocolViolation` back into the application.
 */
export abstract class WebSocketConnection {
  #phase: "handshake" | "open" | "closed" = "handshake";
  #handler: Handler | undefined;
  #ending: Promise<void> | undefined;
  readonly #subprotocols: readonly string[];
  readonly #log: Logger;

  constructor(scope: WebSocketScope, log: Logger) {
    this.#subprotocols = scope.subprotocols;
    this.#log = log;
  }

  /** Completes the handshake. */
  protected abstract upgrade(subprotocol: string | undefined, headers: readonly HeaderLine[]): void;
  /** Answers the handshake with a plain response. */
  protected abstract refuse(status: number, headers: readonly HeaderLine[], body: HttpBody): void;
  /** Sends one message. A promise means that the client is behind; it resolves when it has caught up or gone. */
  protected abstract write(data: string | Uint8Array): void | Promise<void>;
  /** Sends a close frame and closes. The subclass then calls `onClosed`. */
  protected abstract closeWith(code: number, reason: string): void;

  /** Whether the handshake is not answered yet. */
  get isHandshaking(): boolean {
    return this.#phase === "handshake";
  }

  get isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Settles when the application has handled the disconnect; `undefined` before that began. */
  get ending(): Promise<void> | undefined {
    return this.#ending;
  }

  /** Calls the application and tells it of the handshake. */
  protected start(application: Application, scope: WebSocketScope): void {
    try {
      this.#handler = application(scope, this.#send);
      const handled = this.#handler.handle(connect);
      if (handled !== undefined) handled.catch(this.#fail);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** A message of the client. */
  protected onMessage(message: Message): void {
    try {
      const handled = this.#handler?.handle(message);
      if (handled !== undefined) handled.catch(this.#fail);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The socket is closed, or the client left during the handshake. */
  protected onClosed(code: number, reason: string): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    const message: WebSocketDisconnectMessage = { type: "websocket.disconnect", code, reason };
    this.#ending = this.#tellDisconnect(message);
  }

  /** Closes from the server's side: with a code when open, with 503 during the handshake. */
  goAway(code: number, reason: string): void {
    if (this.#phase === "open") this.closeWith(code, reason);
    else if (this.#phase === "handshake") this.refuseAndEnd(503, [["retry-after", "1"], ...plainText], reason);
  }

  /** Refuses the handshake from the server's side, telling the application that it is over. */
  protected refuseAndEnd(status: number, headers: readonly HeaderLine[], body: HttpBody): void {
    this.refuse(status, headers, body);
    this.onClosed(1006, "");
  }

  async #tellDisconnect(message: WebSocketDisconnectMessage): Promise<void> {
    try {
      await this.#handler?.handle(message);
    } catch (thrown) {
      this.#log.error({ err: toError(thrown) }, "an application failed while it handled a disconnect");
    }
  }

  readonly #send: Send = (message) => {
    if (this.#phase === "closed") return;
    switch (message.type) {
      case "websocket.send": {
        const { text, bytes } = message as WebSocketSendMessage;
        this.#expect("open", message);
        const data = text ?? bytes;
        if (data === undefined) throw this.#violation(message, "text or bytes");
        return this.write(data);
      }
      case "websocket.accept": {
        const { subprotocol, headers = noHeaders } = message as WebSocketAcceptMessage;
        this.#expect("handshake", message);
        if (subprotocol !== undefined && !this.#subprotocols.includes(subprotocol)) {
          throw new SubprotocolNotOffered({ subprotocol, offered: this.#subprotocols });
        }
        this.#phase = "open";
        this.upgrade(subprotocol, headers);
        return;
      }
      case "websocket.close": {
        const { code = 1000, reason = "" } = message as WebSocketCloseMessage;
        if (!isSendableCloseCode(code) || Buffer.byteLength(reason) > 123) throw new CloseInvalid({ code, reason });
        if (this.#phase === "open") this.closeWith(code, reason);
        else this.refuseAndEnd(403, plainText, reason === "" ? "Forbidden" : reason);
        return;
      }
      case "websocket.http.response": {
        const { status, headers = noHeaders, body = "" } = message as WebSocketHttpResponseMessage;
        this.#expect("handshake", message);
        this.refuseAndEnd(status, headers, body);
        return;
      }
      default:
        throw this.#violation(message, "websocket.accept, websocket.send or websocket.close");
    }
  };

  #expect(phase: "handshake" | "open", message: Message): void {
    if (this.#phase === phase) return;
    const expected = this.#phase === "open" ? "websocket.send or websocket.close" : "websocket.accept first";
    throw this.#violation(message, expected);
  }

  #violation(message: Message, expected: string): ProtocolViolation {
    const state = this.#phase === "open" ? "the socket is open" : "the handshake is not answered";
    return new ProtocolViolation({ sent: message.type, state, expected });
  }

  readonly #fail = (thrown: unknown): void => {
    this.#log.error({ err: toError(thrown) }, "an application failed while it handled a socket");
    if (this.#phase === "open") this.closeWith(internalError, "Internal Error");
    else if (this.#phase === "handshake") this.refuseAndEnd(500, plainText, "Internal Server Error");
  };
}

/** What an endpoint may put into a close frame (RFC 6455 §7.4.1, §7.4.2). */
function isSendableCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}
