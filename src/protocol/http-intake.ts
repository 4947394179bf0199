import type { Handler, HttpScope, Message, Send } from "../core/index.js";
import type { Upload } from "./body-pace.js";
import type { HttpRequestMessage } from "./http-messages.js";
import type { ServerState } from "./server-state.js";

/**
 * How much of a body is kept for an application that is busy where the library cannot hold the client back: the
 * response to the same request is behind, and the library cannot stop reading apart from writing.
 */
const maxQueuedBytes = 16_777_216;

/** The half of an HTTP connection that hands the request to the application, piece by piece, at its pace. */
export abstract class HttpIntake implements Upload {
  protected readonly server: ServerState;
  #handler: Handler | undefined;
  /** How many calls of the handler have not ended. */
  #running = 0;
  /** The scope of an application that starts with the first piece of the body. */
  #scope: HttpScope | undefined;
  /** How much of the body is to come; `Infinity` when that is not known. */
  #bodyLeft = 0;
  #isPaced = false;
  #isHeld = false;
  /** Pieces that came while the application was busy. */
  #queue: HttpRequestMessage[] | undefined;
  #queuedBytes = 0;

  constructor(server: ServerState) {
    this.server = server;
    server.openRequests += 1;
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
    return this.#bodyLeft;
  }

  /** Whether code of the application is still at work on this request. */
  protected get isRunning(): boolean {
    return this.#running > 0;
  }

  get isHeld(): boolean {
    return this.#isHeld;
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
    this.#scope = scope;
    this.#bodyLeft = length;
  }

  /** Looks from now on whether the body comes fast enough. */
  protected watchPace(): void {
    if (this.#isPaced) return;
    this.#isPaced = true;
    this.server.bodyPace.began(this);
  }

  /** A piece of the body has come; dropped when the response is complete. */
  protected onBody(body: Uint8Array, moreBody: boolean): void {
    this.#bodyLeft = moreBody ? this.#bodyLeft - body.byteLength : 0;
    if (this.isDone) return;
    if (moreBody) this.watchPace();
    if (this.#isPaced) this.server.bodyPace.moved(this, body.byteLength);
    if (!moreBody) this.#endPace();
    const message: HttpRequestMessage = { type: "http.request", body, moreBody };
    if (this.#running > 0) {
      this.#enqueue(message);
    } else {
      this.#take(message);
      if (this.#running > 0 && moreBody) this.#hold();
    }
  }

  /** Nothing more is wanted of this request. */
  protected intakeDone(): void {
    this.#queue = undefined;
    this.#endPace();
  }

  #endPace(): void {
    if (!this.#isPaced) return;
    this.#isPaced = false;
    this.server.bodyPace.ended(this);
  }

  #enqueue(message: HttpRequestMessage): void {
    (this.#queue ??= []).push(message);
    this.#queuedBytes += message.body.byteLength;
    if (this.#queuedBytes > maxQueuedBytes) this.giveUp("its body came faster than the application took it");
    else if (message.moreBody) this.#hold();
  }

  #hold(): void {
    if (this.isDone) return;
    this.#isHeld = true;
    this.holdBody();
  }

  #take(message: HttpRequestMessage): void {
    const scope = this.#scope;
    if (scope === undefined) {
      this.deliver(message);
    } else {
      this.#scope = undefined;
      this.start(scope, message);
    }
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
    while (this.#running === 0 && !this.isDone) {
      const next = this.#queue?.shift();
      if (next === undefined) break;
      this.#queuedBytes -= next.body.byteLength;
      this.#take(next);
    }
    if (this.#isHeld && this.#running === 0 && !this.isDone) {
      this.#isHeld = false;
      this.releaseBody();
    }
  }
}
