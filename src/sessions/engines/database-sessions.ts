import { getLogger, toError } from "../../core/index.js";
import { changedValues, type KeptSession, type SessionChange } from "../session-engine.js";
import type { SessionEngine, SessionValues } from "../session-engine.js";
import { isToken, newToken, tokenDigest } from "../session-token.js";
import { SessionRow } from "./session-table.js";

/** Options of `databaseSessions`. */
export interface DatabaseSessionsOptions {
  /** How often, at most, this process forgets those that are over, in seconds. Default 3,600. */
  readonly clearEveryS?: number;
}

/** How often a change is tried again that others came before. */
const maxTries = 20;

/**
 * Keeps sessions in the database, as a row each under the digest of its token. Put `sessionsApp` among the project's
 * apps for the table. Changes of several requests at once are all kept.
 */
export function databaseSessions({ clearEveryS = 3600 }: DatabaseSessionsOptions = {}): SessionEngine {
  return new DatabaseSessionEngine(clearEveryS * 1000);
}

class DatabaseSessionEngine implements SessionEngine {
  readonly maxBytes = 64 * 1024;
  readonly #clearEveryMs: number;
  #clearAt: number;
  #clearing: Promise<void> = Promise.resolve();

  constructor(clearEveryMs: number) {
    this.#clearEveryMs = clearEveryMs;
    // Processes that start together do not all clear together.
    this.#clearAt = Date.now() + clearEveryMs * Math.random();
  }

  async load(token: string): Promise<KeptSession | undefined> {
    const row = await this.#row(token);
    return row === undefined ? undefined : { values: valuesOf(row), expiresAt: row.expiresAt.getTime() };
  }

  async create(values: SessionValues, expiresAt: number): Promise<string> {
    const token = newToken();
    const row = { digest: tokenDigest(token), version: 0, values: textOf(values), expiresAt: new Date(expiresAt) };
    await SessionRow.create(row);
    this.#clearNowAndThen();
    return token;
  }

  async change(token: string, change: SessionChange): Promise<string | undefined> {
    const expiresAt = new Date(change.expiresAt);
    for (let tries = 0; tries < maxTries; tries++) {
      const row = await this.#row(token);
      if (row === undefined) return undefined;
      const values = textOf(changedValues(valuesOf(row), change));
      const { digest, version } = row;
      const count = await SessionRow.filter({ digest, version }).update({ values, expiresAt, version: version + 1 });
      if (count === 1) return token;
    }
    throw new Error(`A session was changed by others ${maxTries} times while this request tried to.`);
  }

  async end(token: string): Promise<void> {
    if (isToken(token)) await SessionRow.filter({ digest: tokenDigest(token) }).delete();
  }

  async clearExpired(): Promise<number> {
    const { count } = await SessionRow.filter({ expiresAt__lte: new Date() }).delete();
    return count;
  }

  close(): Promise<void> {
    return this.#clearing;
  }

  async #row(token: string): Promise<SessionRow | undefined> {
    if (!isToken(token)) return undefined;
    const row = await SessionRow.filter({ digest: tokenDigest(token), expiresAt__gt: new Date() }).first();
    return row ?? undefined;
  }

  #clearNowAndThen(): void {
    const now = Date.now();
    if (now < this.#clearAt) return;
    this.#clearAt = now + this.#clearEveryMs;
    this.#clearing = this.clearExpired().then(
      (count) => getLogger().debug({ count }, "sessions that were over are forgotten"),
      (thrown: unknown) => getLogger().warn({ err: toError(thrown) }, "sessions that are over could not be forgotten"),
    );
  }
}

function valuesOf({ values }: SessionRow): Map<string, string> {
  return new Map(Object.entries(JSON.parse(values) as Record<string, string>));
}

function textOf(values: SessionValues): string {
  return JSON.stringify(Object.fromEntries(values));
}
