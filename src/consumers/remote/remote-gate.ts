import type { Application } from "../../core/index.js";
import type { FlatRoute } from "../routing/flatten.js";
import { HostRouter } from "../routing/host-router.js";
import { otherSlash, type TrailingSlash } from "../routing/trailing-slash.js";
import type { RemotePools } from "./remote-pools.js";

type RemoteRoute = FlatRoute & { readonly remote: string };

/**
 * Lets workers have the connections of routes with `remote`, before anything else sees them: the site's middleware runs
 * where the consumer does, because what it leaves in a scope cannot travel. Everything else goes to `inside`.
 */
export function remoteGate(
  inside: Application,
  routes: readonly FlatRoute[],
  trailingSlash: TrailingSlash,
  pools: RemotePools,
): Application {
  if (!routes.some(isRemote)) return inside;
  // All routes, not the remote ones alone: another may come before them for the same path.
  const requests = new HostRouter(routes.filter((route) => route.kind === "http"));
  const sockets = new HostRouter(routes.filter((route) => route.kind === "websocket"));
  return (scope, send) => {
    if (scope.type !== "http" && scope.type !== "websocket") return inside(scope, send);
    const router = scope.type === "http" ? requests : sockets;
    let match = router.match(scope);
    if (match === undefined && trailingSlash === "either") {
      const other = otherSlash(scope.rawPath, trailingSlash);
      if (other !== undefined) match = router.matchPath(scope, other);
    }
    if (match === undefined || !isRemote(match.route)) return inside(scope, send);
    scope.params = match.params;
    scope.route = match.route.matched;
    return pools.open(match.route, scope, send);
  };
}

function isRemote(route: FlatRoute): route is RemoteRoute {
  return route.remote !== undefined;
}
