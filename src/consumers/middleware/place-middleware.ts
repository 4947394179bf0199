import { type Middleware, middlewareName } from "./middleware.js";

/**
 * A project's own middleware among the default ones: one with the name of a default one takes its place, one that must
 * stand before some of them (`info.before`) stands right before the first of these, and all others, in their order,
 * inside of them all.
 */
export function placeMiddleware(defaults: readonly Middleware[], own: readonly Middleware[]): readonly Middleware[] {
  const placed = [...defaults];
  const inside: Middleware[] = [];
  for (const middleware of own) {
    const name = middleware.info?.name;
    if (name !== undefined && defaults.some((other) => middlewareName(other) === name)) {
      placed[placed.findIndex((other) => middlewareName(other) === name)] = middleware;
      continue;
    }
    const before = middleware.info?.before ?? [];
    const first = placed.findIndex((other) => before.includes(middlewareName(other)));
    if (first >= 0) placed.splice(first, 0, middleware);
    else inside.push(middleware);
  }
  return [...placed, ...inside];
}
