import { changedValues, type KeptSession, type SessionChange, type SessionEngine } from "../session-engine.js";
import type { SessionValues } from "../session-engine.js";
import { newToken } from "../session-token.js";

/** Options of `memorySessions`. */
export interface MemorySessionsOptions {
  /** The most sessions; beyond it the oldest end. Default 100,000. */
  readonly maxSessions?: number;
}

/** Keeps sessions in this process: for tests, and for sites of one process whose visitors may be forgotten. */
export function memorySessions({ maxSessions = 100_000 }: MemorySessionsOptions = {}): SessionEngine {
  return new MemorySessionEngine(maxSessions);
}

class MemorySessionEngine implements SessionEngine {
  readonly maxBytes = 64 * 1024;
  readonly #maxSessions: number;
  readonly #kept = new Map<string, KeptSession>();

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  async load(token: string): Promise<KeptSession | undefined> {
    return this.#find(token);
  }

  async create(values: SessionValues, expiresAt: number): Promise<string> {
    if (this.#kept.size >= this.#maxSessions) this.#makeRoom();
    const token = newToken();
    this.#kept.set(token, { values: new Map(values), expiresAt });
    return token;
  }

  async change(token: string, change: SessionChange): Promise<string | undefined> {
    // Without waiting: between a look and a change nobody else may change it.
    const kept = this.#find(token);
    if (kept === undefined) return undefined;
    this.#kept.set(token, { values: changedValues(kept.values, change), expiresAt: change.expiresAt });
    return token;
  }

  async end(token: string): Promise<void> {
    this.#kept.delete(token);
  }

  async clearExpired(): Promise<number> {
    const now = Date.now();
    const before = this.#kept.size;
    for (const [token, { expiresAt }] of this.#kept) if (expiresAt <= now) this.#kept.delete(token);
    return before - this.#kept.size;
  }

  async close(): Promise<void> {
    this.#kept.clear();
  }

  #find(token: string): KeptSession | undefined {
    const kept = this.#kept.get(token);
    return kept === undefined || kept.expiresAt <= Date.now() ? undefined : kept;
  }

  #makeRoom(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
