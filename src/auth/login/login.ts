import { randomBytes } from "node:crypto";

import { rotateCsrfToken } from "../../consumers/index.js";
import type { Scope } from "../../core/index.js";
import { sessionOf } from "../../sessions/index.js";
import { backendOf } from "../backends/authenticate.js";
import { authBackends } from "../backends/registry.js";
import { AuthInvalid } from "../errors.js";
import { endLogin } from "../sockets/revocation.js";
import { AbstractBaseUser } from "../users/abstract-base-user.js";
import { AnonymousUser } from "../users/anonymous-user.js";
import { anyUserModel, type AppUser } from "../users/user-model.js";
import { claimOf, fits, keepClaim, userKey } from "./login-claim.js";
import { loggedIn, loggedOut } from "./signals.js";
import { setUserOf, someoneOf } from "./user-of.js";

/** Options of `login`. */
export interface LoginOptions {
  /** The name of the backend that knows her. Default: the one that `authenticate` found her with, or the first. */
  readonly backend?: string;
}

/**
 * Logs a user in, from this request or handshake on: the visitor gets another token of her session (nobody who gave her
 * one has her session), what another user left in it is gone, and forms from before count no more. Whether the
 * credentials are right is for `authenticate` to say.
 */
export async function login(scope: Scope, user: AppUser, { backend }: LoginOptions = {}): Promise<void> {
  const person = requireUser(user);
  const session = sessionOf(scope);
  const claim = await claimOf(session);
  const isSame = claim !== undefined && claim.user === userKey(person) && fits(claim, person) !== false;
  if (claim !== undefined && !isSame) session.flush();
  else session.cycleToken();
  keepClaim(session, {
    user: userKey(person),
    backend: backend ?? backendOf(person) ?? authBackends()[0]?.name ?? "",
    fingerprint: person.sessionFingerprint(),
    login: isSame ? claim.login : randomBytes(12).toString("base64url"),
  });
  if (scope.type === "http") rotateCsrfToken(scope);
  setUserOf(scope, person);
  await rememberLogin(person);
  await loggedIn.send({ sender: person.constructor, user: person, scope });
}

/** A user who was not made by `authenticate`, too, may have been changed meanwhile: one column is written. */
async function rememberLogin(user: AbstractBaseUser): Promise<void> {
  const lastLogin = new Date();
  Object.assign(user, { lastLogin });
  await anyUserModel().filterBy({ pk: user.pk }).update({ lastLogin });
}

/**
 * Logs the visitor out: nothing is left of her session, at once, and her sockets that were opened by it are closed, on
 * every process. No error for who is not logged in.
 */
export async function logout(scope: Scope): Promise<void> {
  const session = sessionOf(scope);
  const user = await someoneOf(scope);
  const claim = await claimOf(session);
  session.flush();
  setUserOf(scope, new AnonymousUser());
  if (scope.type === "http") rotateCsrfToken(scope);
  // Ended before the sockets are told, so that none can be opened by it behind their back.
  await session.save();
  if (claim !== undefined) await endLogin(claim.user, claim.login);
  if (user instanceof AbstractBaseUser) await loggedOut.send({ sender: user.constructor, user, scope });
}

/**
 * Keeps the visitor logged in, here and nowhere else, after her password was changed: all other sessions of hers have
 * ended by that. To be called after `save()`.
 */
export async function updateSessionAuthHash(scope: Scope, user: AppUser): Promise<void> {
  const person = requireUser(user);
  const session = sessionOf(scope);
  const claim = await claimOf(session);
  session.cycleToken();
  if (claim?.user === userKey(person)) keepClaim(session, { ...claim, fingerprint: person.sessionFingerprint() });
  setUserOf(scope, person);
}

function requireUser(user: unknown): AbstractBaseUser {
  if (user instanceof AbstractBaseUser && user.isSaved) return user;
  throw new AuthInvalid({ problem: "who is to log in is no saved user of the project's model" });
}
