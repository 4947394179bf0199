import { defineError } from "../core/index.js";

/** Something about users is set up in a way that cannot work; the message says what. Mend the project. */
export class AuthInvalid extends defineError({
  code: "AUTH_INVALID",
  message: (p: { problem: string }) => `Users cannot be looked after: ${p.problem}.`,
}) {}

/** A scope has no user. Put `sessions(…)` and `authentication()` among the middleware of the project, in this order. */
export class AuthenticationMissing extends defineError({
  code: "AUTH_MIDDLEWARE_MISSING",
  message: (p: { scope: string }) =>
    `This ${p.scope} has no user: put sessions(…) and then authentication() among the project's middleware.`,
}) {}

/** Who is to do this is nobody that is known here: log in first. */
export class LoginRequired extends defineError({
  code: "AUTH_LOGIN_REQUIRED",
  message: () => "You must log in first.",
  status: 403,
  closeCode: 4503,
}) {}

/** There were too many tries to log in: for this account, or from this address. Wait as long as it says. */
export class TooManyLogins extends defineError({
  code: "AUTH_TOO_MANY_LOGINS",
  message: (p: { retryAfterS: number }) =>
    `There were too many tries to log in. Try again in ${Math.max(1, Math.ceil(p.retryAfterS / 60))} minutes.`,
  status: 429,
  closeCode: 4429,
  temporary: true,
}) {}

/** A user cannot be made or changed as it was asked for; the message says why. */
export class UserInvalid extends defineError({
  code: "AUTH_USER_INVALID",
  message: (p: { problem: string }) => `The user cannot be made or changed: ${p.problem}.`,
  status: 400,
}) {}
