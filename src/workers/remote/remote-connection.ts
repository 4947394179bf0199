import { type ConsumerClass, pongFor, topicsOf } from "../../consumers/index.js";
import {
  getLogger,
  type Handler,
  type HttpScope,
  type Message,
  type Send,
  toError,
  type WebSocketScope,
} from "../../core/index.js";
import type { HttpRequestMessage, WebSocketReceiveMessage } from "../../protocol/index.js";
import { NoRemoteWorker, RemoteConsumerFailed, RemoteWorkerLost } from "../errors.js";
import type { ChannelCall, FrontFrame, PackedScope, Resume, WorkerFrame } from "./frames.js";
import { Gate } from "./gate.js";
import { isLast } from "./is-last.js";
import { KeptChannels } from "./kept-channels.js";
import { packScope } from "./packed-scope.js";
import type { RemoteTiming } from "./remote-timing.js";
import { type Unhandled, UnhandledMessages } from "./unhandled-messages.js";

/** A worker, as a connection sees it. */
export interface ConnectedWorker {
  readonly name: string;
  post(frame: FrontFrame): void | Promise<void>;
}

/** What the connections of a process share. */
export interface ConnectionHome {
  readonly timing: RemoteTiming;
  /** Finds a worker, now or later, and calls `attach`. */
  assign(connection: RemoteConnection): void;
  /** The connection needs no worker any more. */
  ended(connection: RemoteConnection): void;
}

/** As many messages of a client or of groups may wait for the consumer as for one that runs inline. */
const maxUnhandled = 1000;
/** How much of a request's body is under way before its sender is asked to wait. */
const maxBodyBytesUnderWay = 512 * 1024;
/** A request can be handled again by another worker if no more than this has come of it. */
const maxKeptBytes = 256 * 1024;

/** Methods that may be done twice with the effect of once (RFC 9110 §9.2.2). */
const idempotent = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

const policyViolation = 1008;
const internalError = 1011;
const tryAgainLater = 1013;

/**
 * One request or socket in the process that holds it, while its consumer runs in a worker. Keeps what the consumer has
 * not handled, the groups it has joined and the state it has saved, so that another worker can go on with all of it.
 */
export class RemoteConnection implements Handler {
  readonly pool: string;
  readonly #home: ConnectionHome;
  readonly #scope: PackedScope;
  readonly #send: Send;
  readonly #consumer: ConsumerClass;
  readonly #unhandled = new UnhandledMessages();
  readonly #channels: KeptChannels;
  readonly #bodyTaken = new Gate();
  readonly #over = new Gate();
  #worker: ConnectedWorker | undefined;
  /** The number of this connection at the worker. */
  #number = 0;
  #waitTimer: NodeJS.Timeout | undefined;
  #state: unknown;
  /** `new` until the consumer has answered; `open` from `accept` or the first byte of a response; `over` at its end. */
  #phase: "new" | "open" | "over" = "new";
  #isConnected = false;
  #isGone = false;
  /** No worker came in time. */
  #isGivenUp = false;
  #keptBytes = 0;
  #bodyBytesUnderWay = 0;

