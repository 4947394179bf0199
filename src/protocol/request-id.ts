import { randomBytes } from "node:crypto";

import type { RequestHeaders } from "../core/index.js";

// A random start per process and a counter: unique among processes, and far cheaper than a UUID for each request.
const prefix = randomBytes(6).toString("hex");
let counter = 0;

/** A new id for a request, a socket or a task: unique over processes, safe in headers and log lines. */
export function newRequestId(): string {
  counter += 1;
  return `${prefix}-${counter.toString(36)}`;
}

/** The id that a trusted proxy gave in `X-Request-Id`, when it is a plain token of at most 64 characters, or a new one. */
export function requestIdFrom(headers: RequestHeaders): string {
  const given = headers.get("x-request-id");
  return given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : newRequestId();
}
