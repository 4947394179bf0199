import type { RouteParam } from "../../core/index.js";
import type { Converter } from "./converters.js";
import type { FlatRoute } from "./flatten.js";
import type { RouteNode } from "./route-tree.js";

const slash = 47;

/** A node of the tree as the search wants it. */
interface Place {
  /** The fixed texts below, where there are few: compared one by one, without a hash or a copy of the segment. */
  readonly few: readonly { readonly text: string; readonly next: Place }[] | undefined;
  readonly many: ReadonlyMap<string, Place> | undefined;
  readonly branches: readonly { readonly converter: Converter; readonly next: Place }[];
  readonly route: FlatRoute | undefined;
}

/** From so many texts on a map is faster. */
const manyTexts = 5;

/**
 * Searches a tree of routes, segment by segment: fixed text first, then parameters in the order of the routes. What
 * was captured stays in `captured` until the next search.
 */
export class RouteSearch {
  readonly captured: RouteParam[] = [];
  readonly #root: Place;
  #path = "";
  #isEncoded = false;

  /** `root` must be complete. */
  constructor(root: RouteNode) {
    this.#root = placeOf(root);
  }

  /** The route of a path that is still percent-encoded, and well so. */
  find(rawPath: string): FlatRoute | undefined {
    this.#path = rawPath;
    this.#isEncoded = rawPath.includes("%");
    return this.#find(this.#root, 1, 0);
  }

  /** The route of what follows `start`, with `depth` parameters captured before it. */
  #find(place: Place, start: number, depth: number): FlatRoute | undefined {
    const path = this.#path;
    if (start > path.length) return place.route;
    const fixed = this.#followText(place, start, depth);
    if (fixed !== undefined) return fixed;
    const { branches } = place;
    if (branches.length === 0) return undefined;
    const end = this.#endOf(start);
    let text: string | undefined;
    for (const { converter, next } of branches) {
      if (converter.takesRest === true) {
        const route = this.#followRest(converter, next, start, depth);
        if (route !== undefined) return route;
        continue;
      }
      if (start === end) continue;
      const value = converter.parse((text ??= this.#text(start, end)));
      if (value === undefined) continue;
      const route = this.#find(next, end + 1, depth + 1);
      if (route === undefined) continue;
      // Written on the way back, so that branches that led nowhere leave nothing behind.
      this.captured[depth] = value;
      return route;
    }
    return undefined;
  }

  #followText({ few, many }: Place, start: number, depth: number): FlatRoute | undefined {
    const path = this.#path;
    if (few !== undefined && !this.#isEncoded) {
      for (const { text, next } of few) {
        const end = start + text.length;
        if (!path.startsWith(text, start) || (end < path.length && path.charCodeAt(end) !== slash)) continue;
        return this.#find(next, end + 1, depth);
      }
      return undefined;
    }
    const end = this.#endOf(start);
    const text = this.#text(start, end);
    const next = many === undefined ? few?.find((one) => one.text === text)?.next : many.get(text);
    return next === undefined ? undefined : this.#find(next, end + 1, depth);
  }

  /** As many segments as can be go to the parameter, but a route that goes on after it has the first say. */
  #followRest(converter: Converter, next: Place, start: number, depth: number): FlatRoute | undefined {
    const path = this.#path;
    for (let end = path.lastIndexOf("/"); end > start; end = path.lastIndexOf("/", end - 1)) {
      const route = this.#find(next, end + 1, depth + 1);
      if (route !== undefined && this.#takeRest(converter, start, end, depth)) return route;
    }
    const { route } = next;
    return route !== undefined && this.#takeRest(converter, start, path.length, depth) ? route : undefined;
  }

  #takeRest(converter: Converter, start: number, end: number, depth: number): boolean {
    const value = start < end ? converter.parse(this.#text(start, end)) : undefined;
    if (value !== undefined) this.captured[depth] = value;
    return value !== undefined;
  }

  #endOf(start: number): number {
    const end = this.#path.indexOf("/", start);
    return end < 0 ? this.#path.length : end;
  }

  #text(start: number, end: number): string {
    const raw = this.#path.slice(start, end);
    return this.#isEncoded ? decodeURIComponent(raw) : raw;
  }
}

function placeOf({ texts, branches, route }: RouteNode): Place {
  const below = [...texts].map(([text, node]) => ({ text, next: placeOf(node) }));
  const isMany = below.length >= manyTexts;
  return {
    few: isMany ? undefined : below,
    many: isMany ? new Map(below.map(({ text, next }) => [text, next])) : undefined,
    branches: branches.map(({ segment, node }) => ({ converter: segment.converter, next: placeOf(node) })),
    route,
  };
}
