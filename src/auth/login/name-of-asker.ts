import type { Carried } from "../../core/index.js";
import { askerOf } from "./asker.js";
import { userOfClaim } from "./user-of.js";

/**
 * What she is called who had a task enqueued, of what the task carries: the name that she logs in with, or `user KEY`
 * where she may not use the site any more. `undefined` where nobody asked for it.
 */
export async function nameOfAsker(carried: Carried | null | undefined): Promise<string | undefined> {
  const asker = askerOf({ carried });
  if (asker === undefined) return undefined;
  return (await userOfClaim(asker))?.loginName ?? `user ${asker.user}`;
}
