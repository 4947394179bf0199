import type { Scope } from "../../core/index.js";
import { sessionOf } from "../../sessions/index.js";
import type { AuthBackend } from "../backends/backend.js";
import { authBackends } from "../backends/registry.js";
import { AuthenticationMissing } from "../errors.js";
import { AbstractBaseUser } from "../users/abstract-base-user.js";
import { AnonymousUser } from "../users/anonymous-user.js";
import { anyUserModel, type Visitor } from "../users/user-model.js";
import { type Asker, askerOf } from "./asker.js";
import { claimOf, fits, keepClaim } from "./login-claim.js";

type Someone = AbstractBaseUser | AnonymousUser;

interface Known {
  user: Promise<Someone> | undefined;
  whenAsked?: () => void;
  whenEntered?: (() => void) | undefined;
}

const known = new WeakMap<Scope, Known>();

/** Lets a scope have a user. To be called by the middleware. `whenEntered` is told of one who logs in on the way. */
export function openUserOf(scope: Scope, whenEntered?: () => void): void {
  known.set(scope, { user: undefined, whenEntered });
}

/**
 * Who sends a request, holds a socket, or had a task enqueued: a user, or an `AnonymousUser`. Looked up when it is first
 * asked for, once.
 * Rejects with `AuthenticationMissing` where `authentication()` is not among the middleware.
 */
export async function userOf(scope: Scope): Promise<Visitor> {
  return (await someoneOf(scope)) as unknown as Visitor;
}

export async function someoneOf(scope: Scope): Promise<Someone> {
  // A task has the user that it carries, whatever is among its worker's middleware.
  if (scope.type === "task" && !known.has(scope)) openUserOf(scope);
  const entry = known.get(scope);
  if (entry === undefined) throw new AuthenticationMissing({ scope: scope.type });
  if (entry.user !== undefined) return entry.user;
  entry.user = look(scope);
  entry.whenAsked?.();
  return entry.user;
}

/** Whether somebody may be behind a scope; false without a look where nobody is. */
export function mayHaveUser(scope: Scope): boolean {
  const entry = known.get(scope);
  if (entry === undefined || entry.user !== undefined) return entry !== undefined;
  return "headers" in scope && scope.headers.has("cookie");
}

/** Calls back when somebody wants to know who it is: at once where somebody has. */
export function whenUserAsked(scope: Scope, listener: () => void): void {
  const entry = known.get(scope);
  if (entry === undefined) return;
  if (entry.user === undefined) entry.whenAsked = listener;
  else listener();
}

/** The same; an `AnonymousUser` also where the site has no users, or refused the request before it asked who it is. */
export async function findUserOf(scope: Scope): Promise<Visitor> {
  return known.has(scope) || scope.type === "task" ? userOf(scope) : new AnonymousUser();
}

/** Says who it is from now on. */
export function setUserOf(scope: Scope, user: Someone): void {
  const entry = known.get(scope);
  if (entry === undefined) throw new AuthenticationMissing({ scope: scope.type });
  const isFirst = entry.user === undefined;
  entry.user = Promise.resolve(user);
  if (user.isAnonymous) return;
  entry.whenEntered?.();
  if (isFirst) entry.whenAsked?.();
}

async function look(scope: Scope): Promise<Someone> {
  if (scope.type === "task") {
    const asker = askerOf(scope);
    return (asker && (await userOfClaim(asker))) ?? new AnonymousUser();
  }
  const session = sessionOf(scope);
  const claim = await claimOf(session);
  if (claim === undefined) return new AnonymousUser();
  const user = await userOfClaim(claim);
  const fit = user === undefined ? false : fits(claim, user);
  if (user !== undefined && fit === "old") keepClaim(session, { ...claim, fingerprint: user.sessionFingerprint() });
  if (user !== undefined && fit !== false) return user;
  // Nothing that she had put into her session is for whoever comes after her.
  if (scope.type === "http") session.flush();
  return new AnonymousUser();
}

/** The user that a session speaks of, if she may still use the site. The password is not looked at. */
export async function userOfClaim({ user, backend: name }: Asker): Promise<AbstractBaseUser | undefined> {
  const backend = authBackends().find((candidate) => candidate.name === name);
  if (backend === undefined) return undefined;
  const found = await findBy(backend, user);
  return found instanceof AbstractBaseUser ? found : undefined;
}

async function findBy(backend: AuthBackend, key: string): Promise<unknown> {
  if (backend.find !== undefined) return backend.find(key);
  const user = await anyUserModel().filterBy({ pk: key }).first();
  return user?.isActive === true ? user : undefined;
}
