import { defineError } from "../core/index.js";

/** A scope has no session. Put `sessions()` among the middleware of the project. */
export class SessionsMissing extends defineError({
  code: "SESSIONS_MISSING",
  message: (p: { scope: string }) =>
    `This ${p.scope} has no session. Put sessions() among the project's middleware; tasks open one by its token.`,
}) {}

/** A value cannot be kept in a session. Keep plain data: what JSON holds. */
export class SessionValueInvalid extends defineError({
  code: "SESSIONS_VALUE_INVALID",
  message: (p: { key: string; problem: string }) =>
    `The session's ${JSON.stringify(p.key)} ${p.problem}. Keep plain data in sessions: what JSON holds.`,
}) {}

/** A session holds more than it may. Keep large things in the database and their ids in the session. */
export class SessionTooLarge extends defineError({
  code: "SESSIONS_TOO_LARGE",
  message: (p: { bytes: number; maxBytes: number }) =>
    `The session would hold ${p.bytes} bytes of at most ${p.maxBytes}. Keep large things elsewhere and their ids in the session.`,
}) {}

/** The session was ended, by a logout elsewhere, while this request changed it. The visitor may try again. */
export class SessionEnded extends defineError({
  code: "SESSIONS_ENDED",
  message: () => "The session was ended while this request was handled. Open the page again.",
  status: 400,
  closeCode: 1008,
}) {}

/** A session would need a new cookie, and the response has begun. Change it before. */
export class SessionTooLate extends defineError({
  code: "SESSIONS_TOO_LATE",
  message: (p: { what: string }) =>
    `${p.what} needs a cookie, and the response has begun or the socket is accepted: do it before.`,
}) {}

/** An option of sessions has a value that cannot work. */
export class SessionOptionInvalid extends defineError({
  code: "SESSIONS_OPTION_INVALID",
  message: (p: { option: string; problem: string }) => `The option ${p.option} of sessions ${p.problem}.`,
}) {}

/** Where sessions are kept cannot be reached. Look whether it runs; the same request may succeed then. */
export class SessionsUnavailable extends defineError({
  code: "SESSIONS_UNAVAILABLE",
  message: (p: { problem: string }) => `Sessions cannot be read or kept now: ${p.problem}`,
  status: 503,
  closeCode: 1013,
  temporary: true,
}) {}
