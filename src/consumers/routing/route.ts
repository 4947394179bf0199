import type { ChannelScope, HttpScope, PathParams, RouteParams, WebSocketScope } from "../../core/index.js";
import type { ActionTable } from "../action.js";
import type { Consumer, ConsumerContext } from "../consumer.js";
import { RouteInvalid } from "../errors.js";
import type { HttpConsumer } from "../http-consumer.js";
import type { Middleware } from "../middleware/middleware.js";
import type { WebSocketConsumer } from "../websocket-consumer.js";
import type { HostPattern } from "./host-pattern.js";
import { parsePattern, type Segment } from "./pattern.js";

/** Options of `http` and `websocket`. */
export interface RouteOptions<Name extends string = string, Kind extends "http" | "websocket" = "http" | "websocket"> {
  /** What `reverse` and `{% url %}` call this route. */
  readonly name?: Name;
  /** Wraps this route alone, inside of the site's own middleware; the first is the outermost. */
  readonly middleware?: readonly Middleware<Kind>[];
  /**
   * The pool of workers that run its consumers, the site's middleware included; this process keeps the connection, also
   * while workers come and go. Default: this process runs them itself.
   */
  readonly remote?: string;
}

/** A path and the consumer for it. */
export interface PathRoute<Pattern extends string = string, Name extends string = string> {
  readonly kind: "http" | "websocket";
  readonly pattern: Pattern;
  readonly segments: readonly Segment[];
  /** A class of consumers for scopes of this kind, which `http` and `websocket` have made sure of. */
  readonly consumer: new (context: never) => object;
  readonly name: Name | undefined;
  readonly middleware: readonly Middleware[];
  readonly remote: string | undefined;
}

/** A class of consumers for the messages of a named channel. */
export type ChannelConsumerClass = new (
  context: ConsumerContext<ChannelScope>,
) => Pick<Consumer<ChannelScope>, "scope" | "layer">;

/** A named channel and the consumer for its messages. */
export interface ChannelRoute {
  readonly kind: "channel";
  readonly channel: string;
  readonly consumer: ChannelConsumerClass;
}

/** Routes under a common prefix. */
export interface IncludedRoutes<
  Prefix extends string = string,
  Inner extends readonly Route[] = readonly Route[],
  Namespace extends string = string,
> {
  readonly kind: "include";
  readonly prefix: Prefix;
  readonly routes: Inner;
  readonly namespace: Namespace | undefined;
  readonly middleware: readonly Middleware[];
}

/** Routes of one host. */
export interface HostRoutes<
  Host extends string = string,
  Inner extends readonly Route[] = readonly Route[],
  Namespace extends string = string,
> {
  readonly kind: "host";
  readonly pattern: Host;
  readonly host: HostPattern;
  readonly routes: Inner;
  readonly namespace: Namespace | undefined;
  readonly middleware: readonly Middleware[];
}

/** An entry of a project's routing table. */
export type Route = PathRoute | ChannelRoute | IncludedRoutes | HostRoutes;

/** What a consumer class must be where `Captured` is captured: its params must be among those. */
export type Fits<Captured, Params> = Captured extends Params
  ? unknown
  : { readonly "the pattern does not capture the params of this consumer": Captured };

// Routes ask for no more of a class than this: `join` is typed by the class it is called on, so that no subclass is
// assignable to its base class as a whole.
export type HttpConsumerClass = new (
  context: ConsumerContext<HttpScope>,
) => Pick<HttpConsumer<unknown>, "scope" | "params" | "cookies" | "http.request">;

export type WebSocketConsumerClass = new (context: ConsumerContext<WebSocketScope>) => Pick<
  WebSocketConsumer<unknown>,
  "scope" | "params" | "cookies" | "websocket.connect"
> & {
  readonly actions?: ActionTable;
};

export type ParamsOf<C> = C extends { readonly params: infer Params } ? Params : RouteParams;

/**
 * Serves HTTP requests for a path:
 *
 * ```ts
 * http("/rooms/:slug/", RoomPage, { name: "room" })
 * ```
 *
 * `:slug` captures a segment; `:id<int>` converts it. Throws `RouteInvalid` for a pattern that makes no sense.
 */
export function http<const Pattern extends string, C extends HttpConsumerClass, const Name extends string = never>(
  pattern: Pattern,
  consumer: C & Fits<PathParams<Pattern>, ParamsOf<InstanceType<C>>>,
  options?: RouteOptions<Name, "http">,
): PathRoute<Pattern, NoInfer<Name>> {
  return pathRoute("http", pattern, consumer, options);
}

/** Serves WebSockets for a path, as `http` does for requests. */
export function websocket<
  const Pattern extends string,
  C extends WebSocketConsumerClass,
  const Name extends string = never,
>(
  pattern: Pattern,
  consumer: C & Fits<PathParams<Pattern>, ParamsOf<InstanceType<C>>>,
  options?: RouteOptions<Name, "websocket">,
): PathRoute<Pattern, NoInfer<Name>> {
  return pathRoute("websocket", pattern, consumer, options);
}

interface PathOptions<Name extends string> {
  readonly name?: Name;
  readonly middleware?: readonly Middleware[];
  readonly remote?: string;
}

function pathRoute<Pattern extends string, Name extends string>(
  kind: "http" | "websocket",
  pattern: Pattern,
  consumer: PathRoute["consumer"],
  { name, middleware = [], remote }: PathOptions<Name> = {},
): PathRoute<Pattern, NoInfer<Name>> {
  if (name?.includes(":") === true)
    throw new RouteInvalid({ pattern, problem: `has a name with a colon, ${name}; colons stand between namespaces` });
  if (remote !== undefined && !/^[A-Za-z0-9_-]{1,40}$/.test(remote))
    throw new RouteInvalid({
      pattern,
      problem: `names the pool ${JSON.stringify(remote)}; a name is 1 to 40 letters, digits, _ and -`,
    });
  return { kind, pattern, segments: parsePattern(pattern), consumer, name, middleware, remote };
}

/** Has the messages of a named channel handled by workers; each message goes to one of them. */
export function channel(name: string, consumer: ChannelConsumerClass): ChannelRoute {
  return { kind: "channel", channel: name, consumer };
}
