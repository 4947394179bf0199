import type { Handler, HttpScope, Message, Send } from "../core/index.js";
import type { Upload } from "./body-pace.js";
import type { HttpRequestMessage } from "./http-messages.js";
import { IncomingBody } from "./incoming-body.js";
import type { ServerState } from "./server-state.js";

/**
 * How much of a body is kept for an application that is busy where the library cannot hold the client back: the
 * response to the same request is behind, and the library cannot stop reading apart from writing.
 */
const maxKeptBytes = 16_777_216;

/** The half of an HTTP connection that hands the request to the application, piece by piece, at its pace. */
export abstract class HttpIntake implements Upload {
  protected readonly server: ServerState;
  #handler: Handler | undefined;
  /** How many calls of the handler have not ended. */
  #running = 0;
  #body: IncomingBody | undefined;

  constructor(server: ServerState) {
    this.server = server;
    server.requestBegan();
  }

  /** Whether the response is complete or the client gone. */
  abstract get isDone(): boolean;
  /** Takes the application's messages. */
  protected abstract readonly send: Send;
  /** The application failed. */
  protected abstract fail(thrown: unknown): void;
  /** Ends what cannot go on, and says why in the log. */
  protected abstract giveUp(reason: string): void;
  /** The client sends too slowly. */
  abstract paceLost(): void;
  /** Stops reading the body from the client, as far as that can be. May be called again while it is stopped. */
  protected abstract holdBody(): void;
  /** Reads on. Called only after `holdBody`. */
  protected abstract releaseBody(): void;

  /** How much of the body is to come; `Infinity` when that is not known. */
  protected get bodyLeft(): number {
    return this.#body === undefined ? 0 : this.#body.left;
  }

  /** Whether code of the application is still at work on this request. */
  protected get isRunning(): boolean {
    return this.#running > 0;
  }

  get isHeld(): boolean {
    return this.#body?.isHeld === true;
  }

  paceKept(): void {}

  /** Calls the application and gives it the first message; what it throws ends this connection (A7). */
  protected start(scope: HttpScope, first: Message): void {
    try {
      this.#handler = this.server.application(scope, this.send);
    } catch (thrown) {
      this.#running += 1;
      this.fail(thrown);
      this.#returned();
      return;
    }
    this.deliver(first);
  }

  /** A body of `length` bytes follows, `Infinity` when that is not known. The application starts with its first piece. */
  protected expectBody(scope: HttpScope, length: number): void {
    this.#body = new IncomingBody(scope, length);
  }

  /** Looks from now on whether the body comes fast enough. */
  protected watchPace(): void {
    if (this.#body === undefined || this.#body.isPaced) return;
    this.#body.isPaced = true;
    this.server.bodyPace.began(this);
  }

  /** A piece of the expected body has come; dropped when the response is complete. */
  protected onBody(bytes: Uint8Array, moreBody: boolean): void {
    const body = this.#body;
    if (body === undefined) return;
    body.left = moreBody ? body.left - bytes.byteLength : 0;
    if (this.isDone) return;
    if (moreBody) this.watchPace();
    if (body.isPaced) this.server.bodyPace.moved(this, bytes.byteLength);
    if (!moreBody) this.#endPace(body);
    const message: HttpRequestMessage = { type: "http.request", body: bytes, moreBody };
    if (this.#running > 0) {
      if (body.keep(message) > maxKeptBytes) this.giveUp("its body came faster than the application took it");
      else if (moreBody) this.#hold(body);
    } else {
      this.#take(body, message);
      if (this.#running > 0 && moreBody) this.#hold(body);
    }
  }

  /** Nothing more is wanted of this request. */
  protected intakeDone(): void {
    const body = this.#body;
    if (body === undefined) return;
    body.drop();
    this.#endPace(body);
  }

  #endPace(body: IncomingBody): void {
    if (!body.isPaced) return;
    body.isPaced = false;
    this.server.bodyPace.ended(this);
  }

  #hold(body: IncomingBody): void {
    if (this.isDone) return;
    body.isHeld = true;
    this.holdBody();
  }

  #take(body: IncomingBody, message: HttpRequestMessage): void {
    const { scope } = body;
    if (scope === undefined) return this.deliver(message);
    body.scope = undefined;
    this.start(scope, message);
  }

  /** Gives the application its next message. */
  protected deliver(message: Message): void {
    let handled: void | Promise<void> = undefined;
    this.#running += 1;
    try {
      handled = this.#handler?.handle(message);
    } catch (thrown) {
      this.fail(thrown);
    }
    if (handled === undefined) {
      this.#returned();
    } else {
      handled.then(
        () => this.#settled(),
        (thrown: unknown) => {
          this.fail(thrown);
          this.#settled();
        },
      );
    }
  }

  /** Whatever the application throws from now on, it gets nothing more. */
  protected dismiss(): void {
    this.#handler = undefined;
  }

  #returned(): void {
    this.#running -= 1;
    if (this.#running === 0 && this.isDone) this.server.requestDone();
  }

  #settled(): void {
    this.#returned();
    const body = this.#body;
    if (body === undefined) return;
    while (this.#running === 0 && !this.isDone) {
      const next = body.next();
      if (next === undefined) break;
      this.#take(body, next);
    }
    if (body.isHeld && this.#running === 0 && !this.isDone) {
      body.isHeld = false;
      this.releaseBody();
    }
  }
}
