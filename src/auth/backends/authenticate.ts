import { PermissionDenied, type Scope } from "../../core/index.js";
import { loginFailed } from "../login/signals.js";
import { countLogin, forgiveLogin } from "../login/login-throttle.js";
import type { Identity } from "../users/identity.js";
import type { AppUser } from "../users/user-model.js";
import type { Credentials } from "./backend.js";
import { authBackends } from "./registry.js";

const origins = new WeakMap<Identity, string>();

/** The name of the backend that knew this user. */
export function backendOf(user: Identity): string | undefined {
  return origins.get(user);
}

/** Options of `authenticate`. */
export interface AuthenticateOptions {
  /**
   * The request or socket that it is about. With it, tries are counted, for the account and for the address: too many
   * reject with `TooManyLogins`.
   */
  readonly scope?: Scope;
}

/**
 * The user whose credentials these are, or `undefined`: the backends are asked in their order. Nobody is logged in by
 * it; see `login`. It takes as long for names that nobody has as for those that somebody has.
 */
export async function authenticate(
  credentials: Credentials,
  { scope }: AuthenticateOptions = {},
): Promise<AppUser | undefined> {
  await countLogin(scope, credentials);
  const user = await firstThatKnows(credentials, scope);
  if (user === undefined) {
    const { password: _, ...shown } = credentials;
    await loginFailed.send({ sender: authenticate, credentials: shown, scope });
    return undefined;
  }
  await forgiveLogin(scope, credentials);
  return user as unknown as AppUser;
}

async function firstThatKnows(credentials: Credentials, scope: Scope | undefined): Promise<Identity | undefined> {
  for (const backend of authBackends()) {
    try {
      const user = await backend.authenticate?.(credentials, scope);
      if (user === undefined || user === null) continue;
      origins.set(user, backend.name);
      return user;
    } catch (thrown) {
      if (thrown instanceof PermissionDenied) return undefined;
      throw thrown;
    }
  }
  return undefined;
}
