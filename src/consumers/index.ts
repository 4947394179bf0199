/**
 * Where users write their code: consumers of requests, sockets and channels, the routes that lead to them and the
 * middleware around them. Its three main names are `WebSocketConsumer`, `HttpConsumer` and `createApplication`.
 *
 * ```ts
 * class Echo extends WebSocketConsumer {
 *   override receive(data: string) { return this.sendText(data); }
 * }
 * class Home extends HttpConsumer {
 *   get() { return this.text("hello"); }
 * }
 * const application = createApplication({ routes: [http("/", Home, { name: "home" }), websocket("/ws/", Echo)] });
 * ```
 */
import type { Route } from "./routing/route.js";

export { action, type Action, type ActionTable } from "./action.js";
export { createApplication, type ApplicationOptions } from "./application.js";
export { openConsumerChannel, topicsOf } from "./broadcast/consumer-forwarding.js";
export { forward } from "./broadcast/forward.js";
export type { Forwarding } from "./broadcast/forwarding.js";
export { ChannelConsumer } from "./channel-consumer.js";
export type { ConsumerChannel } from "./consumer-channel.js";
export { Consumer, type ConsumerClass, type ConsumerContext, type Handles } from "./consumer.js";
export { ConsumerRun } from "./consumer-run.js";
export { Cookies } from "./cookies.js";
export { publicError, type PublicError } from "./error-response.js";
export {
  BodyUsed,
  ClientGone,
  CompressionBehind,
  ContentSecurityPolicyInvalid,
  ConverterTaken,
  CorsInvalid,
  CsrfTokenMissing,
  DebugInProduction,
  EventInvalid,
  FileChanged,
  FormTooLong,
  HistoryMissing,
  MessageRefused,
  MiddlewareMisplaced,
  NoHandler,
  NoResponse,
  NoReverseMatch,
  NotAcceptable,
  OriginPatternInvalid,
  RateLimitInvalid,
  RedirectRefused,
  RequestTimedOut,
  ResponseBegun,
  ResponseBroken,
  ResponseRevoked,
  RouteInvalid,
  RoutesConflict,
  ScopeMismatch,
  ServiceMissing,
  TooManyRequests,
  UnknownAction,
  UploadGone,
  UploadTooLarge,
} from "./errors.js";
export { EventStreamConsumer } from "./event-stream-consumer.js";
export { failed } from "./hooks.js";
export { HttpConsumer } from "./http-consumer.js";
export { type LongResponse, type LongResponseWatcher, watchLongResponse } from "./long-response.js";
export type { JoinOptions } from "./join-options.js";
export { LayerChannel, type Receiver } from "./layer-channel.js";
export type { Origin } from "./mailbox.js";
export { accessLog, type AccessLogOptions } from "./middleware/access/access-log.js";
export type { LoggedScope } from "./middleware/access/access-rules.js";
export { allowedHosts } from "./middleware/origins/allowed-hosts.js";
export { checkOrder } from "./middleware/check-order.js";
export { chooseCoding, type ContentCoding } from "./middleware/coding/content-coding.js";
export { compression, type CompressionOptions } from "./middleware/coding/compression.js";
export { conditionalGet, type ConditionalGetOptions } from "./middleware/conditional-get.js";
export { cspNonce, type PolicySource } from "./middleware/headers/content-security-policy.js";
export { answerWith } from "./middleware/answer-with.js";
export { cors, type CorsOptions } from "./middleware/origins/cors.js";
export { csrf, type CsrfOptions } from "./middleware/csrf/csrf.js";
export { type CsrfCookieOptions, csrfToken, rotateCsrfToken } from "./middleware/csrf/csrf-token.js";
export { defaultMiddleware, type DefaultMiddlewareOptions } from "./middleware/default-middleware.js";
export { errorPages, type ErrorPagesOptions } from "./middleware/pages/error-pages.js";
export { isExempt } from "./middleware/exempt.js";
export { handleLater } from "./middleware/handle-later.js";
export { httpsRedirect, type HttpsRedirectOptions } from "./middleware/origins/https-redirect.js";
export { clientKey } from "./middleware/limits/client-key.js";
export { memoryRateLimits } from "./middleware/limits/memory-rate-limits.js";
export type {
  OpenRateLimitStore,
  RateLimitRule,
  RateLimitState,
  RateLimitStore,
} from "./middleware/limits/rate-limit-store.js";
export { redisRateLimits } from "./middleware/limits/redis-rate-limits.js";
export { messageRateLimit, type MessageRateLimitOptions } from "./middleware/limits/message-rate-limit.js";
export { methodOverride, type MethodOverrideOptions } from "./middleware/method-override.js";
export {
  defineMiddleware,
  middlewareName,
  wrap,
  type Middleware,
  type MiddlewareInfo,
} from "./middleware/middleware.js";
export {
  addHeader,
  addVary,
  headerOf,
  isResponseHead,
  type OutgoingHead,
  type OutgoingResponse,
  ownHandshake,
  ownResponse,
  removeHeader,
  setHeader,
} from "./middleware/outgoing-head.js";
export { placeMiddleware } from "./middleware/place-middleware.js";
export { rateLimit, type RateLimitOptions } from "./middleware/limits/rate-limit.js";
export { requestId } from "./middleware/request-id.js";
export { defaultPolicy, securityHeaders, type SecurityHeadersOptions } from "./middleware/headers/security-headers.js";
export { taskRateLimit, type TaskRateLimitOptions } from "./middleware/limits/task-rate-limit.js";
export { timeouts, type TimeoutsOptions } from "./middleware/timeouts.js";
export { hasVisitorsSecret } from "./middleware/visitors-secret.js";
export { webSocketOrigins, type WebSocketOriginsOptions } from "./middleware/origins/websocket-origins.js";
export { refuse } from "./refuse.js";
export { preferredEncoding, preferredLanguage, preferredType } from "./request/accept.js";
export type { UploadLimits } from "./request/body-limits.js";
export type { Form } from "./request/form.js";
export { safeFileName } from "./request/file-name.js";
export type { IncomingFile } from "./request/incoming-file.js";
export type { FormOptions } from "./request/read-form.js";
export { HttpRequest } from "./request/request.js";
export { type MoveOptions, UploadedFile } from "./request/uploaded-file.js";
export type { ResourceVersion } from "./response/conditional.js";
export type { FileOptions } from "./response/content-response.js";
export type { Content } from "./response/content.js";
export { FileContent, mediaTypeOf } from "./response/file-content.js";
export { entityTag, entityTagOf } from "./response/entity-tag.js";
export type { LaterOptions } from "./response/later-response.js";
export { isLocalUrl, type LocalUrlOptions, redirect } from "./response/redirect.js";
export { bytes, empty, html, HttpResponse, json, text, type ResponseOptions } from "./response/response.js";
export type { OpenStreamOptions, ResponseStream } from "./response/response-stream.js";
export { encodeEvent, type ServerSentEvent } from "./response/server-sent-event.js";
export type { BodySource, StreamOptions } from "./response/streamed-response.js";
export { registerConverter, type Converter } from "./routing/converters.js";
export { type ConsumerHost, hostExtension, type MovableRun } from "./remote/consumer-host.js";
export type { WebSocketResumeMessage } from "./remote/remote-messages.js";
export type { RemotePools } from "./remote/remote-pools.js";
export { describeRoutes, type RouteDescription } from "./routing/describe-routes.js";
export { flattenRoutes, type FlatRoute, type FlatRoutes } from "./routing/flatten.js";
export { host, include, type IncludeOptions, type RouteFunctions } from "./routing/include.js";
export { NoRoute } from "./routing/no-route.js";
export { createReverse, reverser, type Reverse, type ReverseOptions, type TypedReverse } from "./routing/reverse.js";
export {
  channel,
  http,
  websocket,
  type ChannelRoute,
  type HostRoutes,
  type IncludedRoutes,
  type PathRoute,
  type Route,
  type RouteOptions,
} from "./routing/route.js";
export type { TrailingSlash } from "./routing/trailing-slash.js";
export { ConsumerServices, type ConsumerServicesOptions } from "./services.js";
export { templateTags } from "./template-tags.js";
export { pongFor, WebSocketConsumer, type AcceptOptions } from "./websocket-consumer.js";

declare module "../core/app.js" {
  interface AppParts {
    readonly routes?: readonly Route[];
  }
}
