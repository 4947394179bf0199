import type { HeaderLine, Message } from "../../core/index.js";
import type { HttpBody } from "../../protocol/index.js";
import { keepError } from "../error-response.js";

/**
 * The head of an answer on its way out, whose list of headers belongs to the middleware: a consumer may send one
 * response to many clients, and static files share their headers.
 */
export interface OutgoingHead extends Message {
  readonly headers: HeaderLine[];
}

/** As `OutgoingHead`, for a response to a request. */
export interface OutgoingResponse extends OutgoingHead {
  readonly type: "http.response" | "http.response.start";
  status: number;
  body: HttpBody | undefined;
  mayCompress?: boolean | undefined;
}

/** Always of one shape, for these pass through every middleware. */
class Copy {
  readonly type: string;
  status: number;
  readonly headers: HeaderLine[];
  body: unknown;
  mayCompress: unknown;

  constructor({ type, status, headers, body, mayCompress }: Message) {
    this.type = type;
    this.status = status as number;
    this.headers = headers === undefined ? [] : (headers as readonly HeaderLine[]).slice();
    this.body = body;
    this.mayCompress = mayCompress;
  }
}

/** Whether `message` is the head of a response to a request. */
export function isResponseHead(message: Message): boolean {
  return message.type === "http.response" || message.type === "http.response.start";
}

/** The head of a response, as one whose headers may be changed: `message` itself if it is one already. */
export function ownResponse(message: Message): OutgoingResponse {
  if (message instanceof Copy) return message as object as OutgoingResponse;
  const copy = new Copy(message) as object as OutgoingResponse;
  if (copy.status >= 400) keepError(message, copy);
  return copy;
}

/** What a socket's handshake is answered with, as one whose headers may be changed. */
export function ownHandshake(message: Message): OutgoingHead {
  return { ...message, headers: [...((message["headers"] as readonly HeaderLine[] | undefined) ?? [])] };
}

/** The first value of a header (name in lower case), or `undefined`. */
export function headerOf(headers: readonly HeaderLine[], name: string): string | undefined {
  for (const line of headers) if (isCalled(line[0], name)) return line[1];
  return undefined;
}

/** Adds a header unless it is there. */
export function addHeader(headers: HeaderLine[], line: HeaderLine): void {
  if (headerOf(headers, line[0]) === undefined) headers.push(line);
}

/** Replaces a header, or adds it. */
export function setHeader(headers: HeaderLine[], name: string, value: string): void {
  removeHeader(headers, name);
  headers.push([name, value]);
}

export function removeHeader(headers: HeaderLine[], name: string): void {
  for (let i = headers.length - 1; i >= 0; i--) if (isCalled(headers[i]?.[0] ?? "", name)) headers.splice(i, 1);
}

/** Tells caches that the response depends on a header of the request (RFC 9110 §12.5.5). */
export function addVary(headers: HeaderLine[], name: string): void {
  const known = headers.filter((line) => isCalled(line[0], "vary")).map((line) => line[1]);
  const names = known
    .join(",")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  if (names.some((one) => one === "*" || one.toLowerCase() === name.toLowerCase())) return;
  setHeader(headers, "vary", [...names, name].join(", "));
}

/** Names of headers are compared without case; nearly all are in lower case already. */
function isCalled(given: string, name: string): boolean {
  if (given === name) return true;
  // Nearly all others are told by their length or their first letter.
  return (
    given.length === name.length && (given.charCodeAt(0) | 32) === name.charCodeAt(0) && given.toLowerCase() === name
  );
}
