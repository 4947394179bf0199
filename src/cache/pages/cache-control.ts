import {
  addHeader,
  addVary,
  defineMiddleware,
  headerOf,
  isResponseHead,
  type Middleware,
  ownResponse,
  setHeader,
} from "../../consumers/index.js";
import type { HeaderLine } from "../../core/index.js";
import { CacheOptionInvalid } from "../errors.js";

/** What a response says to caches (RFC 9111 §5.2.2). */
export interface CacheControlOptions {
  /** How long it may be used without asking again, in seconds. */
  readonly maxAgeS?: number;
  /** The same for caches that many people share. */
  readonly sharedMaxAgeS?: number;
  /** Shared caches may keep it (`public`), or only the visitor's own browser (`private`). */
  readonly audience?: "public" | "private";
  readonly noStore?: boolean;
  readonly noCache?: boolean;
  readonly mustRevalidate?: boolean;
  readonly immutable?: boolean;
  /** How long an old one may still be used while a new one is fetched, in seconds. */
  readonly staleWhileRevalidateS?: number;
}

/** Directives by name; `true` for those without a value. */
type Directives = Map<string, string | true>;

/** Tells caches what they may do with the responses of a route. What a response says of itself goes first. Throws `CacheOptionInvalid`. */
export function cacheControl(options: CacheControlOptions): Middleware<"http"> {
  const own = directivesOf(options);
  return changingHeads("cache-control", (headers) => {
    const said = parse(headerOf(headers, "cache-control"));
    const audience = said.has("public") || said.has("private");
    for (const [name, value] of own) {
      if (audience && (name === "public" || name === "private")) continue;
      if (!said.has(name)) said.set(name, value);
    }
    setHeader(headers, "cache-control", format(said));
  });
}

/** Has no cache keep the responses of a route, not even the visitor's own. */
export function neverCache(): Middleware<"http"> {
  return changingHeads("never-cache", (headers) => {
    setHeader(headers, "cache-control", "max-age=0, no-cache, no-store, must-revalidate, private");
    addHeader(headers, ["expires", "Thu, 01 Jan 1970 00:00:00 GMT"]);
  });
}

/** Tells caches that the responses of a route depend on these headers of the request. */
export function varyOn(...names: readonly string[]): Middleware<"http"> {
  return changingHeads("vary-on", (headers) => {
    for (const name of names) addVary(headers, name);
  });
}

function changingHeads(name: string, change: (headers: HeaderLine[]) => void): Middleware<"http"> {
  return defineMiddleware({ name, scopes: ["http"] }, (next) => (scope, send) => {
    return next(scope, (message) => {
      if (!isResponseHead(message)) return send(message);
      const head = ownResponse(message);
      change(head.headers);
      return send(head);
    });
  });
}

function directivesOf(options: CacheControlOptions): Directives {
  const directives: Directives = new Map();
  const seconds = (option: keyof CacheControlOptions, name: string): void => {
    const value = options[option];
    if (value === undefined) return;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      throw new CacheOptionInvalid({ option, problem: `must be whole seconds from 0, is ${String(value)}` });
    directives.set(name, String(value));
  };
  if (options.audience !== undefined) directives.set(options.audience, true);
  seconds("maxAgeS", "max-age");
  seconds("sharedMaxAgeS", "s-maxage");
  seconds("staleWhileRevalidateS", "stale-while-revalidate");
  if (options.noStore === true) directives.set("no-store", true);
  if (options.noCache === true) directives.set("no-cache", true);
  if (options.mustRevalidate === true) directives.set("must-revalidate", true);
  if (options.immutable === true) directives.set("immutable", true);
  return directives;
}

/** The directives of a header. */
export function parse(header: string | undefined): Directives {
  const directives: Directives = new Map();
  for (const part of (header ?? "").split(",")) {
    const [, name, value] = /^\s*([\w-]+)\s*(?:=\s*"?([^"]*)"?)?\s*$/.exec(part) ?? [];
    if (name !== undefined) directives.set(name.toLowerCase(), value ?? true);
  }
  return directives;
}

function format(directives: Directives): string {
  return [...directives].map(([name, value]) => (value === true ? name : `${name}=${value}`)).join(", ");
}
