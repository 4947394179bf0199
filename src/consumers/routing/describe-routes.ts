import { allowedMethods } from "../method-table.js";
import { middlewareName } from "../middleware/middleware.js";
import { flattenRoutes } from "./flatten.js";
import type { Route } from "./route.js";

/** A route as `hotclub routes` shows it. */
export interface RouteDescription {
  readonly kind: "http" | "websocket" | "channel";
  /** What a request may ask for; empty for what is no request. */
  readonly methods: readonly string[];
  /** The host's pattern; `null` for every host. */
  readonly host: string | null;
  /** The whole pattern, or the name of the channel. */
  readonly path: string;
  readonly name: string | null;
  /** The name of its class. */
  readonly consumer: string;
  /** What wraps this route beside the site's own. */
  readonly middleware: readonly string[];
  /** What its consumer does without. */
  readonly exempt: readonly string[];
}

/** Describes the routes of a table in the order in which they were written, channels last. Throws `RouteInvalid`. */
export function describeRoutes(routes: readonly Route[]): readonly RouteDescription[] {
  const { paths, channels } = flattenRoutes(routes);
  return [
    ...paths.map(({ kind, host, pattern, name, consumer, middleware, matched }) => ({
      kind,
      methods: kind === "http" ? allowedMethods(consumer) : [],
      host: host?.pattern ?? null,
      path: pattern,
      name: name ?? null,
      consumer: consumer.name,
      middleware: middleware.map(middlewareName),
      exempt: matched.exempt,
    })),
    ...channels.map(({ channel, consumer }) => ({
      kind: "channel" as const,
      methods: [],
      host: null,
      path: channel,
      name: null,
      consumer: consumer.name,
      middleware: [],
      exempt: [],
    })),
  ];
}
