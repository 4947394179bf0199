import { getLogger, type HeaderLine, type HttpScope, type Message, type Send, toError } from "../../../core/index.js";
import type { HttpBody, HttpResponseBodyMessage } from "../../../protocol/index.js";
import { compress } from "./compressor.js";
import { CompressedStream } from "./compressed-stream.js";
import { availableCodings, chooseCoding, type ContentCoding } from "./content-coding.js";
import { isExempt } from "../exempt.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import {
  addVary,
  headerOf,
  isResponseHead,
  type OutgoingResponse,
  ownResponse,
  removeHeader,
  setHeader,
} from "../outgoing-head.js";

/** Options of `compression`. */
export interface CompressionOptions {
  /** Smaller bodies go as they are, in characters or bytes. Default 1,024: a packet is no shorter for less. */
  readonly minBytes?: number;
  /** The codings to offer, best first. Default zstd (Node.js 22.15 and later), br, gzip. */
  readonly codings?: readonly ContentCoding[];
}

/** Types that get smaller. Streams of events are left out: each would cost a window's memory for as long as it lives. */
const compressible =
  /^(?:text\/(?!event-stream)|(?:application|image|font)\/(?:[\w.-]+\+(?:json|xml)|json|javascript|xml|wasm|x-javascript|x-ndjson|graphql|rtf|vnd\.ms-fontobject|ttf|otf|bmp|x-icon)\b)/i;

/**
 * Compresses responses by what the client accepts, best coding first: whole bodies, and streamed ones piece by piece, so
 * that each piece can be read when it arrives. Left as they are: bodies that are small, partial, encoded already or of a
 * type that gets no smaller, and responses that say `Cache-Control: no-transform` or `mayCompress: false`.
 *
 * A page that holds a secret and shows what the client sent should say the latter: the length of what goes out tells of
 * the secret (BREACH). CSRF tokens look different each time and need it not.
 */
export function compression(options: CompressionOptions = {}): Middleware<"http"> {
  const { minBytes = 1024 } = options;
  const codings = options.codings?.filter((coding) => availableCodings.includes(coding)) ?? availableCodings;
  return defineMiddleware(
    { name: "compression", scopes: ["http"], before: ["error-pages"] },
    (next) => (scope, send) => {
      let stream: CompressedStream | undefined;
      return next(scope, (message) => {
        if (message.type === "http.response.body")
          return stream === undefined ? send(message) : stream.push(message as HttpResponseBodyMessage);
        if (!isResponseHead(message)) return send(message);
        const isWhole = message.type === "http.response";
        const { length } = (message["body"] ?? "") as HttpBody;
        if ((isWhole && length < minBytes) || !mayCompress(message, scope)) return send(message);
        const head = ownResponse(message);
        addVary(head.headers, "Accept-Encoding");
        const coding = chooseCoding(scope.headers.get("accept-encoding"), codings);
        if (coding === undefined) return send(head);
        if (isWhole) return sendCompressed(head, coding, send);
        encode(head, coding);
        if (scope.method !== "HEAD") stream = new CompressedStream(coding, send);
        return send(head);
      });
    },
  );
}

function mayCompress(message: Message, scope: HttpScope): boolean {
  const status = message["status"] as number;
  if (message["mayCompress"] === false || status === 204 || status === 206 || status === 304) return false;
  const headers = (message["headers"] ?? []) as readonly HeaderLine[];
  if (!compressible.test(headerOf(headers, "content-type") ?? "")) return false;
  if (headerOf(headers, "content-encoding") !== undefined || headerOf(headers, "content-range") !== undefined)
    return false;
  return !/\bno-transform\b/i.test(headerOf(headers, "cache-control") ?? "") && !isExempt(scope, "compression");
}

function sendCompressed(head: OutgoingResponse, coding: ContentCoding, send: Send): void | Promise<void> {
  const body = head.body ?? "";
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const finish = (result: Uint8Array): void | Promise<void> => {
    if (result.byteLength < bytes.byteLength) {
      encode(head, coding);
      head.body = result;
    }
    return send(head);
  };
  const result = compress(bytes, coding);
  if (!(result instanceof Promise)) return finish(result);
  return result.then(finish, (thrown: unknown) => {
    getLogger().error({ err: toError(thrown), coding }, "a response could not be compressed");
    return send(head);
  });
}

/** The body is another one now, of another length: only a weak validator still holds (RFC 9110 §8.8.1). */
function encode({ headers }: OutgoingResponse, coding: ContentCoding): void {
  headers.push(["content-encoding", coding]);
  removeHeader(headers, "content-length");
  const etag = headerOf(headers, "etag");
  if (etag?.startsWith('"') === true) setHeader(headers, "etag", `W/${etag}`);
}
