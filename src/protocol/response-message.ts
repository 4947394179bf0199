import type { HeaderLine, Message } from "../core/index.js";
import { MessageFieldInvalid, StatusInvalid } from "./errors.js";
import type { HttpBody } from "./http-messages.js";
import { checkHeaders } from "./response-headers.js";

/** Throws `StatusInvalid` or `HeaderInvalid` unless a response can begin like this (RFC 9110 §15, §5.5). */
export function checkHead(status: number, headers: readonly HeaderLine[]): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new StatusInvalid({ status });
  checkHeaders(headers);
}

/** Throws `MessageFieldInvalid` unless `body` is text or bytes. */
export function checkBody(message: Message, body: unknown): void {
  if (typeof body === "string" || body instanceof Uint8Array) return;
  throw new MessageFieldInvalid({
    type: message.type,
    field: "body",
    given: describe(body),
    expected: "a string or a Uint8Array",
  });
}

/** What `value` is, for an error: its class or its type, never its content. */
export function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return value === null ? "null" : `of type ${typeof value}`;
  return `of class ${value.constructor?.name ?? "Object"}`;
}

/** Whether a response of this status has no body (RFC 9110 §6.4.1, §15.3.6). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** How many bytes `body` takes; text as UTF-8. */
export function byteLength(body: HttpBody): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
