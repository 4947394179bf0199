import { type Application, type HttpScope, NotFound, UpgradeRequired, type WebSocketScope } from "../core/index.js";
import { ConsumerRun } from "./consumer-run.js";
import { ScopeMismatch } from "./errors.js";
import { type Middleware, wrap } from "./middleware/middleware.js";
import { refuse } from "./refuse.js";
import { flattenRoutes } from "./routing/flatten.js";
import type { Route } from "./routing/route.js";
import { Router } from "./routing/router.js";
import { ConsumerServices, type ConsumerServicesOptions } from "./services.js";

/** What an application is made of. */
export interface ApplicationOptions extends ConsumerServicesOptions {
  readonly routes: readonly Route[];
  /** The first is the outermost. */
  readonly middleware?: readonly Middleware[];
}

/** Makes the application of a routing table, for `ProtocolServer.listen` or a test. Throws `RouteInvalid`. */
export function createApplication({ routes, middleware = [], ...options }: ApplicationOptions): Application {
  const services = new ConsumerServices(options);
  return wrap(routed(routes, services), middleware);
}

function routed(routes: readonly Route[], services: ConsumerServices): Application {
  const { paths } = flattenRoutes(routes);
  const requests = new Router(paths.filter((route) => route.kind === "http"));
  const sockets = new Router(paths.filter((route) => route.kind === "websocket"));
  return (scope, send) => {
    if (scope.type !== "http" && scope.type !== "websocket") {
      throw new ScopeMismatch({ consumer: "The routing table", expected: "http and websocket", given: scope.type });
    }
    const match = (scope.type === "http" ? requests : sockets).match(scope.rawPath);
    if (match === undefined) return refuse(scope, send, missing(scope, sockets), services.debug);
    scope.params = match.params;
    return new ConsumerRun(match.route.consumer as never, scope, send, services);
  };
}

/** What a client hears that asked for a path without a route: the other protocol may have one. */
function missing(scope: HttpScope | WebSocketScope, sockets: Router): Error {
  if (scope.type === "http" && sockets.match(scope.rawPath) !== undefined) return new UpgradeRequired();
  return new NotFound({ what: "This page" });
}
