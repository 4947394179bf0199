import { STATUS_CODES } from "node:http";

import { StatusInvalid } from "../errors.js";

const lines = new Map<number, string>(
  Object.entries(STATUS_CODES).map(([code, text]) => [Number(code), `${code} ${text}`]),
);

/** `404 Not Found`. Throws `StatusInvalid` for what cannot be a final status (RFC 9110 §15). */
export function statusLine(status: number): string {
  const line = lines.get(status);
  if (line !== undefined && status >= 200) return line;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new StatusInvalid({ status });
  return `${status} Status ${status}`;
}

/** Whether a response of this status has no body (RFC 9110 §6.4.1). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
