import type { Scope } from "../core/index.js";
import { SessionsMissing } from "./errors.js";
import type { Session } from "./session.js";

const sessions = new WeakMap<Scope, Session>();

/** The session of a request or a socket. Throws `SessionsMissing` where `sessions()` is not among the middleware. */
export function sessionOf(scope: Scope): Session {
  const session = sessions.get(scope);
  if (session === undefined) throw new SessionsMissing({ scope: scope.type });
  return session;
}

/** To be called by the middleware that opens it. */
export function setSessionOf(scope: Scope, session: Session): void {
  sessions.set(scope, session);
}
