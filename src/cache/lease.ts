import type { CacheEngine } from "./cache-engine.js";

/** A claim in a cache that one of many processes has, as long as it lives. */
export class Lease {
  readonly #engine: CacheEngine;
  readonly #key: string;
  readonly #mark: Uint8Array;
  readonly #ttlMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: CacheEngine, key: string, owner: string, ttlMs: number) {
    this.#engine = engine;
    this.#key = key;
    this.#mark = Buffer.from(owner);
    this.#ttlMs = ttlMs;
  }

  /** Whether it is this one's now. It is renewed until it is given back. */
  async take(): Promise<boolean> {
    const isTaken = await this.#engine.add(this.#key, this.#mark, this.#ttlMs);
    if (isTaken) {
      this.#timer = setInterval(() => void this.#renew(), this.#ttlMs / 3);
      this.#timer.unref();
    }
    return isTaken;
  }

  /** Whoever waits may have it. Never rejects: it ends by itself, too. */
  async giveBack(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#engine.deleteIf(this.#key, this.#mark).catch(() => {});
  }

  async #renew(): Promise<void> {
    await this.#engine.touch(this.#key, this.#ttlMs).catch(() => {});
  }
}
