import type { HttpScope } from "../core/index.js";
import type { ContextProcessor } from "../templates/index.js";
import { cspNonce } from "./middleware/headers/content-security-policy.js";
import { csrfToken } from "./middleware/csrf/csrf-token.js";

/**
 * What the templates of a request's page know besides `given`, which goes first: `request`, `csrfToken` and `cspNonce`,
 * and what the apps' context processors add. Getters are called when a template asks for them: a page without a form
 * needs no cookie, a page that does not greet needs no user.
 */
export async function pageContext(
  scope: HttpScope,
  request: object,
  given: object,
  processors: readonly ContextProcessor[] = [],
): Promise<object> {
  const context: object = {
    request,
    get csrfToken() {
      return csrfToken(scope);
    },
    get cspNonce() {
      return cspNonce(scope);
    },
  };
  for (const processor of processors) {
    const added = processor(scope);
    Object.defineProperties(context, Object.getOwnPropertyDescriptors(added instanceof Promise ? await added : added));
  }
  return Object.defineProperties(context, Object.getOwnPropertyDescriptors(given));
}
