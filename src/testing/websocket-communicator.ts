import { isDeepStrictEqual } from "node:util";

import type { Application, Handler, HeaderLine, Message } from "../core/index.js";
import type {
  WebSocketAcceptMessage,
  WebSocketCloseMessage,
  WebSocketHttpResponseMessage,
  WebSocketSendMessage,
} from "../protocol/index.js";
import { UnexpectedMessage } from "./errors.js";
import { patienceMs } from "./patience.js";
import { SentMessages } from "./sent-messages.js";
import { type TestScopeOptions, webSocketScope } from "./test-scope.js";

/** The handshake of a test. */
export interface TestHandshake extends TestScopeOptions {
  readonly subprotocols?: readonly string[];
}

/** What became of a handshake. */
export type HandshakeOutcome =
  | { readonly accepted: true; readonly subprotocol: string | undefined; readonly headers: readonly HeaderLine[] }
  | { readonly accepted: false; readonly status: number; readonly text: string };

/**
 * Opens one WebSocket on an application, without a server:
 *
 * ```ts
 * const socket = new WebSocketCommunicator(application, "/ws/rooms/lobby/");
 * await socket.connect();
 * await socket.sendJson({ action: "post", data: { text: "hello" } });
 * expect(await socket.receiveJson()).toMatchObject({ type: "chat.message" });
 * await socket.disconnect();
 * ```
 *
 * What the application throws is thrown by the next call that waits for it. A wait that times out leaves the
 * application running.
 */
export class WebSocketCommunicator {
  readonly #sent = new SentMessages();
  readonly #handler: Handler;

  constructor(application: Application, target: string, { subprotocols = [], ...options }: TestHandshake = {}) {
    const scope = webSocketScope(target, subprotocols, options);
    this.#handler = application(scope, (message) => this.#sent.add(message));
  }

  /** Asks for the handshake and tells what became of it. */
  async connect(timeoutMs = patienceMs()): Promise<HandshakeOutcome> {
    this.#give({ type: "websocket.connect" });
    const answer = await this.#sent.take("websocket.accept or websocket.close", timeoutMs);
    switch (answer.type) {
      case "websocket.accept": {
        const { subprotocol, headers = [] } = answer as WebSocketAcceptMessage;
        return { accepted: true, subprotocol, headers };
      }
      case "websocket.close":
        return { accepted: false, status: 403, text: (answer as WebSocketCloseMessage).reason ?? "" };
      case "websocket.http.response": {
        const { status, body = "" } = answer as WebSocketHttpResponseMessage;
        return { accepted: false, status, text: typeof body === "string" ? body : Buffer.from(body).toString() };
      }
      default:
        throw new UnexpectedMessage({ expected: "an answer to the handshake", got: answer });
    }
  }

  /** The client sends text or bytes. */
  send(data: string | Uint8Array): void {
    this.#give({ type: "websocket.receive", ...(typeof data === "string" ? { text: data } : { bytes: data }) });
  }

  /** The client sends JSON. */
  sendJson(value: unknown): void {
    this.send(JSON.stringify(value));
  }

  /** The next message for the client. Rejects with `UnexpectedMessage` for a close. */
  async receive(timeoutMs = patienceMs()): Promise<string | Uint8Array> {
    const message = await this.#sent.take("websocket.send", timeoutMs);
    const { text, bytes } = message as WebSocketSendMessage;
    const data = text ?? bytes;
    if (message.type !== "websocket.send" || data === undefined) {
      throw new UnexpectedMessage({ expected: "websocket.send with text or bytes", got: message });
    }
    return data;
  }

  /** The next message for the client, read as JSON. */
  async receiveJson(timeoutMs = patienceMs()): Promise<unknown> {
    const data = await this.receive(timeoutMs);
    if (typeof data !== "string") throw new UnexpectedMessage({ expected: "text", got: "bytes" });
    return JSON.parse(data) as unknown;
  }

  /** Takes messages until one equals `value` as JSON, and drops those before it. */
  async receiveUntil(value: unknown, timeoutMs = patienceMs()): Promise<void> {
    while (!isDeepStrictEqual(await this.receiveJson(timeoutMs), value));
  }

  /** Whether nothing comes for `forMs`. */
  receiveNothing(forMs = 50): Promise<boolean> {
    return this.#sent.isSilent(forMs);
  }

  /** The application closes the socket; tells how. The application then hears that it is closed. */
  async closed(timeoutMs = patienceMs()): Promise<{ readonly code: number; readonly reason: string }> {
    const message = await this.#sent.take("websocket.close", timeoutMs);
    if (message.type !== "websocket.close") throw new UnexpectedMessage({ expected: "websocket.close", got: message });
    const { code = 1000, reason = "" } = message as WebSocketCloseMessage;
    await this.disconnect(code, reason);
    return { code, reason };
  }

  /** The client closes, or is lost (1006). Resolves when the application has handled it. */
  async disconnect(code = 1000, reason = ""): Promise<void> {
    await this.#handler.handle({ type: "websocket.disconnect", code, reason });
  }

  #give(message: Message): void {
    try {
      this.#handler.handle(message)?.catch((thrown: unknown) => this.#sent.fail(thrown));
    } catch (thrown) {
      this.#sent.fail(thrown);
    }
  }
}
