import { STATUS_CODES } from "node:http";

const lines = new Map<number, string>(
  Object.entries(STATUS_CODES).map(([code, text]) => [Number(code), `${code} ${text}`]),
);

/** `404 Not Found`. */
export function statusLine(status: number): string {
  return lines.get(status) ?? `${status} Status ${status}`;
}
