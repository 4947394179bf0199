/** What goes out with each response, in the order in which our middleware writes it; beside these, a request id. */
export const body = "Hello, world";

export const contentType = "text/plain; charset=utf-8";

export const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

export const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "same-origin"],
  ["x-frame-options", "DENY"],
  ["cross-origin-opener-policy", "same-origin"],
  ["content-security-policy", policy],
];

/** The names that a request may be for. */
export const hosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1"]);

const prefix = "0123456789ab";
let counter = 36 ** 5;

/** An id as ours: a part of the process's own and a counter. */
export function nextRequestId(): string {
  counter += 1;
  return `${prefix}-${counter.toString(36)}`;
}
