import { BadSignature, fingerprint, isFingerprintOf, signTimed, unsignTimed } from "../../core/index.js";
import { keyText } from "../../orm/index.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";
import { anyUserModel } from "../users/user-model.js";

/** How long a link in a mail is good, unless the project says otherwise. */
export const linkMaxAgeS = 3 * 24 * 3600;

/** What a link in a mail is for. */
export type TokenUse = "reset" | "confirm";

interface TokenData {
  readonly user: string;
  readonly fingerprint: string;
}

/**
 * What the link in a mail to `user` holds. It is good once: for the password, the last login, the address and whether she
 * is active are what they were when it was made.
 */
export function accountToken(use: TokenUse, user: AbstractBaseUser): string {
  const data: TokenData = { user: keyText(user.pk), fingerprint: fingerprint(stateOf(user), { salt: saltOf(use) }) };
  return signTimed(data, { salt: saltOf(use) });
}

/** Whose token it is; `undefined` where it is nobody's, too old, or was used. */
export async function userOfToken(
  use: TokenUse,
  token: string | undefined,
  maxAgeS = linkMaxAgeS,
): Promise<AbstractBaseUser | undefined> {
  const data = readToken(use, token, maxAgeS);
  if (data === undefined) return undefined;
  const user = await anyUserModel().filterBy({ pk: data.user }).first();
  if (user === null || !isFingerprintOf(data.fingerprint, stateOf(user), { salt: saltOf(use) })) return undefined;
  return user;
}

function readToken(use: TokenUse, token: string | undefined, maxAgeS: number): TokenData | undefined {
  if (token === undefined) return undefined;
  try {
    return unsignTimed(token, { salt: saltOf(use), maxAgeS }) as TokenData;
  } catch (thrown) {
    if (thrown instanceof BadSignature) return undefined;
    throw thrown;
  }
}

function saltOf(use: TokenUse): string {
  return `hotclub.auth.${use}`;
}

function stateOf({ password, lastLogin, mailAddress, isActive }: AbstractBaseUser): string {
  return JSON.stringify([password, lastLogin?.getTime() ?? null, mailAddress, isActive]);
}
