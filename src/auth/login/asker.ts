import type { Carried } from "../../core/index.js";
import type { LoginClaim } from "./login-claim.js";

/** Who asked for a task, as the task carries it: no more than is needed to find her. */
export type Asker = Pick<LoginClaim, "user" | "backend">;

/** The name that it is carried under. */
export const askerName = "user";

/** Who asked for a task; `undefined` where nobody did. */
export function askerOf({ carried }: { readonly carried?: Carried | null | undefined }): Asker | undefined {
  const kept = carried?.[askerName];
  if (typeof kept !== "object" || kept === null) return undefined;
  const { user, backend } = kept as { readonly user?: unknown; readonly backend?: unknown };
  return typeof user === "string" && typeof backend === "string" ? { user, backend } : undefined;
}
