import type { ChannelScope, HttpScope, PathParams, RouteParams, WebSocketScope } from "../../core/index.js";
import type { ActionTable } from "../action.js";
import type { Consumer, ConsumerContext } from "../consumer.js";
import type { HttpConsumer } from "../http-consumer.js";
import type { WebSocketConsumer } from "../websocket-consumer.js";
import { parsePattern, type Segment } from "./pattern.js";

/** Options of `http` and `websocket`. */
export interface RouteOptions<Name extends string = string> {
  /** What `reverse` and `{% url %}` call this route. */
  readonly name?: Name;
}

/** A path and the consumer for it. */
export interface PathRoute<Pattern extends string = string, Name extends string = string> {
  readonly kind: "http" | "websocket";
  readonly pattern: Pattern;
  readonly segments: readonly Segment[];
  /** A class of consumers for scopes of this kind, which `http` and `websocket` have made sure of. */
  readonly consumer: new (context: never) => object;
  readonly name: Name | undefined;
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
export interface IncludedRoutes<Prefix extends string = string, Inner extends readonly Route[] = readonly Route[]> {
  readonly kind: "include";
  readonly prefix: Prefix;
  readonly routes: Inner;
}

/** An entry of a project's routing table. */
export type Route = PathRoute | ChannelRoute | IncludedRoutes;

/** What a consumer class must be to stand at `Pattern`: its params must be among those that the pattern captures. */
type Fits<Pattern extends string, Params> =
  PathParams<Pattern> extends Params
    ? unknown
    : { readonly "the pattern does not capture the params of this consumer": PathParams<Pattern> };

// Routes ask for no more of a class than this: `join` is typed by the class it is called on, so that no subclass is
// assignable to its base class as a whole.
type HttpConsumerClass = new (
  context: ConsumerContext<HttpScope>,
) => Pick<HttpConsumer<unknown>, "scope" | "params" | "cookies" | "http.request">;

type WebSocketConsumerClass = new (context: ConsumerContext<WebSocketScope>) => Pick<
  WebSocketConsumer<unknown>,
  "scope" | "params" | "cookies" | "websocket.connect"
> & {
  readonly actions?: ActionTable;
};

type ParamsOf<C> = C extends { readonly params: infer Params } ? Params : RouteParams;

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
  consumer: C & Fits<Pattern, ParamsOf<InstanceType<C>>>,
  options?: RouteOptions<Name>,
): PathRoute<Pattern, Name> {
  return { kind: "http", pattern, segments: parsePattern(pattern), consumer, name: options?.name };
}

/** Serves WebSockets for a path, as `http` does for requests. */
export function websocket<
  const Pattern extends string,
  C extends WebSocketConsumerClass,
  const Name extends string = never,
>(
  pattern: Pattern,
  consumer: C & Fits<Pattern, ParamsOf<InstanceType<C>>>,
  options?: RouteOptions<Name>,
): PathRoute<Pattern, Name> {
  return { kind: "websocket", pattern, segments: parsePattern(pattern), consumer, name: options?.name };
}

/** Has the messages of a named channel handled by workers; each message goes to one of them. */
export function channel(name: string, consumer: ChannelConsumerClass): ChannelRoute {
  return { kind: "channel", channel: name, consumer };
}

/** Puts routes under a prefix: `include("/admin/", adminRoutes)`. */
export function include<const Prefix extends string, const Inner extends readonly Route[]>(
  prefix: Prefix,
  routes: Inner,
): IncludedRoutes<Prefix, Inner> {
  return { kind: "include", prefix, routes };
}
