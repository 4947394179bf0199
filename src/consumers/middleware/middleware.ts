import type { Application, Scope } from "../../core/index.js";

/** The kinds of scope. */
export type ScopeType = Scope["type"];

/** What a middleware says about itself, so that a wrong order is found when the site starts. */
export interface MiddlewareInfo {
  /** What others call it: `before`, `after`, and the `exempt` of consumers. */
  readonly name: string;
  /** The kinds of scope that it does something for. Default: all. */
  readonly scopes?: readonly ScopeType[];
  /** Names of middleware that must stand further in: later in the list. Those that are not there do not count. */
  readonly before?: readonly string[];
  /** Names of middleware that must stand further out: earlier in the list. */
  readonly after?: readonly string[];
  /** Ends what it keeps open, such as a connection; called once, when the site stops. */
  readonly close?: () => Promise<void>;
}

/**
 * Wraps an application into another: for every kind of scope, on the way in and (by wrapping `send`) on the way out.
 *
 * ```ts
 * const poweredBy: Middleware = (next) => (scope, send) =>
 *   next(scope, (message) =>
 *     send(message.type === "http.response" ? withHeader(message, "x-powered-by", "swing") : message),
 *   );
 * ```
 *
 * A plain function is enough; it gives `next(scope, send)` back untouched for scopes that do not concern it.
 * `defineMiddleware` adds a name, a place in the order, and the kinds of scope. `Kind` are the kinds that it works for.
 */
export interface Middleware<Kind extends ScopeType = ScopeType> {
  (next: Application): Application;
  readonly info?: MiddlewareInfo;
  /**
   * Whether it does something for scopes of a type. Missing: for all. Written as a method, so that middleware goes
   * wherever it concerns some of the scopes, and is refused where it concerns none.
   */
  concerns?(type: Kind): boolean;
}

/** The scopes of some types. */
type ScopeOf<Kind extends ScopeType> = Extract<Scope, { readonly type: Kind }>;

/**
 * Makes a middleware with a name and a place:
 *
 * ```ts
 * const tenant = defineMiddleware({ name: "tenant", scopes: ["http"], after: ["allowed-hosts"] }, (next) =>
 *   (scope, send) => {
 *     scope.state["tenant"] = scope.headers.get("host");
 *     return next(scope, send);
 *   });
 * ```
 *
 * `wrap` sees only scopes of the types in `scopes`; all others go past it.
 */
export function defineMiddleware<const Kinds extends readonly ScopeType[] = readonly ScopeType[]>(
  info: MiddlewareInfo & { readonly scopes?: Kinds },
  wrap: (next: Application<ScopeOf<Kinds[number]>>) => Application<ScopeOf<Kinds[number]>>,
): Middleware<Kinds[number]> {
  const { scopes } = info;
  const wrapAll = wrap as unknown as (next: Application) => Application;
  const middleware: Middleware<Kinds[number]> =
    scopes === undefined ? (next) => wrapAll(next) : (next) => only(scopes, wrapAll(next), next);
  return Object.assign(middleware, {
    info,
    concerns: (type: ScopeType) => scopes === undefined || scopes.includes(type),
  });
}

function only(scopes: readonly ScopeType[], inside: Application, past: Application): Application {
  const [first, second] = scopes;
  // The usual one or two are compared without a loop: this runs once for each middleware of each request.
  if (scopes.length <= 2)
    return (scope, send) => (scope.type === first || scope.type === second ? inside(scope, send) : past(scope, send));
  return (scope, send) => (scopes.includes(scope.type) ? inside(scope, send) : past(scope, send));
}

/** Wraps `application` so that the first of `middleware` is the outermost. */
export function wrap(application: Application, middleware: readonly Middleware[]): Application {
  return middleware.reduceRight((inner, outer) => outer(inner), application);
}

/** What a middleware is called in messages and tables. */
export function middlewareName(middleware: Middleware): string {
  return middleware.info?.name ?? (middleware.name || "anonymous");
}
