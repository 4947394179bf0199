import { defineError } from "../core/index.js";

/** A consumer handles no message of this type. */
export class NoHandler extends defineError({
  code: "CONSUMERS_NO_HANDLER",
  message: (p: { consumer: string; type: string }) =>
    `${p.consumer} has no handler for messages of type ${JSON.stringify(p.type)}; declare async ${JSON.stringify(p.type)}(message) { … }.`,
}) {}

/** A consumer was asked for something that its scope does not have. */
export class ScopeMismatch extends defineError({
  code: "CONSUMERS_SCOPE_MISMATCH",
  message: (p: { consumer: string; expected: string; given: string }) =>
    `${p.consumer} handles ${p.expected} scopes, and was given one of type ${p.given}. Check its route.`,
}) {}

/** There is no channel layer, template engine or secret key where a consumer needs one. */
export class ServiceMissing extends defineError({
  code: "CONSUMERS_SERVICE_MISSING",
  message: (p: { what: string; remedy: string }) => `There is no ${p.what}. ${p.remedy}`,
}) {}

/** `DEBUG` is on with `NODE_ENV=production`: error pages would show visitors the inside of the site. Set it off. */
export class DebugInProduction extends defineError({
  code: "CONSUMERS_DEBUG_IN_PRODUCTION",
  message: () => "DEBUG must be off where NODE_ENV is production: error pages would show the inside of the site.",
}) {}

/** A route's pattern cannot be understood. */
export class RouteInvalid extends defineError({
  code: "CONSUMERS_ROUTE_INVALID",
  message: (p: { pattern: string; problem: string }) => `The route ${JSON.stringify(p.pattern)} ${p.problem}.`,
}) {}

/** A path converter has the name of another. */
export class ConverterTaken extends defineError({
  code: "CONSUMERS_CONVERTER_TAKEN",
  message: (p: { converter: string }) =>
    `There is already a path converter called ${JSON.stringify(p.converter)}. Choose another name.`,
}) {}

/**
 * Routes stand in each other's way: one can never be reached, or two have one name. Every such pair is named, with
 * what to do about it.
 */
export class RoutesConflict extends defineError({
  code: "CONSUMERS_ROUTES_CONFLICT",
  message: (p: { problems: readonly string[] }) =>
    `The routing table contradicts itself:\n${p.problems.map((problem) => `  - ${problem}`).join("\n")}`,
}) {}

/** Middleware stands in an order that cannot work: every pair that must be exchanged is named. */
export class MiddlewareMisplaced extends defineError({
  code: "CONSUMERS_MIDDLEWARE_MISPLACED",
  message: (p: { problems: readonly string[]; order: readonly string[] }) =>
    `The order of the middleware cannot work: ${p.problems.join("; ")}. It is: ${p.order.join(", ")}.`,
}) {}

/** An origin or host among trusted ones is not written in a way that is understood. */
export class OriginPatternInvalid extends defineError({
  code: "CONSUMERS_ORIGIN_PATTERN_INVALID",
  message: (p: { pattern: string }) =>
    `${JSON.stringify(p.pattern)} names no origin. Write https://example.com, https://*.example.com, example.com, .example.com, null or *.`,
}) {}

/** `cors` is told to let every site read what is meant for one visitor. */
export class CorsInvalid extends defineError({
  code: "CONSUMERS_CORS_INVALID",
  message: () => "CORS with credentials cannot be for every origin, nor for null: name the origins that may read.",
}) {}

/** A template has `{% csrf %}`, and is not rendered for a request. Render pages with forms by `this.render`. */
export class CsrfTokenMissing extends defineError({
  code: "CONSUMERS_CSRF_TOKEN_MISSING",
  message: () => "{% csrf %} needs the page of a request: render it with this.render(…) of an HttpConsumer.",
}) {}

/** A Content-Security-Policy cannot stand in a header. */
export class ContentSecurityPolicyInvalid extends defineError({
  code: "CONSUMERS_CSP_INVALID",
  message: (p: { policy: string; problem: string }) =>
    `The Content-Security-Policy ${JSON.stringify(p.policy)} ${p.problem}.`,
}) {}

/** The options of a rate limit cannot work. */
export class RateLimitInvalid extends defineError({
  code: "CONSUMERS_RATE_LIMIT_INVALID",
  message: (p: { problem: string }) => `The rate limit ${p.problem}.`,
}) {}

/** 429: a client asked too often. The response says when it may come again (`Retry-After`). */
export class TooManyRequests extends defineError({
  code: "HTTP_TOO_MANY_REQUESTS",
  message: (p: { retryAfterS: number }) => `Too many requests. Come again in ${p.retryAfterS} s.`,
  status: 429,
  closeCode: 4429,
  temporary: true,
}) {}

/** A streamed response is written faster than it can be compressed and sent. Await what `write` and `send` return. */
export class CompressionBehind extends defineError({
  code: "CONSUMERS_COMPRESSION_BEHIND",
  message: (p: { maxBytes: number }) =>
    `More than ${p.maxBytes} bytes of a response wait to be compressed: await each write before the next.`,
}) {}

/** 504: a handler did not answer in time. Its signal was aborted. */
export class RequestTimedOut extends defineError({
  code: "HTTP_REQUEST_TIMED_OUT",
  message: (p: { timeoutMs: number }) => `There was no answer within ${p.timeoutMs} ms.`,
  status: 504,
  temporary: true,
}) {}

