import type { Application } from "../core/index.js";
import { checkOrder } from "./middleware/check-order.js";
import { type Middleware, wrap } from "./middleware/middleware.js";
import { flattenRoutes } from "./routing/flatten.js";
import { remoteGate } from "./remote/remote-gate.js";
import type { RemotePools } from "./remote/remote-pools.js";
import type { Route } from "./routing/route.js";
import { RoutedApplication } from "./routing/routed-application.js";
import type { TrailingSlash } from "./routing/trailing-slash.js";
import { ConsumerServices, type ConsumerServicesOptions } from "./services.js";

/** What an application is made of. */
export interface ApplicationOptions extends ConsumerServicesOptions {
  readonly routes: readonly Route[];
  /** The first is the outermost. */
  readonly middleware?: readonly Middleware[];
  /** What happens where only the slash at the end of a path keeps it from fitting a route. Default `append`. */
  readonly trailingSlash?: TrailingSlash;
  /** Takes the connections of routes with `remote`. Without it, their consumers run here as all others do. */
  readonly remote?: RemotePools;
}

/**
 * Makes the application of a routing table, for `ProtocolServer.listen` or a test. Throws `RouteInvalid`,
 * `RoutesConflict` and `MiddlewareMisplaced`.
 */
export function createApplication(options: ApplicationOptions): Application {
  const { routes, middleware = [], trailingSlash = "append", remote, ...given } = options;
  const { paths } = flattenRoutes(routes);
  const ownLists = new Set([middleware, ...paths.map((route) => [...middleware, ...route.middleware])]);
  for (const list of ownLists) checkOrder(list);
  const { application } = new RoutedApplication(paths, new ConsumerServices(given), trailingSlash);
  const inside = wrap(application, middleware);
  return remote === undefined ? inside : remoteGate(inside, paths, trailingSlash, remote);
}
