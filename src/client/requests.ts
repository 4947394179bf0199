import { ActionError } from "./errors.js";

/** An action that waits: to be sent, or for its reply. */
interface Request {
  readonly frame: string;
  readonly isAsked: boolean;
  /** Whether it is sent again after the line was lost. */
  readonly isResent: boolean;
  readonly settle: (outcome: { readonly data: unknown } | ActionError) => void;
}

/** The actions of one client: those that wait for the line, in order, and those that wait for a reply. */
export class Requests {
  readonly #limit: number;
  readonly #waiting = new Map<number, Request>();
  readonly #sent = new Map<number, Request>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Throws `CLIENT_QUEUE_FULL`. */
  add(id: number, request: Request): void {
    if (this.#waiting.size >= this.#limit) {
      throw new ActionError("CLIENT_QUEUE_FULL", `${this.#limit} actions wait for the line already.`);
    }
    this.#waiting.set(id, request);
  }

  /** Sends everything that waits. */
  flush(send: (frame: string) => void): void {
    for (const [id, request] of this.#waiting) {
      this.#waiting.delete(id);
      if (request.isAsked) this.#sent.set(id, request);
      send(request.frame);
    }
  }

  /** An outcome has come for `id`. */
  settle(id: number, outcome: { readonly data: unknown } | ActionError): void {
    const request = this.#sent.get(id) ?? this.#waiting.get(id);
    this.forget(id);
    request?.settle(outcome);
  }

  /** Nobody waits for `id` any more. */
  forget(id: number): void {
    this.#sent.delete(id);
    this.#waiting.delete(id);
  }

  /** The line is lost: what was sent waits again if it may be sent twice, and fails otherwise. */
  lost(): void {
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, request] of this.#sent) {
      if (request.isResent) this.#waiting.set(id, request);
      else request.settle(new ActionError("CLIENT_LOST", "The line was lost before the reply came."));
    }
    this.#sent.clear();
    for (const [id, request] of later) this.#waiting.set(id, request);
  }

  /** Nothing will be sent any more. */
  close(error: ActionError): void {
    for (const { settle } of [...this.#sent.values(), ...this.#waiting.values()]) settle(error);
    this.#sent.clear();
    this.#waiting.clear();
  }
}