/** No route has this name, or its parameters do not fit (Django's `NoReverseMatch`). */
export class NoReverseMatch extends defineError({
  code: "CONSUMERS_NO_REVERSE_MATCH",
  message: (p: { name: string; problem: string }) => `There is no URL for ${JSON.stringify(p.name)}: ${p.problem}.`,
}) {}

/** The client went away before its request was read. */
export class ClientGone extends defineError({
  code: "CONSUMERS_CLIENT_GONE",
  message: () => "The client went away before its request had arrived.",
  status: 400,
}) {}

/** A client's message is not what this socket understands. */
export class MessageRefused extends defineError({
  code: "CONSUMERS_MESSAGE_REFUSED",
  message: (p: { problem: string; closeCode: number }) => p.problem,
  status: 400,
}) {
  /** 1003 for the wrong kind of frame, 1007 for text that is not JSON (RFC 6455 §7.4.1). */
  override readonly closeCode: number = this.params.closeCode;
}

/** A client's action is not one that this consumer has. */
export class UnknownAction extends defineError({
  code: "CONSUMERS_UNKNOWN_ACTION",
  message: (p: { action: string; known: readonly string[] }) =>
    `There is no action ${JSON.stringify(p.action)}; there are: ${p.known.join(", ")}.`,
  status: 400,
}) {}

/** A handler returned something that is no response, or nothing. */
export class NoResponse extends defineError({
  code: "CONSUMERS_NO_RESPONSE",
  message: (p: { consumer: string; method: string; given: string }) =>
    `${p.consumer} answered ${p.method} with ${p.given}. Return a response, or this.later() where one follows.`,
}) {}

/** Something was to go with a response whose head had left already. */
export class ResponseBegun extends defineError({
  code: "CONSUMERS_RESPONSE_BEGUN",
  message: (p: { what: string }) => `${p.what} comes too late: the response has begun. Do it before you return one.`,
}) {}

/** The source of a streamed response failed halfway; the connection is cut, so that the client knows. */
export class ResponseBroken extends defineError({
  code: "CONSUMERS_RESPONSE_BROKEN",
  message: (p: { path: string; requestId: string; bytes: number }) =>
    `The response to ${p.path} (request ${p.requestId}) was cut after ${p.bytes} bytes, because its source failed.`,
}) {}

/** Who was sent a long response may not have the rest of it, such as after a logout; the connection is cut. Nothing to do. */
export class ResponseRevoked extends defineError({
  code: "CONSUMERS_RESPONSE_REVOKED",
  message: (p: { path: string }) => `The response to ${p.path} was cut: its visitor may not have the rest of it.`,
  status: 403,
}) {}

/** A file became shorter while it was being sent. */
export class FileChanged extends defineError({
  code: "CONSUMERS_FILE_CHANGED",
  message: (p: { path: string; size: number; found: number }) =>
    `The file ${p.path} had ${p.size} bytes when its response began, and ends after ${p.found}. Replace files instead of writing into them.`,
}) {}

/** A redirect leads where none may, such as to a `javascript:` URL. */
export class RedirectRefused extends defineError({
  code: "CONSUMERS_REDIRECT_REFUSED",
  message: (p: { problem: string }) => `The redirect is refused: ${p.problem}.`,
  status: 400,
}) {}

/** A field of an event of an event stream cannot be written. */
export class EventInvalid extends defineError({
  code: "CONSUMERS_EVENT_INVALID",
  message: (p: { field: string; problem: string }) => `The ${p.field} of a server-sent event ${p.problem}.`,
}) {}

/** 406: the client takes nothing that this address has. */
export class NotAcceptable extends defineError({
  code: "CONSUMERS_NOT_ACCEPTABLE",
  message: (p: { offered: readonly string[] }) => `This address answers with ${p.offered.join(" or ")} only.`,
  status: 406,
}) {}

/** The body of a request was asked for twice in ways that exclude each other. */
export class BodyUsed extends defineError({
  code: "CONSUMERS_BODY_USED",
  message: (p: { before: string }) =>
    `The body of this request was read before, ${p.before}. Keep what you read, or read it once as a whole.`,
}) {}

/** 400: a form has more fields or files than it may. */
export class FormTooLong extends defineError({
  code: "CONSUMERS_FORM_TOO_LONG",
  message: (p: { what: string; limit: number }) => `The form has more than ${p.limit} ${p.what}.`,
  status: 400,
}) {}

/** 413: a file of a form is larger than it may be, or all of them together are. */
export class UploadTooLarge extends defineError({
  code: "CONSUMERS_UPLOAD_TOO_LARGE",
  message: (p: { what: string; maxBytes: number }) => `${p.what} is over the limit of ${p.maxBytes} bytes.`,
  status: 413,
}) {}

/** An uploaded file was asked for after its request had ended, or where it was moved over another. */
export class UploadGone extends defineError({
  code: "CONSUMERS_UPLOAD_GONE",
  message: (p: { name: string }) =>
    `The uploaded file ${JSON.stringify(p.name)} was removed when its request ended. Move or read it before you answer.`,
}) {}

/** A consumer asks for the history of a group that keeps none. Give the group one: `group(pattern, { history: true })`. */
export class HistoryMissing extends defineError({
  code: "CONSUMERS_HISTORY_MISSING",
  message: (p: { group: string }) =>
    `The group ${p.group} keeps no messages, so none of them can be given to whoever joins. Declare it with group(pattern, { history: true }).`,
}) {}
