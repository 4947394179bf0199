import { BadSignature, Signer } from "../../core/index.js";
import { SessionOptionInvalid } from "../errors.js";
import { changedValues, type KeptSession, type SessionChange } from "../session-engine.js";
import type { SessionEngine, SessionValues } from "../session-engine.js";

/**
 * Keeps sessions in the visitor's own cookie, signed: she can read what it holds and cannot change it. Nothing is asked
 * of a server, and nothing can be taken back: a cookie that was copied is good until it expires, also after a logout,
 * and of two requests that change a session at once one wins.
 *
 * `keys`: the first signs, all verify. Throws `SessionOptionInvalid` when there is none.
 */
export function cookieSessions(keys: readonly string[]): SessionEngine {
  const [first, ...rest] = keys;
  if (first === undefined) throw new SessionOptionInvalid({ option: "keys", problem: "must hold at least one key" });
  return new CookieSessionEngine(new Signer([first, ...rest], "hotclub.sessions"));
}

class CookieSessionEngine implements SessionEngine {
  /** Browsers keep 4,096 bytes of a cookie (RFC 6265 §6.1); signing makes of this about 3,900. */
  readonly maxBytes = 2700;
  readonly #signer: Signer;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  async load(token: string): Promise<KeptSession | undefined> {
    try {
      const [expiresAt, ...pairs] = JSON.parse(this.#signer.unsign(token)) as [number, ...string[]];
      if (expiresAt <= Date.now()) return undefined;
      const values = new Map<string, string>();
      for (let i = 0; i < pairs.length; i += 2) values.set(pairs[i] ?? "", pairs[i + 1] ?? "");
      return { values, expiresAt };
    } catch (thrown) {
      if (thrown instanceof BadSignature) return undefined;
      throw thrown;
    }
  }

  async create(values: SessionValues, expiresAt: number): Promise<string> {
    return this.#signer.sign(JSON.stringify([expiresAt, ...[...values].flat()]));
  }

  async change(token: string, change: SessionChange): Promise<string | undefined> {
    const kept = await this.load(token);
    return kept === undefined ? undefined : this.create(changedValues(kept.values, change), change.expiresAt);
  }

  async end(): Promise<void> {}

  async clearExpired(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {}
}
