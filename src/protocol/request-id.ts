import { randomBytes } from "node:crypto";

import type { RequestHeaders } from "../core/index.js";

// A random start per process and a counter: unique among processes, and far cheaper than a UUID for each request.
const prefix = randomBytes(6).toString("hex");
/** The last two digits of an id, all of them: they are looked up, for making digits costs more than all the rest. */
const endings = Array.from({ length: 36 ** 2 }, (_, number) => number.toString(36).padStart(2, "0"));
/** The counter without its last two digits. From here on, ids are of one length for two billion of them. */
let rest = 36 ** 3;
let last = 0;
let beginning = `${prefix}-${rest.toString(36)}`;
let newest = "";

/** A new id for a request, a socket or a task: unique over processes, safe in headers and log lines. */
export function newRequestId(): string {
  if (last === endings.length) {
    last = 0;
    rest += 1;
    beginning = `${prefix}-${rest.toString(36)}`;
  }
  return (newest = beginning + endings[last++]);
}

/** Whether `text` is the id that was made last, which needs no check: most requests are answered before the next one. */
export function isNewestRequestId(text: string): boolean {
  return text === newest;
}

/** The id that a trusted proxy gave in `X-Request-Id`, when it is a plain token of at most 64 characters, or a new one. */
export function requestIdFrom(headers: RequestHeaders): string {
  const given = headers.get("x-request-id");
  return given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : newRequestId();
}
