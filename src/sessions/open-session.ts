import type { SessionEngine } from "./session-engine.js";
import { Session } from "./session.js";

/**
 * The session of a token (`session.token`), for tasks and scripts. Changes are kept by `save()`, which rejects with
 * `SessionEnded` where the session is over. `maxAgeS` as in `sessions()`.
 */
export function openSession(engine: SessionEngine, token: string, maxAgeS = 14 * 24 * 3600): Session {
  const session = new Session({ engine, token, maxAgeS });
  session.seal();
  return session;
}
