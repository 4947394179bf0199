import { carry, type Scope } from "../../core/index.js";
import { sessionOf } from "../../sessions/index.js";
import { AbstractBaseUser } from "../users/abstract-base-user.js";
import { type Asker, askerName } from "./asker.js";
import { claimOf, userKey } from "./login-claim.js";
import { mayHaveUser, someoneOf } from "./user-of.js";

/** From now on, tasks know who asked for them. */
export function carryUser(): void {
  carry(askerName, (scope) => (mayHaveUser(scope) ? whoAsks(scope) : undefined));
}

/** She is looked for now, not when the task runs: her session may be another by then, or over. */
async function whoAsks(scope: Scope): Promise<(Asker & { readonly [key: string]: string }) | undefined> {
  const user = await someoneOf(scope);
  if (!(user instanceof AbstractBaseUser)) return undefined;
  const claim = await claimOf(sessionOf(scope));
  return claim && { user: userKey(user), backend: claim.backend };
}
