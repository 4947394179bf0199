import {
  type ClientAddress,
  type HeaderLine,
  HeaderLines,
  type HttpScope,
  type WebSocketScope,
} from "../core/index.js";
import { newRequestId } from "../protocol/index.js";

/** What a test says of a connection; everything has a default. */
export interface TestScopeOptions {
  /** By name, or as lines where one repeats. `host` is `localhost` unless given. */
  readonly headers?: Readonly<Record<string, string>> | readonly HeaderLine[];
  /** Whether it comes over TLS: `https` and `wss`. Default false. */
  readonly isSecure?: boolean;
  /** Whose it is. Default `127.0.0.1`. */
  readonly client?: ClientAddress;
  /** What middleware would leave in `scope.state`. */
  readonly state?: Readonly<Record<string, unknown>>;
}

/** The scope of a request for `target` (path and query). */
export function httpScope(method: string, target: string, options: TestScopeOptions = {}): HttpScope {
  return {
    type: "http",
    method: method.toUpperCase(),
    scheme: options.isSecure === true ? "https" : "http",
    ...shared(target, options),
  };
}

/** The scope of a socket for `target` (path and query). */
export function webSocketScope(
  target: string,
  subprotocols: readonly string[],
  options: TestScopeOptions = {},
): WebSocketScope {
  return {
    type: "websocket",
    scheme: options.isSecure === true ? "wss" : "ws",
    subprotocols,
    ...shared(target, options),
  };
}

const testClient: ClientAddress = { host: "127.0.0.1", port: 50_000 };

function shared(target: string, { headers = {}, client = testClient, state = {} }: TestScopeOptions) {
  const [rawPath = "/", ...query] = target.split("?");
  const given = Array.isArray(headers)
    ? (headers as readonly HeaderLine[])
    : Object.entries(headers as Record<string, string>);
  const hasHost = given.some(([name]) => name.toLowerCase() === "host");
  return {
    path: decodeURIComponent(rawPath),
    rawPath,
    queryString: query.join("?"),
    headers: new HeaderLines(hasHost ? given : [["host", "localhost"], ...given]),
    client,
    httpVersion: "1.1" as const,
    requestId: newRequestId(),
    params: {},
    state: { ...state },
    extensions: {},
  };
}
