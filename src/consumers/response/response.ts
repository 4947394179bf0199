import type { HeaderLine } from "../../core/index.js";
import type { HttpBody } from "../../protocol/index.js";

/** Options of the functions that make responses. */
export interface ResponseOptions {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether middleware may compress the body. Default true. Say false where it mixes a secret with what a client sent:
   * the length of the compressed body would tell of the secret (BREACH).
   */
  readonly mayCompress?: boolean;
}

/** A response: what a handler returns. It has the shape of the message that it is sent as. */
export class HttpResponse {
  readonly type: "http.response" | "http.response.start" = "http.response";
  status: number;
  readonly headers: HeaderLine[];
  body: HttpBody;
  mayCompress: boolean;

  constructor(body: HttpBody = "", { status = 200, headers, mayCompress = true }: ResponseOptions = {}) {
    this.status = status;
    this.body = body;
    this.mayCompress = mayCompress;
    this.headers =
      headers === undefined ? [] : Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  }

  /** The first value of a header (name in lower case), or `undefined`. */
  header(name: string): string | undefined {
    return this.headers.find((line) => line[0] === name)?.[1];
  }

  /** Replaces a header, or adds it where there is none. */
  setHeader(name: string, value: string): this {
    const lower = name.toLowerCase();
    const others = this.headers.filter((line) => line[0] !== lower);
    this.headers.splice(0, this.headers.length, ...others, [lower, value]);
    return this;
  }

  /** Sets a header that is not there yet. */
  setDefaultHeader(name: string, value: string): this {
    const lower = name.toLowerCase();
    if (this.header(lower) === undefined) this.headers.push([lower, value]);
    return this;
  }

  /** Tells caches that the response depends on these headers of the request (RFC 9110 §12.5.5). */
  vary(...names: readonly string[]): this {
    const known = (this.header("vary") ?? "").toLowerCase().split(/\s*,\s*/);
    const all = new Set([...known.filter((name) => name !== ""), ...names.map((name) => name.toLowerCase())]);
    return this.setHeader("vary", all.has("*") ? "*" : [...all].join(", "));
  }
}

function typed(contentType: string, body: HttpBody, options: ResponseOptions | undefined): HttpResponse {
  const response = new HttpResponse(body, options);
  if (options?.headers === undefined || response.header("content-type") === undefined) {
    response.headers.push(["content-type", contentType]);
  }
  return response;
}

/** A response of plain text. */
export function text(body: string, options?: ResponseOptions): HttpResponse {
  return typed("text/plain; charset=utf-8", body, options);
}

/** A response of HTML. `body` goes out as it is: escape what users wrote, or render a template. */
export function html(body: string, options?: ResponseOptions): HttpResponse {
  return typed("text/html; charset=utf-8", body, options);
}

/** A response of JSON. */
export function json(value: unknown, options?: ResponseOptions): HttpResponse {
  return typed("application/json", JSON.stringify(value) ?? "null", options);
}

/** A response of bytes, by default of no particular type. */
export function bytes(body: Uint8Array, options?: ResponseOptions): HttpResponse {
  return typed("application/octet-stream", body, options);
}

/** A response without a body: 204 unless said otherwise. */
export function empty({ status = 204, ...options }: ResponseOptions = {}): HttpResponse {
  return new HttpResponse("", { ...options, status });
}
