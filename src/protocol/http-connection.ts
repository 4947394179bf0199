import { HotclubError, type HeaderLine, type Message, type Send, toError } from "../core/index.js";
import { ProtocolViolation } from "./errors.js";
import { HttpIntake } from "./http-intake.js";
import type {
  HttpBody,
  HttpResponseBodyMessage,
  HttpResponseMessage,
  HttpResponseStartMessage,
} from "./http-messages.js";
import { OutgoingBody } from "./outgoing-body.js";
import { announcedLength, plainText } from "./response-headers.js";
import { byteLength, checkBody, checkHead, isBodiless } from "./response-message.js";
import type { ServerState } from "./server-state.js";

const noHeaders: readonly HeaderLine[] = [];
const disconnect: Message = Object.freeze({ type: "http.disconnect" });

/**
 * How much of a body that nobody wants any more is read and dropped, so that the connection can be used again; with
 * more to come the connection is closed.
 */
const maxDroppedBytes = 262_144;

/**
 * One request and its response, whatever the server library: checks the order of the application's messages and
 * leaves the wire to its subclass. Illegal orders throw `ProtocolViolation` back into the application.
 */
export abstract class HttpConnection extends HttpIntake {
  protected readonly isHead: boolean;
  /**
   * `waiting` for the response; `begun`, its head held back until the first piece of its body; `streaming`; `ending`,
   * with the last bytes on their way; `ended`; or `gone`: the client left before the end.
   */
  #phase: "waiting" | "begun" | "streaming" | "ending" | "ended" | "gone" = "waiting";
  #head: HttpResponseStartMessage | undefined;
  #body: OutgoingBody | undefined;
  #mustClose = false;

  constructor(server: ServerState, isHead: boolean) {
    super(server);
    this.isHead = isHead;
  }

  /** Writes a whole response; `status` and `headers` are checked. A promise means that the client is behind. */
  protected abstract writeResponse(
    status: number,
    headers: readonly HeaderLine[],
    body: HttpBody,
  ): void | Promise<void>;
  /** Writes status and headers; the body follows in pieces, `length` bytes in all when that is known. */
  protected abstract writeStart(status: number, headers: readonly HeaderLine[], length: number | undefined): void;
  /** Writes a piece of the body. A promise means that the client is behind; it never rejects. */
  protected abstract writeBody(body: HttpBody): void | Promise<void>;
  /** Ends a body that was written in pieces. */
  protected abstract writeEnd(): void;
  /** Cuts the connection. */
  protected abstract cut(): void;

  override get isDone(): boolean {
    return this.#phase === "ended" || this.#phase === "gone";
  }

  /** Whether no further request may come over the connection after this one. */
  protected get closesConnection(): boolean {
    return this.#mustClose || this.server.isDraining || this.bodyLeft > maxDroppedBytes;
  }

  /** The client went away. */
  protected onGone(): void {
    if (!this.isDone) this.#finish("gone");
  }

  override paceLost(): void {
    this.server.log.info("a request was ended: its body came too slowly");
    this.#mustClose = true;
    if (this.#phase === "waiting" || this.#phase === "begun") {
      void this.writeResponse(408, plainText, "The body came too slowly.");
      this.#finish("gone");
    } else {
      this.#finish("gone");
      this.cut();
    }
  }

  protected override giveUp(reason: string): void {
    if (this.isDone) return;
    this.server.log.warn(`a request was cut: ${reason}`);
    this.#finish("gone");
    this.cut();
  }

