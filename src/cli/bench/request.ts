import { randomBytes } from "node:crypto";

import { BenchOptionInvalid } from "./errors.js";

/** A request that is sent over and over. */
export interface RequestSpec {
  readonly method: string;
  readonly path: string;
  /** By lower-case name, with `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What was said on the command line about requests. */
export interface RequestOptions {
  readonly method?: string;
  readonly body?: string;
  /** `name: value` */
  readonly header: readonly string[];
  readonly cookie?: string;
}

/** The headers of all requests. Throws `BenchOptionInvalid`. */
export function readHeaders({ header, cookie }: RequestOptions, host: string): Record<string, string> {
  const headers: Record<string, string> = { host };
  for (const line of header) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+): *(\P{Cc}*)$/u.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new BenchOptionInvalid({ option: `--header ${line}`, problem: 'it must read "name: value"' });
    }
    headers[name.toLowerCase()] = value;
  }
  if (cookie !== undefined) {
    if (/\p{Cc}/u.test(cookie))
      throw new BenchOptionInvalid({ option: "--cookie", problem: "it has control characters" });
    headers["cookie"] = cookie;
  }
  return headers;
}

/** A path as it is asked for. Throws `BenchOptionInvalid`. */
export function readPath(option: string, path: string): string {
  if (/^\/[\x21-\x7e]*$/.test(path)) return path;
  throw new BenchOptionInvalid({
    option: `${option} ${path}`,
    problem: "it must be a path as it is asked for: it begins with a slash, without spaces, escaped where needed",
  });
}

export function requestSpec(
  path: string,
  options: RequestOptions,
  headers: Readonly<Record<string, string>>,
): RequestSpec {
  const { body = "", method = body === "" ? "GET" : "POST" } = options;
  if (!/^[A-Z]+$/i.test(method)) {
    throw new BenchOptionInvalid({ option: `--method ${method}`, problem: "it must be a method, such as POST" });
  }
  const isJson = /^\s*[[{]/.test(body);
  return {
    method: method.toUpperCase(),
    path: readPath("--route", path),
    headers: {
      ...(isJson && { "content-type": "application/json" }),
      ...(body !== "" && { "content-length": String(Buffer.byteLength(body)) }),
      ...headers,
    },
    body,
  };
}

/** A request as it goes over the wire (RFC 9112). */
export function requestText({ method, path, headers, body }: RequestSpec): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...lines, "", body].join("\r\n");
}

/** What opens a WebSocket (RFC 6455 §4.1). */
export function handshakeText(path: string, headers: Readonly<Record<string, string>>): string {
  const key = randomBytes(16).toString("base64");
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": key,
  };
  return requestText({ method: "GET", path, headers: { ...headers, ...upgrade }, body: "" });
}
