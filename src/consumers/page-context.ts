import type { HttpScope } from "../core/index.js";
import { cspNonce } from "./middleware/headers/content-security-policy.js";
import { csrfToken } from "./middleware/csrf/csrf-token.js";

/**
 * What the templates of a request's page know besides `given`, which goes first: `request`, `csrfToken` and `cspNonce`.
 * Both are made when a template asks for them: a page without a form needs no cookie.
 */
export function pageContext(scope: HttpScope, request: object, given: object): object {
  return {
    request,
    get csrfToken() {
      return csrfToken(scope);
    },
    get cspNonce() {
      return cspNonce(scope);
    },
    ...given,
  };
}
