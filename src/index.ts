/**
 * What a small project needs, in one place; the folders (`hotclub/orm`, `hotclub/layers`, …) have the rest. Its three
 * main names are `defineProject`, `WebSocketConsumer` and `Model`.
 *
 * ```ts
 * class Hello extends HttpConsumer {
 *   get() { return this.text("hello"); }
 * }
 * export default defineProject({ name: "hello", settings: defineSettings(), routes: [http("/", Hello)] });
 * ```
 */
export {
  BadRequest,
  BadSignature,
  defineApp,
  defineError,
  defineSettings,
  env,
  getLogger,
  HotclubError,
  NotFound,
  PermissionDenied,
  signTimed,
  unsignTimed,
  useSecretKeys,
  type AppConfig,
  type Application,
  type Message as ScopeMessage,
  type Scope,
} from "./core/index.js";
export {
  accessLog,
  action,
  channel,
  ChannelConsumer,
  compression,
  type Cookies,
  cors,
  createApplication,
  csrf,
  defineMiddleware,
  EventStreamConsumer,
  forward,
  host,
  html,
  http,
  HttpConsumer,
  HttpResponse,
  include,
  json,
  messageRateLimit,
  methodOverride,
  type Middleware,
  rateLimit,
  redirect,
  redisRateLimits,
  reverser,
  securityHeaders,
  taskRateLimit,
  text,
  timeouts,
  type UploadedFile,
  type UploadLimits,
  websocket,
  WebSocketConsumer,
  webSocketOrigins,
} from "./consumers/index.js";
export { field, Form, formSet, inlineFormSet, invalid, modelForm, modelFormSet, widget } from "./forms/index.js";
export { cache, cachePage } from "./cache/index.js";
export { flashMessages, messages, messagesApp } from "./messages/index.js";
export { group, type Payload } from "./layers/index.js";
export { atomic, f, index, meta, Model, onCommit } from "./orm/index.js";
export { defineProject, LifespanConsumer, serve, work } from "./project/index.js";
export { saveUpload, storages } from "./storage/index.js";
export { staticUrl } from "./static-files/index.js";
export { schedule, task, TaskConsumer } from "./workers/index.js";
export {
  CreateView,
  DeleteView,
  DetailView,
  FormView,
  getListOr404,
  getOr404,
  ListView,
  Paginator,
  RedirectView,
  TemplateView,
  UpdateView,
} from "./views/index.js";
