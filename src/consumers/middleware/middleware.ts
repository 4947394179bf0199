import type { Application } from "../../core/index.js";

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
 * Middleware that does not concern a scope's type gives `next(scope, send)` back untouched.
 */
export type Middleware = (next: Application) => Application;

/** Wraps `application` so that the first of `middleware` is the outermost. */
export function wrap(application: Application, middleware: readonly Middleware[]): Application {
  return middleware.reduceRight((inner, outer) => outer(inner), application);
}
