/**
 * What every other folder stands on: messages and scopes, settings, errors, the app registry, logging, signing.
 * Its three main names are `Message`, `Application` and `defineSettings`.
 *
 * ```ts
 * const hello: Application = (scope, send) => ({
 *   handle(message) {
 *     if (message.type === "http.request") return send({ type: "http.response", status: 200, body: "hello" });
 *   },
 * });
 * ```
 */
export { AppInvalid, AppRegistry, defineApp, type AppConfig, type AppParts } from "./app.js";
export type { Application, Handler } from "./application.js";
export { carriedBy, carry, currentScope, type CarriedOf } from "./carried.js";
export { currentLogContext, runWithLogContext, type LogContext } from "./context.js";
export { takeTrace } from "./error-trace.js";
export { defineError, HotclubError, listErrorCodes, toError, type ErrorDefinition } from "./errors.js";
export { defineSettings, frameworkSettings, type FrameworkSettings } from "./framework-settings.js";
export { HeaderLines, type HeaderLine, type RequestHeaders } from "./headers.js";
export {
  BadRequest,
  BodyTooLarge,
  MethodNotAllowed,
  NotFound,
  PermissionDenied,
  UnsupportedMediaType,
  UpgradeRequired,
} from "./http-errors.js";
export { createLogger, createScopeLogger, getLogger, setLogger, type Logger, type LoggerOptions } from "./log.js";
export { isProtocolType, type Message, type MessageValue, type Send } from "./message.js";
export {
  diagnostics,
  type HttpEnd,
  type HttpStart,
  type TaskEnd,
  type TaskStart,
  type WebSocketEnd,
  type WebSocketStart,
  type WebSocketTraffic,
} from "./observe/channels.js";
export { observed } from "./observe/observed.js";
export type { PathConverterTypes, PathParams } from "./path-params.js";
export { validate, ValidationFailed, type Issue, type Schema, type SchemaInput, type SchemaOutput } from "./schema.js";
export type {
  Carried,
  ChannelScope,
  ClientAddress,
  HttpScope,
  LifespanScope,
  MatchedRoute,
  RouteParam,
  RouteParams,
  Scope,
  TaskScope,
  WebSocketScope,
} from "./scope.js";
export { env, readSettings, SettingsInvalid, type SettingSpec, type SettingsOf } from "./settings.js";
export { isShownInTemplates, shownInTemplates } from "./shown-in-templates.js";
export { Signal, type ConnectOptions, type Receiver } from "./signal.js";
export {
  fingerprint,
  isFingerprintOf,
  SecretKeyMissing,
  signer,
  signTimed,
  type SignTimedOptions,
  unsignTimed,
  type UnsignTimedOptions,
  useSecretKeys,
} from "./signing-keys.js";
export {
  currentTimeZone,
  defaultTimeZone,
  inTimeZone,
  isTimeZone,
  setDefaultTimeZone,
  TimeZoneUnknown,
} from "./time-zone.js";
export { BadSignature, Signer, type SignObjectOptions, type UnsignOptions, ValueNotSignable } from "./signing.js";
