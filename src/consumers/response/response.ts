import type { HeaderLine } from "../../core/index.js";
import type { HttpBody } from "../../protocol/index.js";

/** Options of the functions that make responses. */
export interface ResponseOptions {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response: what a handler returns. It has the shape of the `http.response` message, and is sent as it stands. */
export class HttpResponse {
  readonly type = "http.response";
  status: number;
  readonly headers: HeaderLine[];
  body: HttpBody;

  constructor(body: HttpBody = "", { status = 200, headers }: ResponseOptions = {}) {
    this.status = status;
    this.body = body;
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

/** Sends the client elsewhere: 302, or 303, 307, 308 by `status`. `location` is percent-encoded where it must be. */
export function redirect(location: string, { status = 302, headers }: ResponseOptions = {}): HttpResponse {
  return new HttpResponse("", { status, headers: { ...headers, location: encodeLocation(location) } });
}

/** What is not allowed in a URI is encoded; what is encoded already stays (RFC 3986 §2). */
function encodeLocation(location: string): string {
  return location.replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, (character) => encodeURIComponent(character));
}
