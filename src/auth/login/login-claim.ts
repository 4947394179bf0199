import { isFingerprintOf } from "../../core/index.js";
import type { Session } from "../../sessions/index.js";
import { keyText } from "../../orm/index.js";
import { type AbstractBaseUser, sessionSalt } from "../users/abstract-base-user.js";

/** What a session says of who is logged in. */
export interface LoginClaim {
  /** The user's primary key, as text. */
  readonly user: string;
  /** The name of the backend that knows her. */
  readonly backend: string;
  /** Of her password's hash: the session ends when that changes. */
  readonly fingerprint: string;
  /** Tells this login from her others, on other devices; stays when the session's token changes. */
  readonly login: string;
}

/** A key of this folder's own: what `SessionData` says is the project's alone to say. */
const key = "_login" as never;

/** Who a session says is logged in. */
export async function claimOf(session: Session): Promise<LoginClaim | undefined> {
  const kept: unknown = await session.get(key);
  return kept as LoginClaim | undefined;
}

export function keepClaim(session: Session, claim: LoginClaim): void {
  session.set(key, claim as never);
}

/** A user's primary key as claims and groups have it. */
export function userKey(user: { readonly pk: unknown }): string {
  return keyText(user.pk);
}

/** Whether a claim was made when `user` had the password that she has: with today's key, or one that is still accepted. */
export function fits(claim: LoginClaim, user: AbstractBaseUser): "current" | "old" | false {
  return isFingerprintOf(claim.fingerprint, user.password, { salt: sessionSalt });
}
