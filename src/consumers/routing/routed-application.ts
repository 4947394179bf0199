import {
  type Application,
  type Handler,
  type HttpScope,
  type Scope,
  type Send,
  UpgradeRequired,
  type WebSocketScope,
} from "../../core/index.js";
import { ConsumerRun } from "../consumer-run.js";
import { hostOf } from "../remote/consumer-host.js";
import { HostedRun } from "../remote/hosted-run.js";
import { ScopeMismatch } from "../errors.js";
import { wrap } from "../middleware/middleware.js";
import { refuse } from "../refuse.js";
import { HttpResponse } from "../response/response.js";
import type { ConsumerServices } from "../services.js";
import type { FlatRoute } from "./flatten.js";
import { HostRouter } from "./host-router.js";
import { NoRoute } from "./no-route.js";
import { checkConflicts } from "./route-conflicts.js";
import type { RouteMatch } from "./router.js";
import { otherSlash, slashLocation, type TrailingSlash } from "./trailing-slash.js";

/** Gives every request and socket the consumer of its route. */
export class RoutedApplication {
  readonly #requests: HostRouter;
  readonly #sockets: HostRouter;
  readonly #routes: readonly FlatRoute[];
  readonly #services: ConsumerServices;
  readonly #trailingSlash: TrailingSlash;
  /** Those of the routes that have middleware of their own. */
  readonly #wrapped = new Map<FlatRoute, Application>();

  /** Throws `RoutesConflict`. */
  constructor(routes: readonly FlatRoute[], services: ConsumerServices, trailingSlash: TrailingSlash) {
    checkConflicts(routes);
    this.#requests = new HostRouter(routes.filter((route) => route.kind === "http"));
    this.#sockets = new HostRouter(routes.filter((route) => route.kind === "websocket"));
    this.#routes = routes;
    this.#services = services;
    this.#trailingSlash = trailingSlash;
    for (const route of routes) {
      if (route.middleware.length === 0) continue;
      this.#wrapped.set(
        route,
        wrap((scope, send) => this.#consume(route, scope, send), route.middleware),
      );
    }
  }

  readonly application: Application = (scope, send) => {
    if (scope.type !== "http" && scope.type !== "websocket") {
      throw new ScopeMismatch({ consumer: "The routing table", expected: "http and websocket", given: scope.type });
    }
    const match = (scope.type === "http" ? this.#requests : this.#sockets).match(scope);
    return match === undefined ? this.#miss(scope, send) : this.#follow(match, scope, send);
  };

  #follow({ route, params }: RouteMatch, scope: HttpScope | WebSocketScope, send: Send): Handler {
    scope.params = params;
    scope.route = route.matched;
    if (route.middleware.length === 0) return this.#consume(route, scope, send);
    return this.#wrapped.get(route)?.(scope, send) ?? this.#consume(route, scope, send);
  }

  #consume(route: FlatRoute, scope: Scope, send: Send): Handler {
    const host = this.#services.isHosting ? hostOf(scope) : undefined;
    if (host !== undefined) return new HostedRun(route.consumer as never, scope, send, this.#services, host);
    return new ConsumerRun(route.consumer as never, scope, send, this.#services);
  }

  #miss(scope: HttpScope | WebSocketScope, send: Send): Handler {
    const other = otherSlash(scope.rawPath, this.#trailingSlash);
    const router = scope.type === "http" ? this.#requests : this.#sockets;
    const match = other === undefined ? undefined : router.matchPath(scope, other);
    if (match !== undefined && this.#trailingSlash === "either") return this.#follow(match, scope, send);
    if (match !== undefined && other !== undefined && scope.type === "http") return redirectTo(other, scope, send);
    // The other protocol may have a route.
    const isSocket = scope.type === "http" && this.#sockets.match(scope) !== undefined;
    return refuse(scope, send, isSocket ? new UpgradeRequired() : new NoRoute(this.#routes), this.#services.debug);
  }
}

function redirectTo(rawPath: string, scope: HttpScope, send: Send): Handler {
  const status = scope.method === "GET" || scope.method === "HEAD" ? 301 : 308;
  const response: object = new HttpResponse("", {
    status,
    headers: { location: slashLocation(rawPath, scope.queryString) },
  });
  let isAnswered = false;
  return {
    handle(message) {
      if (isAnswered || message.type !== "http.request") return;
      isAnswered = true;
      return send(response as HttpResponse & { readonly [key: string]: unknown });
    },
  };
}
