/**
 * Speaks HTTP and WebSocket with the outside, and messages with an application: servers, the messages' types
 * and cookies. Its three main names are `loadServer`, `HttpResponseMessage` and `WebSocketReceivedMessage`.
 *
 * ```ts
 * const server = await loadServer();
 * const listening = await server.listen(
 *   (scope, send) => ({
 *     handle: () => send({ type: "http.response", status: 200, body: `hello from ${scope.type}` }),
 *   }),
 *   { port: 8000 },
 * );
 * await listening.close();
 * ```
 */
export { calmTurn } from "./calm-turn.js";
export {
  CookieInvalid,
  parseCookies,
  readSetCookie,
  type ReceivedCookie,
  serializeCookie,
  type CookieOptions,
} from "./cookies.js";
export {
  BodyLengthMismatch,
  CannotListen,
  CertificateInvalid,
  CloseInvalid,
  HeaderInvalid,
  ListenOptionInvalid,
  MessageFieldInvalid,
  PortInUse,
  ProtocolViolation,
  ScopeExpired,
  ServerNotLoaded,
  SocketInUse,
  StatusInvalid,
  SubprotocolNotOffered,
} from "./errors.js";
export type {
  HttpBody,
  HttpDisconnectMessage,
  HttpReceiveMessage,
  HttpRequestMessage,
  HttpResponseBodyMessage,
  HttpResponseMessage,
  HttpResponseStartMessage,
  HttpSendMessage,
} from "./http-messages.js";
export { loadServer, type LoadServerOptions } from "./load-server.js";
export { newRequestId } from "./request-id.js";
export {
  defaultHttpLimits,
  defaultWebSocketLimits,
  type CloseOptions,
  type HttpLimits,
  type Listening,
  type ListenOptions,
  type ProtocolServer,
  type TlsOptions,
  type WebSocketLimits,
} from "./server.js";
export { prepareSharedAddress, type SharedAddress } from "./shared-address.js";
export { type TopicPublisher, topicsExtension, type WebSocketTopics } from "./topics.js";
export {
  resumeParameter,
  type ActionFrame,
  type ErrorFrame,
  type JoinedFrame,
  type MissedFrame,
  type PingFrame,
  type PongFrame,
  type PresenceFrame,
  type ReplyFrame,
} from "./wire.js";
export type {
  WebSocketAcceptMessage,
  WebSocketCloseMessage,
  WebSocketConnectMessage,
  WebSocketDisconnectMessage,
  WebSocketHttpResponseMessage,
  WebSocketReceivedMessage,
  WebSocketReceiveMessage,
  WebSocketSendMessage,
  WebSocketSentMessage,
} from "./websocket-messages.js";