  constructor(
    home: ConnectionHome,
    pool: string,
    scope: HttpScope | WebSocketScope,
    send: Send,
    consumer: ConsumerClass,
  ) {
    this.#home = home;
    this.pool = pool;
    this.#scope = packScope(scope);
    this.#send = send;
    this.#consumer = consumer;
    this.#channels = new KeptChannels(
      topicsOf(scope),
      () => this.#unhandled.size,
      (message, layer) => this.#forward(message, layer),
    );
  }

  /** A message of the protocol server. */
  handle(message: Message): void | Promise<void> {
    if (this.#phase === "over" && !message.type.endsWith(".disconnect")) return;
    switch (message.type) {
      case "http.request":
        return this.#takeRequest(message as HttpRequestMessage);
      case "websocket.receive":
        return this.#takeFromClient(message as WebSocketReceiveMessage);
      case "http.disconnect":
      case "websocket.disconnect":
        return this.#takeDisconnect(message);
      default:
        this.#forward(message);
    }
  }

  /** A worker is there: it starts the consumer, or goes on where another was. */
  attach(worker: ConnectedWorker, number: number): void {
    clearTimeout(this.#waitTimer);
    this.#worker = worker;
    this.#number = number;
    void worker.post({
      k: "open",
      c: number,
      scope: this.#scope,
      ...(this.#isConnected && { resume: this.#resume() }),
    });
    for (const unhandled of this.#unhandled) this.#post(worker, unhandled);
  }

  #resume(): Resume {
    const { watched } = this.#channels;
    return {
      ...(this.#state !== undefined && { state: this.#state }),
      ...(watched.length > 0 && { watched }),
    };
  }

  /** The worker is gone, or has let go. */
  detach(): void {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    if (this.#phase === "over" && !this.#owesDisconnect) return this.#end();
    if (this.#scope.type === "http" && !this.#canRepeat()) {
      return this.#fail(new RemoteWorkerLost({ worker: worker.name }));
    }
    this.#unhandled.takenOver();
    this.#bodyBytesUnderWay = 0;
    this.#bodyTaken.open();
    this.waitForWorker();
  }

  /** Whether the consumer of a socket has not heard yet that the client is gone. */
  get #owesDisconnect(): boolean {
    return this.#scope.type === "websocket" && this.#isGone && this.#isConnected && this.#unhandled.size > 0;
  }

  /** Asks for a worker; gives up after a while. */
  waitForWorker(): void {
    const { timing } = this.#home;
    const waitedMs = this.#isConnected ? timing.resumeTimeoutMs : timing.openTimeoutMs;
    clearTimeout(this.#waitTimer);
    this.#waitTimer = setTimeout(() => this.#fail(new NoRemoteWorker({ pool: this.pool, waitedMs })), waitedMs);
    this.#home.assign(this);
  }

  /** A frame of the worker that has this connection. */
  receive(frame: WorkerFrame): void {
    switch (frame.k) {
      case "send":
        if (this.#unhandled.answers(frame.n)) this.#answer(frame.m);
        return;
      case "handled":
        return this.#handled(frame.n, frame.state);
      case "taken":
        this.#bodyBytesUnderWay -= frame.bytes;
        if (this.#bodyBytesUnderWay < maxBodyBytesUnderWay) this.#bodyTaken.open();
        return;
      case "call":
        void this.#call(frame.id, frame.call);
        return;
      case "released":
        return this.detach();
      case "ended":
        this.#worker = undefined;
        return this.#end();
      case "failed":
        return this.#fail(new RemoteConsumerFailed({ reason: frame.reason }));
    }
  }

  #takeFromClient(message: WebSocketReceiveMessage): void {
    // A client asks whether the line is there; the line ends here.
    const pong = pongFor(this.#consumer, message.text);
    if (pong !== undefined) return this.#answer({ type: "websocket.send", text: pong });
    if (this.#unhandled.size >= maxUnhandled) {
      return this.#close(policyViolation, "Too many messages are waiting");
    }
    this.#forward(message);
  }

  #takeRequest(message: HttpRequestMessage): void | Promise<void> {
    const size = message.body.byteLength;
    this.#keptBytes += size;
    this.#bodyBytesUnderWay += size;
    this.#forward(message);
    if (this.#keptBytes > maxKeptBytes) this.#unhandled.clear();
    if (!message.moreBody) return this.#over.wait();
    if (this.#bodyBytesUnderWay >= maxBodyBytesUnderWay) return this.#bodyTaken.wait();
  }

  #takeDisconnect(message: Message): void | Promise<void> {
    this.#isGone = true;
    this.#phase = "over";
    // Memberships end with the client, not when the worker has heard of it.
    this.#channels.close();
    if (this.#worker === undefined && (!this.#isConnected || this.#isGivenUp)) return this.#end();
    this.#forward(message);
    return this.#over.wait();
  }

  #forward(message: Message, layer?: string): Unhandled {
    const unhandled = this.#unhandled.add(message, layer);
    if (this.#worker !== undefined) this.#post(this.#worker, unhandled);
    return unhandled;
  }

  #post(worker: ConnectedWorker, { n, message, layer }: Unhandled): void {
    void worker.post({ k: "message", c: this.#number, n, m: message, ...(layer !== undefined && { layer }) });
  }

  #handled(n: number, state: unknown): void {
    this.#unhandled.handled(n);
    // The first message of a socket is its handshake.
    this.#isConnected ||= this.#scope.type === "websocket" && !this.#unhandled.has(1);
    if (state !== undefined) this.#state = state;
    this.#channels.moved();
  }

  #answer(message: Message): void {
    if (this.#isGone) return;
    this.#phase = "open";
    if (isLast(message)) this.#phase = "over";
    try {
      const behind = this.#send(message);
      if (behind !== undefined) this.#holdBack(behind);
    } catch (thrown) {
      getLogger().error(
        { err: toError(thrown), requestId: this.#scope.requestId },
        "a remote consumer broke the protocol",
      );
      this.#fail(toError(thrown));
    }
    if (this.#phase === "over" && this.#scope.type === "http") this.#over.open();
  }

  #holdBack(behind: Promise<void>): void {
    const worker = this.#worker;
    const c = this.#number;
    void worker?.post({ k: "behind", c });
    void behind.then(() => worker?.post({ k: "ready", c }));
  }

  async #call(id: number, call: ChannelCall): Promise<void> {
    const worker = this.#worker;
    const c = this.#number;
    try {
      const value = await this.#channels.perform(call);
      void worker?.post({ k: "reply", c, id, value });
    } catch (thrown) {
      void worker?.post({ k: "reply", c, id, error: toError(thrown).message });
    }
  }

  #canRepeat(): boolean {
    return this.#phase === "new" && idempotent.has(this.#scope.method) && this.#keptBytes <= maxKeptBytes;
  }

  /** Answers the client in place of the consumer, and ends. */
  #fail(error: Error): void {
    if (this.#isGone) return this.#end();
    this.#isGivenUp = error instanceof NoRemoteWorker;
    getLogger().warn(
      { err: error, requestId: this.#scope.requestId, path: this.#scope.path },
      "a remote consumer was lost",
    );
    if (this.#scope.type === "websocket" && this.#phase === "open") {
      return this.#close(this.#isGivenUp ? tryAgainLater : internalError, "The worker is gone");
    }
    if (this.#phase === "new") {
      this.#answer(refusal(this.#scope, error instanceof RemoteConsumerFailed ? 500 : 503));
      return this.#end();
    }
    // Half a response was sent: only a broken connection tells the client.
    this.#over.fail(error);
    this.#end();
  }

  #close(code: number, reason: string): void {
    this.#answer({ type: "websocket.close", code, reason });
  }

  #end(): void {
    clearTimeout(this.#waitTimer);
    this.#phase = "over";
    this.#isGone = true;
    this.#unhandled.clear();
    this.#channels.close();
    this.#bodyTaken.open();
    void this.#worker?.post({ k: "drop", c: this.#number });
    this.#worker = undefined;
    this.#home.ended(this);
    this.#over.open();
  }
}

function refusal({ type, requestId }: PackedScope, status: 500 | 503): Message {
  const text = status === 503 ? "Service Unavailable" : "Internal Server Error";
  const headers = [["content-type", "text/plain; charset=utf-8"]];
  if (status === 503) headers.push(["retry-after", "1"]);
  const body = `${text} (request ${requestId})`;
  return { type: type === "http" ? "http.response" : "websocket.http.response", status, headers, body };
}
