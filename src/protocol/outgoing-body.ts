import { BodyLengthMismatch } from "./errors.js";
import type { HttpBody } from "./http-messages.js";
import { byteLength } from "./response-message.js";

/** A response body that is sent in pieces: how much of it was sent, and how much waits for the client. */
export class OutgoingBody {
  /** Whether it never reaches the wire: the answer to HEAD, or a status without a body. */
  readonly isSilent: boolean;
  readonly #announced: number | undefined;
  #sent = 0;
  /** Settles when the client has taken all that was sent; `undefined` when it has. */
  behind: Promise<void> | undefined;
  /** What waits behind that, in bytes. */
  waitingBytes = 0;

  constructor(isSilent: boolean, announced: number | undefined) {
    this.isSilent = isSilent;
    this.#announced = isSilent ? undefined : announced;
  }

  /** Holds the application to the length that it announced: a client would take the rest for the next response. */
  count(piece: HttpBody, isLast: boolean): void {
    const announced = this.#announced;
    if (announced === undefined) return;
    this.#sent += byteLength(piece);
    if (this.#sent > announced || (isLast && this.#sent < announced)) {
      throw new BodyLengthMismatch({ announced, sent: this.#sent });
    }
  }

  /** Whoever sends after this waits until `written` has settled. */
  wait(written: Promise<void>): Promise<void> {
    const behind = written.then(() => {
      if (this.behind === behind) this.behind = undefined;
    });
    this.behind = behind;
    return behind;
  }
}
