import type { HttpLimits } from "./server.js";

/** How often uploads are looked at. */
const lookEveryMs = 1000;
/** An upload may begin as slowly as it likes for this long. */
const graceMs = 5000;

/** A request body that is coming in. */
export interface Upload {
  /** Whether the application holds it back: then the client is not to blame. */
  readonly isHeld: boolean;
  /** The body goes on at a fair pace, looked at each second. */
  paceKept(): void;
  /** The client is too slow. */
  paceLost(): void;
}

interface Progress {
  bytes: number;
  /** How long the client could have sent, in milliseconds. */
  activeMs: number;
  silentMs: number;
  hasMoved: boolean;
}

/** Ends uploads whose clients send too slowly, or nothing: with them, a few hundred connections could fill a server. */
export class BodyPace {
  readonly #limits: HttpLimits;
  readonly #uploads = new Map<Upload, Progress>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  began(upload: Upload): void {
    this.#uploads.set(upload, { bytes: 0, activeMs: 0, silentMs: 0, hasMoved: true });
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs).unref();
  }

  moved(upload: Upload, bytes: number): void {
    const progress = this.#uploads.get(upload);
    if (progress === undefined) return;
    progress.bytes += bytes;
    progress.hasMoved = true;
  }

  ended(upload: Upload): void {
    this.#uploads.delete(upload);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (this.#uploads.size === 0) this.stop();
    for (const [upload, progress] of this.#uploads) {
      if (upload.isHeld) continue;
      progress.activeMs += lookEveryMs;
      progress.silentMs = progress.hasMoved ? 0 : progress.silentMs + lookEveryMs;
      progress.hasMoved = false;
      if (this.#isFair(progress)) upload.paceKept();
      else upload.paceLost();
    }
  }

  #isFair({ bytes, activeMs, silentMs }: Progress): boolean {
    if (silentMs >= this.#limits.bodyTimeoutMs) return false;
    return activeMs <= graceMs || (bytes * 1000) / activeMs >= this.#limits.minBodyBytesPerS;
  }
}
