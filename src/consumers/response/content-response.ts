import type { HttpScope } from "../../core/index.js";
import { type ByteRange, selectRanges } from "./byte-ranges.js";
import { ByterangesBody, contentRange } from "./byteranges-body.js";
import { attachment } from "./content-disposition.js";
import type { Content } from "./content.js";
import { formatHttpDate } from "./http-date.js";
import { checkPreconditions, meetsIfRange } from "./preconditions.js";
import { HttpResponse, type ResponseOptions } from "./response.js";
import { StreamedResponse } from "./streamed-response.js";

/** Options of `file`. */
export interface FileOptions extends Omit<ResponseOptions, "status"> {
  /** The client saves the body under this name instead of showing it. */
  readonly downloadName?: string | undefined;
  /** The media type. Default: what the ending of the file's name stands for. */
  readonly type?: string | undefined;
}

/** What is at most this long is read at once and sent in one piece, in bytes. */
const maxBytesAtOnce = 65_536;

/**
 * The response to a GET or HEAD for `content`: 200, or 304 and 412 by the client's conditions, 206 and 416 by its
 * ranges, evaluated in the order of RFC 9110 §13.2.2. Closes the content when nothing more is read of it.
 */
export async function contentResponse(
  scope: HttpScope,
  content: Content,
  options: FileOptions = {},
): Promise<HttpResponse> {
  const { response, isStreamed } = await chooseResponse(scope, content, options).catch(async (error: unknown) => {
    await content.close?.();
    throw error;
  });
  if (!isStreamed) await content.close?.();
  return response;
}

interface Choice {
  readonly response: HttpResponse;
  /** Whether the content is read while the response is sent. */
  readonly isStreamed: boolean;
}

async function chooseResponse(scope: HttpScope, content: Content, options: FileOptions): Promise<Choice> {
  const { method, headers } = scope;
  const outcome = checkPreconditions(method, headers, content);
  if (outcome === "failed") return { response: preconditionFailed(), isStreamed: false };
  if (outcome === "not modified")
    return { response: described(new HttpResponse("", { ...options, status: 304 }), content), isStreamed: false };
  if (method === "HEAD") {
    const response = withType(new HttpResponse("", options), content, options);
    return { response: response.setHeader("content-length", String(content.size)), isStreamed: false };
  }
  const rangeHeader = method === "GET" ? headers.get("range") : undefined;
  const ranges =
    rangeHeader !== undefined && meetsIfRange(headers, content) ? selectRanges(rangeHeader, content.size) : undefined;
  if (ranges === undefined) {
    return part(content, { first: 0, last: content.size - 1 }, (body) => withType(body, content, options), options);
  }
  const [range, ...others] = ranges;
  if (range === undefined) return { response: notSatisfiable(content), isStreamed: false };
  // Whoever compressed a part would change which bytes it holds.
  const partOptions = { ...options, mayCompress: false };
  if (others.length > 0) return severalParts(content, ranges, partOptions);
  return part(
    content,
    range,
    (body) => withType(partial(body), content, options).setHeader("content-range", contentRange(range, content.size)),
    partOptions,
  );
}

async function part(
  content: Content,
  { first, last }: ByteRange,
  finish: (response: HttpResponse) => HttpResponse,
  options: FileOptions,
): Promise<Choice> {
  const length = last - first + 1;
  if (length <= maxBytesAtOnce) {
    const pieces: Uint8Array[] = [];
    if (length > 0) for await (const piece of content.read(first, last)) pieces.push(piece);
    const [only] = pieces;
    const body = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
    return { response: finish(new HttpResponse(body, options)), isStreamed: false };
  }
  const response = streamed(content, content.read(first, last), options);
  return { response: finish(response.setHeader("content-length", String(length))), isStreamed: true };
}

function severalParts(content: Content, ranges: readonly ByteRange[], options: FileOptions): Choice {
  const body = new ByterangesBody(content, typeOf(content, options), ranges);
  const response = described(partial(streamed(content, body.read(), options)), content)
    .setHeader("content-type", body.type)
    .setHeader("content-length", String(body.size));
  return { response, isStreamed: true };
}

function streamed(content: Content, source: AsyncIterable<Uint8Array>, options: FileOptions): StreamedResponse {
  const { headers, mayCompress = true } = options;
  return new StreamedResponse(source, {
    type: typeOf(content, options),
    mayCompress,
    onEnd: () => content.close?.(),
    ...(headers !== undefined && { headers }),
  });
}

function partial(response: HttpResponse): HttpResponse {
  response.status = 206;
  return response;
}

function typeOf(content: Content, { type }: FileOptions): string {
  return type ?? content.type ?? "application/octet-stream";
}

function withType(response: HttpResponse, content: Content, options: FileOptions): HttpResponse {
  response.setDefaultHeader("content-type", typeOf(content, options));
  if (options.downloadName !== undefined) {
    response.setDefaultHeader("content-disposition", attachment(options.downloadName));
  }
  // A browser must not take an upload for a page because it looks like one.
  response.setDefaultHeader("x-content-type-options", "nosniff");
  return described(response, content);
}

function described(response: HttpResponse, { etag, lastModified }: Content): HttpResponse {
  response.setDefaultHeader("accept-ranges", "bytes");
  if (etag !== undefined) response.setDefaultHeader("etag", etag);
  if (lastModified !== undefined) response.setDefaultHeader("last-modified", formatHttpDate(lastModified));
  return response;
}

/** The answer to conditions that are not met. */
export function preconditionFailed(): HttpResponse {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return new HttpResponse("What the request depends on is not so.", { status: 412, headers });
}

function notSatisfiable({ size }: Content): HttpResponse {
  const headers = { "content-range": `bytes */${size}`, "content-type": "text/plain; charset=utf-8" };
  return new HttpResponse(`None of the ranges is within the ${size} bytes.`, { status: 416, headers });
}
