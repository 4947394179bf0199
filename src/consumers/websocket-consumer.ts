import {
  HotclubError,
  type Message,
  NotFound,
  type RouteParams,
  validate,
  type WebSocketScope,
} from "../core/index.js";
import type { GroupAddress, GroupJoined, GroupMissed, GroupPosition, PresenceChanged } from "../layers/index.js";
import type {
  ActionFrame,
  ErrorFrame,
  JoinedFrame,
  MissedFrame,
  ReplyFrame,
  WebSocketDisconnectMessage,
  WebSocketReceiveMessage,
} from "../protocol/index.js";
import type { Action, ActionTable } from "./action.js";
import { answerToPing, readAction } from "./client-message.js";
import { Consumer, type ConsumerContext } from "./consumer.js";
import { Cookies } from "./cookies.js";
import { errorResponse, isServerError, publicError } from "./error-response.js";
import { MessageRefused, UnknownAction } from "./errors.js";
import { arrived, failed } from "./hooks.js";
import { jsonText } from "./json-text.js";
import type { Origin } from "./mailbox.js";
import { withPlace } from "./placed-message.js";
import { presenceFrame } from "./presence-frame.js";
import { readResumePositions } from "./resume-positions.js";
import type { WebSocketResumeMessage } from "./remote/remote-messages.js";

/** How a socket is accepted. */
export interface AcceptOptions {
  /** One of `scope.subprotocols`. */
  readonly subprotocol?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Close codes that the framework uses (RFC 6455 §7.4.1). */
const policyViolation = 1008;
const internalError = 1011;

/**
 * Handles one WebSocket, from its handshake to its close.
 *
 * `connect` decides about the handshake: `accept()` or `close()`; an error thrown there refuses it with the error's
 * status. After that a client's messages come to `receive`, or, as JSON (`{"action": name, "data": …}`), to the
 * `actions` that the class declares (`actions = { post: action(schema, this.post) }`); messages of groups come to the methods named by their types. `disconnect` is called once, at the end, also when the
 * server stops.
 *
 * One message is handled at a time. A client may have at most `mailboxLimit` messages waiting, then it is closed with
 * 1008.
 */
export abstract class WebSocketConsumer<Params = RouteParams> extends Consumer<WebSocketScope> {
  /** How many messages of a client may wait while one is handled. */
  static readonly mailboxLimit: number = 1000;

  #phase: "handshake" | "open" | "closed" = "handshake";
  #cookies: Cookies | undefined;
  #positions: ReadonlyMap<string, GroupPosition> | undefined;

  constructor(context: ConsumerContext<WebSocketScope>) {
    super(context);
    // Nothing of a group reaches a socket that is not accepted.
    context.holdLayer();
  }

  /** The values captured from the path, converted. */
  get params(): Params {
    return this.scope.params as Params;
  }

