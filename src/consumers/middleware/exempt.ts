import type { HttpScope, WebSocketScope } from "../../core/index.js";

/**
 * Whether the consumer of a request or socket does without a middleware (`static exempt = ["csrf"]`). To be asked when
 * the route is known: after `next`, or when the answer goes out.
 */
export function isExempt({ route }: HttpScope | WebSocketScope, middleware: string): boolean {
  return route !== undefined && route.exempt.length > 0 && route.exempt.includes(middleware);
}
