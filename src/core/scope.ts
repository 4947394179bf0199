import type { RequestHeaders } from "./headers.js";
import type { MessageValue } from "./message.js";

/** The other end of a connection, as the protocol server sees it. */
export interface ClientAddress {
  readonly host: string;
  readonly port: number;
}

/** What a path converter may make of a piece of a path: plain data, for a scope can travel. */
export type RouteParam = string | number | bigint | boolean | Date;

/** The values captured from the path, converted (`:id<int>` is a number). */
export type RouteParams = Readonly<Record<string, RouteParam>>;

/** The route that a request or socket took. */
export interface MatchedRoute {
  /** The whole pattern, includes resolved: `/rooms/:slug/`. */
  readonly pattern: string;
  /** The name with its namespaces, such as `admin:index`. */
  readonly name: string | undefined;
  /** The pattern of the host, where the route is bound to one. */
  readonly host: string | undefined;
  /** The names of the middleware that its consumer does without. */
  readonly exempt: readonly string[];
}

interface ConnectionScope {
  /** Percent- and UTF-8-decoded path without the query. */
  readonly path: string;
  /** The path as it stood in the request line. */
  readonly rawPath: string;
  /** Everything after `?`, still encoded; empty when there is none. */
  readonly queryString: string;
  readonly headers: RequestHeaders;
  readonly client: ClientAddress;
  readonly httpVersion: "1.0" | "1.1" | "2";
  /**
   * Identifies this request or socket in every log line and error page. Taken from the `X-Request-Id` of a trusted
   * proxy when that is a plain token, otherwise made here.
   */
  readonly requestId: string;
  /** Set by the router when a route matched. */
  params: RouteParams;
  /** Set by the router when a route matched: inside of `next` for middleware, which may look at it afterwards. */
  route?: MatchedRoute;
  /** Shared with everything that handles this connection, for middleware to leave things in. */
  readonly state: Record<string, unknown>;
  /** What this server can do beyond the protocol, by name (ASGI "Extensions", A10). */
  readonly extensions: Readonly<Record<string, object>>;
}

/** One HTTP request (ASGI `http` scope, www spec 2.5). */
export interface HttpScope extends ConnectionScope {
  readonly type: "http";
  /** Upper case. */
  readonly method: string;
  readonly scheme: "http" | "https";
}

/** One WebSocket, from its handshake to its close (ASGI `websocket` scope). */
export interface WebSocketScope extends ConnectionScope {
  readonly type: "websocket";
  readonly scheme: "ws" | "wss";
  /** What the client offers in `Sec-WebSocket-Protocol`, in its order. */
  readonly subprotocols: readonly string[];
}

/**
 * What goes along with the work that a scope leaves to tasks, such as who asked for it: plain data that JSON carries, by the
 * names of those who gave it.
 */
export type Carried = Readonly<Record<string, MessageValue>>;

/** One run of a background task. */
export interface TaskScope {
  readonly type: "task";
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly requestId: string;
  /** What goes along from who enqueued it, such as who asked; missing for nothing. */
  readonly carried?: Carried;
  readonly state: Record<string, unknown>;
}

/** Messages sent to one named channel, handled by a worker. */
export interface ChannelScope {
  readonly type: "channel";
  readonly channel: string;
  readonly requestId: string;
  readonly state: Record<string, unknown>;
}

/** The life of the process: start-up and shut-down (ASGI `lifespan`). */
export interface LifespanScope {
  readonly type: "lifespan";
  readonly requestId: string;
  readonly state: Record<string, unknown>;
}

/** Says where messages come from; told apart by `type`. */
export type Scope = HttpScope | WebSocketScope | TaskScope | ChannelScope | LifespanScope;
