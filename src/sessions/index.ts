/**
 * What a site remembers of its visitors between their requests. Its three main names are `sessions`, `Session` and
 * `databaseSessions`.
 *
 * ```ts
 * declare module "hotclub/sessions" {
 *   interface SessionData {
 *     cart: number[];
 *   }
 * }
 *
 * export default defineProject({
 *   apps: [sessionsApp],
 *   middleware: [sessions({ engine: databaseSessions() })],
 *   …
 * });
 *
 * class CartPage extends HttpConsumer {
 *   async post() {
 *     this.session.set("cart", [...((await this.session.get("cart")) ?? []), 42]);
 *   }
 * }
 * ```
 */
export { cookieSessions } from "./engines/cookie-sessions.js";
export { databaseSessions, type DatabaseSessionsOptions } from "./engines/database-sessions.js";
export { memorySessions, type MemorySessionsOptions } from "./engines/memory-sessions.js";
export { redisSessions, type RedisSessionsOptions } from "./engines/redis-sessions.js";
export {
  SessionEnded,
  SessionOptionInvalid,
  SessionsMissing,
  SessionsUnavailable,
  SessionTooLarge,
  SessionTooLate,
  SessionValueInvalid,
} from "./errors.js";
export { openSession } from "./open-session.js";
export type { SessionCookieOptions } from "./session-cookie.js";
export type { SessionData, SessionKey } from "./session-data.js";
export {
  changedValues,
  type KeptSession,
  type SessionChange,
  type SessionEngine,
  type SessionValues,
} from "./session-engine.js";
export { sessionOf } from "./session-of.js";
export { Session, type SessionLifetime, type SessionOpening } from "./session.js";
export { sessionsApp } from "./sessions-app.js";
export { sessions, type SessionsOptions } from "./sessions.js";