  /** What the client sent with the handshake; what is set before `accept` goes back with it. */
  get cookies(): Cookies {
    return (this.#cookies ??= new Cookies(this.scope, this.services));
  }

  /** Whether the socket is accepted and not closed. */
  get isOpen(): boolean {
    return this.#phase === "open";
  }

  /** Decides about the handshake. This one accepts everybody. */
  connect(): void | Promise<void> {
    this.accept();
  }

  /**
   * Another process has run this socket's consumer until now: goes on where it was, in place of `connect`. The plain
   * data of `state` is there as it was after the last message, memberships hold; everything else is to be made again
   * here. Only sockets of routes with `remote` come to this.
   */
  resume(): void | Promise<void> {}

  /** A message of the client: a string, or bytes. This one reads it as an action. */
  receive(data: string | Uint8Array): void | Promise<void> {
    return this.#perform(readAction(data));
  }

  /** The socket is closed. 1005: the client gave no code; 1006: the connection was lost. */
  disconnect(_code: number, _reason: string): void | Promise<void> {}

  /** Completes the handshake. */
  accept({ subprotocol, headers = {} }: AcceptOptions = {}): void {
    // The client may have left while `connect` decided.
    if (this.#phase === "closed") return;
    this.#phase = "open";
    void this.send({
      type: "websocket.accept",
      ...(subprotocol !== undefined && { subprotocol }),
      headers: [...Object.entries(headers), ...(this.#cookies?.responseHeaders ?? [])],
    });
    this.mailbox.releaseLayer();
  }

  /** Ends the socket; before `accept`, refuses the handshake with 403. 3000–3499 and 4000–4499 invite the client back. */
  close(code = 1000, reason = ""): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.mailbox.drop();
    void this.send({ type: "websocket.close", code, reason });
  }

  /** Sends text. A promise means that the client is behind; await it to go at the client's pace. */
  sendText(text: string): void | Promise<void> {
    return this.send({ type: "websocket.send", text });
  }

  /** Sends bytes, as `sendText`. */
  sendBytes(bytes: Uint8Array): void | Promise<void> {
    return this.send({ type: "websocket.send", bytes });
  }

  /** Sends a value as JSON, as `sendText`. */
  sendJson(value: unknown): void | Promise<void> {
    const json = jsonText(value) ?? "null";
    const { place } = this;
    // So that a client which comes back can say how far it had come.
    return this.sendText(place === undefined ? json : withPlace(json, place));
  }

  /** Tells the client where it begins in a group's history; override it where the client does not want to know. */
  override "layer.joined"({ group, epoch, offset, recovered }: GroupJoined): void | Promise<void> {
    return this.sendJson({ type: "joined", group, epoch, offset, recovered } satisfies JoinedFrame);
  }

  /** Tells the client that it missed messages; override it where the client does not want to know. */
  override "layer.missed"({ group, epoch, offset }: GroupMissed): void | Promise<void> {
    return this.sendJson({ type: "missed", group, epoch, offset } satisfies MissedFrame);
  }

  /** Tells the client who is present; override it to show less, or nothing. */
  override "presence.changed"(message: PresenceChanged): void | Promise<void> {
    return this.sendJson(presenceFrame(message));
  }

  protected override cameFrom({ name }: GroupAddress): GroupPosition | undefined {
    this.#positions ??= readResumePositions(this.scope.queryString);
    return this.#positions.get(name);
  }

  "websocket.connect"(): void | Promise<void> {
    return this.connect();
  }

  "websocket.resume"(message: Message): void | Promise<void> {
    const { state } = message as WebSocketResumeMessage;
    this.#phase = "open";
    if (state !== undefined) Object.assign(this, { state });
    this.mailbox.releaseLayer();
    return this.resume();
  }

  "websocket.receive"(message: Message): void | Promise<void> {
    const { text, bytes } = message as WebSocketReceiveMessage;
    return this.receive(text ?? bytes ?? "");
  }

  async "websocket.disconnect"(message: Message): Promise<void> {
    const { code, reason } = message as WebSocketDisconnectMessage;
    try {
      await this.releaseChannel();
    } finally {
      await this.disconnect(code, reason);
    }
  }

  async #perform({ action: name, data, id }: ActionFrame): Promise<void> {
    try {
      const action = this.#actionNamed(name);
      const checked = await validate(action.schema, data, `The data of ${name}`);
      const outcome = await action.handler.call(this, checked as never);
      if (id !== undefined) await this.sendJson({ type: "reply", id, data: outcome ?? null } satisfies ReplyFrame);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (isServerError(error)) this.log.error({ err: error, action: name }, "an action failed");
      const { code, message, issues } = publicError(error, this.scope.requestId, this.services.debug);
      await this.sendJson({
        type: "error",
        action: name,
        ...(id !== undefined && { id }),
        error: { code, message, ...(issues && { issues }) },
      } satisfies ErrorFrame);
    }
  }

  #actionNamed(name: string): Action {
    // Subclasses declare them; declared here, each would have to say `override`.
    const { actions = {} } = this as { readonly actions?: ActionTable };
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new UnknownAction({ action: name, known: Object.keys(actions) });
    return action;
  }

  override [arrived](message: Message): void | Promise<void> {
    if (message.type === "websocket.disconnect") {
      this.#phase = "closed";
      this.announceEnd();
      this.mailbox.releaseLayer();
      void super[arrived](message);
      // A server that stops waits for what the consumer does about it.
      return this.mailbox.whenIdle();
    }
    if (this.#phase === "closed") return;
    // A client asks whether the line is there, not whether its turn has come.
    const pong = pongFor(this.constructor, (message as WebSocketReceiveMessage).text);
    if (pong !== undefined) return this.sendText(pong);
    if (this.mailbox.size >= (this.constructor as typeof WebSocketConsumer).mailboxLimit) {
      this.log.warn({ path: this.scope.path }, "a client sends faster than its messages are handled");
      return this.close(policyViolation, "Too many messages are waiting");
    }
    return super[arrived](message);
  }

  override [failed](error: Error, message: Message, origin: Origin): void | Promise<void> {
    if (isServerError(error)) this.log.error({ err: error, type: message.type }, "a socket's consumer failed");
    if (this.#phase === "handshake") return this.#refuse(error);
    // One bad message of a group must not end every socket that is a member.
    if (origin === "layer") return;
    this.close(closeCodeOf(error), closeReasonOf(error));
  }

  #refuse(error: Error): void {
    const { status, headers, body } = errorResponse(error, this.scope.requestId, this.services.debug);
    this.#phase = "closed";
    void this.send({ type: "websocket.http.response", status, headers, body });
  }
}

/** The answer to a client that asks whether the line is there; `undefined` for everything else that it may say. */
export function pongFor(consumerClass: { readonly prototype: object }, text: string | undefined): string | undefined {
  const { receive } = consumerClass.prototype as { readonly receive?: unknown };
  // Who reads messages in her own way may have another meaning for it.
  return receive === WebSocketConsumer.prototype.receive ? answerToPing(text) : undefined;
}

function closeCodeOf(error: Error): number {
  if (error instanceof MessageRefused || error instanceof NotFound) return error.closeCode;
  return error instanceof HotclubError && error.status < 500 ? error.closeCode : internalError;
}

function closeReasonOf(error: Error): string {
  if (isServerError(error)) return "Internal Error";
  return Buffer.from(error.message)
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD$/, "");
}
