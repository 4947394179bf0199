import {
  checkOrder,
  type ConsumerServicesOptions,
  defaultMiddleware,
  type Middleware,
  middlewareName,
  placeMiddleware,
} from "../consumers/index.js";
import { getLogger, toError } from "../core/index.js";
import type { Project } from "./project.js";

/** The middleware of a site, in its order. */
export interface SiteMiddleware {
  readonly list: readonly Middleware[];
  /** How many of the list, from its beginning, stand around static files as well: up to the last of the default ones. */
  readonly aroundFiles: number;
}

/**
 * The middleware of a project: the default ones and its own. `services` are missing where nothing runs, as for a list
 * of what there is. Throws `MiddlewareMisplaced` and what the options of the default ones may throw.
 */
export function siteMiddleware(
  { settings, middleware }: Project,
  { templates, secretKeys = [] }: ConsumerServicesOptions = {},
): SiteMiddleware {
  const defaults = defaultMiddleware({
    allowedHosts: settings.allowedHosts,
    trustedOrigins: settings.trustedOrigins,
    httpsRedirect: settings.httpsRedirect,
    debug: settings.debug,
    settings,
    secrets: secretKeys,
    ...(templates !== undefined && { templates }),
  });
  const list = typeof middleware === "function" ? middleware(defaults) : placeMiddleware(defaults, middleware);
  checkOrder(list);
  const names = new Set(defaults.map(middlewareName));
  const aroundFiles = list.findLastIndex((one) => one.info !== undefined && names.has(one.info.name)) + 1;
  return { list, aroundFiles };
}

/** Ends what middleware keeps open. Never rejects. */
export async function closeMiddleware(list: readonly Middleware[]): Promise<void> {
  for (const { info } of list) {
    try {
      await info?.close?.();
    } catch (thrown) {
      getLogger().error({ err: toError(thrown), middleware: info?.name }, "a middleware did not close");
    }
  }
}
