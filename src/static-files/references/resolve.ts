import { posix } from "node:path";

/** A reference taken apart: the name of a static file, and what follows it. */
export interface ResolvedReference {
  readonly name: string;
  /** The query and the fragment: `?v=2`, `#icon`. */
  readonly suffix: string;
}

/**
 * The static file that `target`, in the file `from`, stands for: relative to it, or below `prefix` (`/static/`).
 * `undefined` for what is elsewhere: other hosts, other paths, data, and fragments of the same document.
 */
export function resolveReference(target: string, from: string, prefix: string): ResolvedReference | undefined {
  if (target === "" || /^(?:[a-z][a-z0-9+.-]*:|\/\/|[#?])/i.test(target)) return undefined;
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  const suffix = end < 0 ? "" : target.slice(end);
  const decoded = decode(path);
  if (decoded === undefined) return undefined;
  if (decoded.startsWith("/")) {
    return decoded.startsWith(prefix) ? { name: decoded.slice(prefix.length), suffix } : undefined;
  }
  const name = posix.join(posix.dirname(from), decoded);
  return name.startsWith("../") ? undefined : { name, suffix };
}

/** `name` as it is written in the file `from`, in the way in which `target` was. */
export function writeReference(target: string, from: string, prefix: string, name: string): string {
  const encoded = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
  if (target.startsWith("/")) return prefix + encoded(name);
  const way = encoded(posix.relative(posix.dirname(from), name));
  return target.startsWith("./") && !way.startsWith("../") ? `./${way}` : way;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
