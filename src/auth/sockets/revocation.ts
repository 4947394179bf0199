import { getLogger, toError } from "../../core/index.js";
import { group } from "../../layers/index.js";

/** What processes that hold sockets of a user are told. */
export interface Revocations {
  /** One of her logins is over. */
  readonly "auth.ended": { readonly user: string; readonly login: string };
  /** She was changed: look whether she may still have her sockets. */
  readonly "auth.changed": { readonly user: string };
}

/** The processes that hold sockets of a user. */
export const userSockets = group("auth/user/:key").carries<Revocations>();

/** Tells all processes that a login is over. */
export async function endLogin(user: string, login: string): Promise<void> {
  await tell(user, () => userSockets({ key: user }).send("auth.ended", { user, login }));
}

/** Has all processes look at a user's sockets again. */
export async function recheckSockets(user: string): Promise<void> {
  await tell(user, () => userSockets({ key: user }).send("auth.changed", { user }));
}

/** She is logged out all the same; processes that did not hear of it look for themselves when the layer is back. */
async function tell(user: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (thrown) {
    getLogger().error({ err: toError(thrown), user }, "sockets of a user could not be told that they are over");
  }
}
