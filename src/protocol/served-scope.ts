import type {
  ClientAddress,
  HttpScope,
  MatchedRoute,
  RequestHeaders,
  RouteParams,
  WebSocketScope,
} from "../core/index.js";
import { ForwardedHeaders } from "./forwarded-headers.js";
import type { NativeRequest } from "./native-request.js";
import { newRequestId, requestIdFrom } from "./request-id.js";
import { decodePath, splitList } from "./scope-parts.js";
import type { ServerState } from "./server-state.js";
import { topicsExtension, type WebSocketTopics } from "./topics.js";

/** Shared by all scopes until a route sets its own. */
const noParams: RouteParams = Object.freeze({});
const noExtensions: Readonly<Record<string, object>> = Object.freeze({});
const denialExtension: Readonly<Record<string, object>> = Object.freeze({
  "websocket.http.response": Object.freeze({}),
});

/** What HTTP and WebSocket scopes share on every server, read from the native request only as far as it is wanted. */
abstract class ServedScope {
  readonly headers: RequestHeaders;
  readonly rawPath: string;
  readonly path: string;
  readonly httpVersion: "1.0" | "1.1";
  params: RouteParams = noParams;
  route?: MatchedRoute;
  readonly #server: ServerState;
  readonly #native: NativeRequest;
  #requestId: string | undefined;
  #client: ClientAddress | undefined;
  #state: Record<string, unknown> | undefined;

  /** Throws `BadRequest` for a path that is not valid UTF-8 in percent-encoding. */
  constructor(server: ServerState, native: NativeRequest, rawPath: string, httpVersion: "1.0" | "1.1") {
    this.#server = server;
    this.#native = native;
    this.headers = server.proxies === undefined ? native : new ForwardedHeaders(native, server.proxies);
    this.rawPath = rawPath;
    this.path = decodePath(rawPath);
    this.httpVersion = httpVersion;
  }

  get queryString(): string {
    return this.#native.readQuery();
  }

  get client(): ClientAddress {
    return (this.#client ??= this.#findClient());
  }

  #findClient(): ClientAddress {
    const peer = this.#native.readPeer();
    const { proxies } = this.#server;
    if (proxies?.trusts(peer.host) !== true) return peer;
    return proxies.clientOf(peer, this.#native.getAll("x-forwarded-for"));
  }

  /** Whether the client came over TLS, to this server or to a trusted proxy. */
  protected get isSecure(): boolean {
    const { headers } = this;
    return (headers instanceof ForwardedHeaders ? headers.isSecure() : undefined) ?? this.#server.isSecure;
  }

  get requestId(): string {
    return (this.#requestId ??= this.#comesThroughProxy() ? requestIdFrom(this.#native) : newRequestId());
  }

  /** Clients of no proxy get an id that nobody else chose: they could make lines of the log look like others'. */
  #comesThroughProxy(): boolean {
    const { headers } = this;
    if (!(headers instanceof ForwardedHeaders) || !this.#native.isReadable) return false;
    try {
      return headers.isTrusted;
    } catch {
      // A line may be logged after the end, and must not fail for want of an id.
      return false;
    }
  }

  get state(): Record<string, unknown> {
    return (this.#state ??= { ...this.#server.state });
  }
}

/** The scope of one HTTP request. */
export class ServedHttpScope extends ServedScope implements HttpScope {
  readonly type = "http";
  readonly method: string;

  constructor(
    server: ServerState,
    native: NativeRequest,
    method: string,
    rawPath: string,
    httpVersion: "1.0" | "1.1" = "1.1",
  ) {
    super(server, native, rawPath, httpVersion);
    this.method = method;
  }

  get scheme(): "http" | "https" {
    return this.isSecure ? "https" : "http";
  }

  get extensions(): Readonly<Record<string, object>> {
    return noExtensions;
  }
}

/** The scope of one WebSocket. */
export class ServedWebSocketScope extends ServedScope implements WebSocketScope {
  readonly type = "websocket";
  readonly subprotocols: readonly string[];
  /** Set by its connection. */
  topics: WebSocketTopics | undefined;
  #extensions: Readonly<Record<string, object>> | undefined;

  constructor(server: ServerState, native: NativeRequest, rawPath: string) {
    super(server, native, rawPath, "1.1");
    this.subprotocols = splitList(native.getAll("sec-websocket-protocol").join(","));
  }

  get scheme(): "ws" | "wss" {
    return this.isSecure ? "wss" : "ws";
  }

  get extensions(): Readonly<Record<string, object>> {
    if (this.topics === undefined) return denialExtension;
    return (this.#extensions ??= { ...denialExtension, [topicsExtension]: this.topics });
  }
}