  protected override readonly send: Send = (message) => {
    if (this.isDone || this.#phase === "ending") return;
    switch (message.type) {
      case "http.response": {
        const { body = "" } = message as HttpResponseMessage;
        this.#expect("waiting", message);
        return this.#respond(message as HttpResponseMessage, body);
      }
      case "http.response.start":
        this.#expect("waiting", message);
        this.#hold(message as HttpResponseStartMessage);
        return;
      case "http.response.body":
        return this.#sendPiece(message as HttpResponseBodyMessage);
      default:
        throw this.#violation(message);
    }
  };

  #respond(message: HttpResponseMessage | HttpResponseStartMessage, body: HttpBody): void | Promise<void> {
    const { status, headers = noHeaders } = message;
    checkHead(status, headers);
    checkBody(message, body);
    const written = this.writeResponse(status, headers, body);
    if (written === undefined) return this.#finish("ended");
    this.#phase = "ending";
    return written.then(() => {
      if (this.#phase === "ending") this.#finish("ended");
    });
  }

  /** The head waits for the first piece of the body, so that until then a failure can still be answered (ASGI H4). */
  #hold(message: HttpResponseStartMessage): void {
    const { status, headers = noHeaders } = message;
    checkHead(status, headers);
    this.#body = new OutgoingBody(this.isHead || isBodiless(status), announcedLength(headers));
    this.#head = message;
    this.#phase = "begun";
  }

  #sendPiece(message: HttpResponseBodyMessage): void | Promise<void> {
    const { body: piece = "", moreBody = false } = message;
    const head = this.#head;
    const body = this.#body;
    if (head === undefined || body === undefined) throw this.#violation(message);
    checkBody(message, piece);
    body.count(piece, !moreBody);
    if (this.#phase === "begun") {
      if (!moreBody) return this.#respond(head, piece);
      const { status, headers = noHeaders } = head;
      this.#phase = "streaming";
      this.writeStart(status, headers, announcedLength(headers));
    }
    if (!moreBody) this.#phase = "ending";
    return this.#write(body, piece, !moreBody);
  }

  #write(body: OutgoingBody, piece: HttpBody, isLast: boolean): void | Promise<void> {
    const previous = body.behind;
    if (previous === undefined) {
      const written = piece.length > 0 && !body.isSilent ? this.writeBody(piece) : undefined;
      if (written !== undefined) return body.wait(isLast ? written.then(() => this.#end()) : written);
      if (isLast) this.#end();
      return;
    }
    const size = byteLength(piece);
    body.waitingBytes += size;
    if (body.waitingBytes > this.server.http.maxBackpressureBytes) {
      return this.giveUp("its client does not read and too much waits for it");
    }
    return body.wait(
      previous.then(async () => {
        body.waitingBytes -= size;
        if (this.isDone) return;
        if (size > 0) await this.writeBody(piece);
        if (isLast) this.#end();
      }),
    );
  }

  #end(): void {
    if (this.isDone) return;
    this.writeEnd();
    this.#finish("ended");
  }

  #finish(phase: "ended" | "gone"): void {
    this.#phase = phase;
    this.intakeDone();
    if (phase === "gone") this.deliver(disconnect);
    else if (!this.isRunning) this.server.requestDone();
  }

  #expect(phase: "waiting", message: Message): void {
    if (this.#phase !== phase) throw this.#violation(message);
  }

  #violation(message: Message): ProtocolViolation {
    const isWaiting = this.#phase === "waiting";
    const state = isWaiting ? "no response was begun" : "a response is being sent";
    const expected = isWaiting ? "http.response or http.response.start" : "http.response.body";
    return new ProtocolViolation({ sent: message.type, state, expected });
  }

  protected override fail(thrown: unknown): void {
    const error = toError(thrown);
    const isMeant = this.#phase === "streaming" && error instanceof HotclubError && error.status < 500;
    if (isMeant) this.server.log.info({ err: error }, "a response was cut");
    else this.server.log.error({ err: error }, "an application failed while it handled a request");
    this.dismiss();
    if (this.isDone || this.#phase === "ending") return;
    if (this.#phase === "streaming") {
      // Half a body was sent; only a broken connection tells the client that it is not whole.
      this.#finish("gone");
      this.cut();
    } else {
      const written = this.writeResponse(500, plainText, "Internal Server Error");
      if (written === undefined) this.#finish("ended");
      else void written.then(() => this.#finish("ended"));
    }
  }
}
