import { randomUUID } from "node:crypto";

import { HeaderLines, type HttpScope, type WebSocketScope } from "../../core/index.js";
import type { PackedScope } from "./frames.js";

/** A connection's scope as plain data. Reads everything at once: a native request cannot be asked later. */
export function packScope(scope: HttpScope | WebSocketScope): PackedScope {
  const { type, scheme, path, rawPath, queryString, client, httpVersion, requestId } = scope;
  return {
    key: randomUUID(),
    type,
    scheme,
    path,
    rawPath,
    queryString,
    client: { host: client.host, port: client.port },
    httpVersion,
    requestId,
    headers: [...scope.headers].map(([name, value]) => [name, value]),
    method: scope.type === "http" ? scope.method : "GET",
    subprotocols: scope.type === "websocket" ? scope.subprotocols : [],
  };
}

/** The scope again, in another process. */
export function unpackScope(
  packed: PackedScope,
  extensions: Readonly<Record<string, object>>,
): HttpScope | WebSocketScope {
  const { key: _, type, scheme, method, subprotocols, headers, httpVersion, ...rest } = packed;
  const common = {
    ...rest,
    httpVersion: httpVersion as HttpScope["httpVersion"],
    headers: new HeaderLines(headers),
    params: {},
    state: {},
    extensions,
  };
  if (type === "http") return { ...common, type, method, scheme: scheme as HttpScope["scheme"] };
  return { ...common, type, subprotocols, scheme: scheme as WebSocketScope["scheme"] };
}
