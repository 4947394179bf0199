import type { HttpRequest, HttpResponse } from "uWebSockets.js";

import {
  type ClientAddress,
  HeaderLines,
  type HeaderLine,
  type HttpScope,
  type RequestHeaders,
  type RouteParams,
  type WebSocketScope,
} from "../../core/index.js";
import { decodePath, noExtensions, noParams } from "../scope-parts.js";
import { requestIdFrom } from "../request-id.js";

/**
 * The headers of a native request, read one by one while it is valid (during its callback only) and copied whole by
 * `detach` when the application needs them for longer.
 */
class UwsHeaders implements RequestHeaders {
  #request: HttpRequest | undefined;
  #lines: HeaderLines | undefined;

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  /** After this the native request is not touched again. */
  detach(): void {
    this.#lines ??= this.#copy();
    this.#request = undefined;
  }

  get(name: string): string | undefined {
    if (this.#request === undefined) return this.#copied().get(name);
    return this.#request.getHeader(name) || undefined;
  }

  getAll(name: string): readonly string[] {
    return this.#copied().getAll(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  [Symbol.iterator](): Iterator<HeaderLine> {
    return this.#copied()[Symbol.iterator]();
  }

  #copied(): HeaderLines {
    return (this.#lines ??= this.#copy());
  }

  #copy(): HeaderLines {
    const lines: HeaderLine[] = [];
    this.#request?.forEachHeader((name, value) => lines.push([name, value]));
    return new HeaderLines(lines);
  }
}

/** What HTTP and WebSocket scopes share, read from the native request only as far as it is asked for. */
abstract class UwsScope {
  readonly headers: UwsHeaders;
  readonly rawPath: string;
  readonly path: string;
  readonly httpVersion = "1.1";
  readonly extensions = noExtensions;
  params: RouteParams = noParams;
  #request: HttpRequest | undefined;
  #response: HttpResponse | undefined;
  #queryString: string | undefined;
  #client: ClientAddress | undefined;
  #requestId: string | undefined;
  #state: Record<string, unknown> | undefined;

  /** Throws `BadRequest` for a path that is not valid UTF-8 in percent-encoding. */
  constructor(request: HttpRequest, response: HttpResponse) {
    this.#request = request;
    this.#response = response;
    this.headers = new UwsHeaders(request);
    this.rawPath = request.getUrl();
    this.path = decodePath(this.rawPath);
  }

  get queryString(): string {
    return (this.#queryString ??= this.#request?.getQuery() ?? "");
  }

  get client(): ClientAddress {
    return (this.#client ??= { host: addressText(this.#response?.getRemoteAddressAsText()), port: 0 });
  }

  get requestId(): string {
    return (this.#requestId ??= requestIdFrom(this.headers));
  }

  get state(): Record<string, unknown> {
    return (this.#state ??= {});
  }

  /** Copies what the native objects hold; to be called before their callback ends, when the scope lives on. */
  detach(): void {
    if (this.#request === undefined) return;
    void this.queryString;
    void this.client;
    this.headers.detach();
    this.#request = undefined;
    this.#response = undefined;
  }
}

/** An `http` scope over a native request. */
export class UwsHttpScope extends UwsScope implements HttpScope {
  readonly type = "http";
  readonly scheme = "http";
  readonly method: string;

  constructor(request: HttpRequest, response: HttpResponse) {
    super(request, response);
    this.method = request.getCaseSensitiveMethod();
  }
}

/** A `websocket` scope over a native upgrade request; detached from the start, as a socket outlives its handshake. */
export class UwsWebSocketScope extends UwsScope implements WebSocketScope {
  readonly type = "websocket";
  readonly scheme = "ws";
  readonly subprotocols: readonly string[];

  constructor(request: HttpRequest, response: HttpResponse) {
    super(request, response);
    this.subprotocols = splitList(request.getHeader("sec-websocket-protocol"));
    this.detach();
  }
}

function splitList(value: string): readonly string[] {
  if (value === "") return [];
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** uWebSockets.js writes IPv6 in full groups; Node's URL parser has the short form. */
function addressText(address: ArrayBuffer | undefined): string {
  if (address === undefined) return "";
  const text = Buffer.from(address).toString("latin1");
  if (!text.includes(":")) return text;
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [, high = "0", low = "0"] = mapped;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
