import type { Application, Handler, HeaderLine, HttpScope, Logger, Message, Send } from "../core/index.js";
import { toError } from "../core/index.js";
import { ProtocolViolation } from "./errors.js";
import type {
  HttpBody,
  HttpResponseBodyMessage,
  HttpResponseMessage,
  HttpResponseStartMessage,
} from "./http-messages.js";

const noHeaders: readonly HeaderLine[] = [];
const disconnect: Message = Object.freeze({ type: "http.disconnect" });

/**
 * One request and its response, whatever the server library: checks the order of the application's messages and
 * leaves the writing to its subclass. Illegal orders throw `ProtocolViolation` back into the application.
 */
export abstract class HttpConnection {
  /** `waiting` for the response, `streaming` its body, `ended`, or `gone`: the client left before the end. */
  #phase: "waiting" | "streaming" | "ended" | "gone" = "waiting";
  #handler: Handler | undefined;
  readonly #log: Logger;
  readonly #onDone: () => void;

  /** `onDone` is called once, when the response has ended or the client has gone. */
  constructor(log: Logger, onDone: () => void) {
    this.#log = log;
    this.#onDone = onDone;
  }

  /** Writes a whole response. */
  protected abstract writeResponse(status: number, headers: readonly HeaderLine[], body: HttpBody): void;
  /** Writes status and headers; the body follows in pieces. */
  protected abstract writeStart(status: number, headers: readonly HeaderLine[]): void;
  /** Writes a piece of the body. A promise means that the client is behind. */
  protected abstract writeBody(body: HttpBody): void | Promise<void>;
  /** Ends a body that was written in pieces. */
  protected abstract writeEnd(): void;
  /** Cuts the connection. */
  protected abstract cut(): void;

  /** Whether the response is complete or the client gone. */
  get isDone(): boolean {
    return this.#phase === "ended" || this.#phase === "gone";
  }

  /** Calls the application and gives it the first message; everything it throws ends this connection (A7). */
  protected start(application: Application, scope: HttpScope, first: Message): void | Promise<void> {
    try {
      this.#handler = application(scope, this.#send);
      return this.#handler.handle(first)?.catch(this.#fail);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Gives the application its next message. A promise, which never rejects, asks to hold the one after it back. */
  protected deliver(message: Message): void | Promise<void> {
    try {
      return this.#handler?.handle(message)?.catch(this.#fail);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The client went away. */
  protected onGone(): void {
    if (this.isDone) return;
    this.#finish("gone");
    void this.deliver(disconnect);
  }

  readonly #send: Send = (message) => {
    if (this.isDone) return;
    switch (message.type) {
      case "http.response": {
        const { status, headers = noHeaders, body = "" } = message as HttpResponseMessage;
        this.#expect("waiting", message);
        this.writeResponse(status, headers, body);
        this.#finish("ended");
        return;
      }
      case "http.response.start": {
        const { status, headers = noHeaders } = message as HttpResponseStartMessage;
        this.#expect("waiting", message);
        this.writeStart(status, headers);
        this.#phase = "streaming";
        return;
      }
      case "http.response.body": {
        const { body = "", moreBody = false } = message as HttpResponseBodyMessage;
        this.#expect("streaming", message);
        const written = body.length > 0 ? this.writeBody(body) : undefined;
        if (moreBody) return written;
        if (written === undefined) return this.#end();
        return written.then(() => this.#end());
      }
      default:
        this.#expect("waiting", message, "http.response or http.response.start");
    }
  };

  #end(): void {
    if (this.isDone) return;
    this.writeEnd();
    this.#finish("ended");
  }

  #finish(phase: "ended" | "gone"): void {
    this.#phase = phase;
    this.#onDone();
  }

  #expect(phase: "waiting" | "streaming", message: Message, expected?: string): void {
    if (this.#phase === phase && expected === undefined) return;
    const state = this.#phase === "waiting" ? "no response was begun" : "a response is being sent";
    const wanted = this.#phase === "waiting" ? "http.response or http.response.start" : "http.response.body";
    throw new ProtocolViolation({ sent: message.type, state, expected: expected ?? wanted });
  }

  readonly #fail = (thrown: unknown): void => {
    this.#log.error({ err: toError(thrown) }, "an application failed while it handled a request");
    if (this.isDone) return;
    if (this.#phase === "waiting") {
      this.writeResponse(500, [["content-type", "text/plain; charset=utf-8"]], "Internal Server Error");
      this.#finish("ended");
    } else {
      // Half a body was sent; only a broken connection tells the client that it is not whole.
      this.#finish("gone");
      this.cut();
    }
  };
}
