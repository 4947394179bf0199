import type { HttpScope } from "../../core/index.js";
import { hasCsrfToken } from "./csrf/csrf-token.js";
import { hasCspNonce } from "./headers/content-security-policy.js";

/** Whether the page of this request holds what is good for this visitor and this request alone: a CSRF token, a nonce. */
export function hasVisitorsSecret(scope: HttpScope): boolean {
  return hasCsrfToken(scope) || hasCspNonce(scope);
}
