import { MiddlewareMisplaced } from "../errors.js";
import { type Middleware, middlewareName } from "./middleware.js";

/**
 * Makes sure that every middleware of a list, outermost first, stands where it asks to stand. Throws one
 * `MiddlewareMisplaced` that names every pair in the wrong order.
 */
export function checkOrder(list: readonly Middleware[]): void {
  const names = list.map(middlewareName);
  const problems = new Set<string>();
  list.forEach(({ info }, index) => {
    const name = names[index] ?? "";
    for (const other of info?.before ?? []) {
      if (names.slice(0, index).includes(other)) problems.add(`${name} must stand before ${other}`);
    }
    for (const other of info?.after ?? []) {
      if (names.slice(index + 1).includes(other)) problems.add(`${name} must stand after ${other}`);
    }
  });
  if (problems.size > 0) throw new MiddlewareMisplaced({ problems: [...problems], order: names });
}
