import {
  type HotclubError,
  type HttpScope,
  type Message,
  MethodNotAllowed,
  type RouteParams,
  toError,
} from "../core/index.js";
import type { HttpRequestMessage } from "../protocol/index.js";
import { Consumer } from "./consumer.js";
import { Cookies } from "./cookies.js";
import { errorResponse, isServerError } from "./error-response.js";
import { ClientGone, NoResponse, ResponseBroken, ResponseRevoked } from "./errors.js";
import { arrived, failed } from "./hooks.js";
import { HttpExchange } from "./http-exchange.js";
import { longResponseBegan } from "./long-response.js";
import type { Origin } from "./mailbox.js";
import { allowedMethods, type Answer, methodTable } from "./method-table.js";
import { pageContext } from "./page-context.js";
import type { UploadLimits } from "./request/body-limits.js";
import { HttpRequest } from "./request/request.js";
import { emptyBody, RequestBody } from "./request/request-body.js";
import { conditional, type ResourceVersion } from "./response/conditional.js";
import { contentResponse, type FileOptions } from "./response/content-response.js";
import type { Content } from "./response/content.js";
import { FileContent } from "./response/file-content.js";
import { type LaterOptions, LaterResponse } from "./response/later-response.js";
import { Pump } from "./response/pump.js";
import { redirect } from "./response/redirect.js";
import { bytes, empty, html, HttpResponse, json, type ResponseOptions, text } from "./response/response.js";
import { type OpenStreamOptions, ResponseStream } from "./response/response-stream.js";
import { type BodySource, StreamedResponse, type StreamOptions } from "./response/streamed-response.js";

/**
 * Handles one HTTP request. Declare a method named as the request's in lower case, and return a response:
 *
 * ```ts
 * class Greeting extends HttpConsumer<{ name: string }> {
 *   get() { return this.text(`Hello, ${this.params.name}`); }
 * }
 * ```
 *
 * Methods that are not declared are answered with 405; HEAD is answered as GET without the body. What a handler
 * throws becomes a response: errors with a status below 500 say what is wrong, all others are logged and become a
 * plain 500.
 *
 * While a response is streamed, or is to come `later`, messages of groups are handled by the methods named by their
 * types, one at a time, as they are on a socket.
 */
export abstract class HttpConsumer<Params = RouteParams> extends Consumer<HttpScope> {
  /**
   * The largest body that is read into memory here, in bytes, and the largest fields of a form together. Default: what
   * the project says.
   */
  static readonly maxBodyBytes: number | undefined = undefined;
  /** What forms may hold here, where it is not what the project says. */
  static readonly uploads: Partial<UploadLimits> = {};

  /** `waiting` for a response; one is to come `later`; it was `begun`; it is complete, or nobody is there for it. */
  #phase: "new" | "waiting" | "later" | "begun" | "over" = "new";
  /** Not there where the request has none. */
  #body: RequestBody | undefined;
  #request: HttpRequest<Params> | undefined;
  #cookies: Cookies | undefined;
  /** Not there where the handler answers at once. */
  #exchange: HttpExchange | undefined;

  /** The values captured from the path, converted. */
  get params(): Params {
    return this.scope.params as Params;
  }

  get request(): HttpRequest<Params> {
    return (this.#request ??= this.#newRequest());
  }

  #newRequest(): HttpRequest<Params> {
    const limits = this.services.bodyLimits(this.constructor as typeof HttpConsumer);
    return new HttpRequest(this, this.#body ?? emptyBody, limits);
  }

  /** What the client sent, and what goes back with the response. */
  get cookies(): Cookies {
    if (this.#cookies === undefined) {
      this.#cookies = new Cookies(this.scope, this.services);
      if (this.#isAnswered) this.#cookies.seal();
    }
    return this.#cookies;
  }

  protected text(body: string, options?: ResponseOptions): HttpResponse {
    return text(body, options);
  }

  protected html(body: string, options?: ResponseOptions): HttpResponse {
    return html(body, options);
  }

  protected json(value: unknown, options?: ResponseOptions): HttpResponse {
    return json(value, options);
  }

  protected bytes(body: Uint8Array, options?: ResponseOptions): HttpResponse {
    return bytes(body, options);
  }

  /** No body: 204 unless said otherwise. */
  protected empty(options?: ResponseOptions): HttpResponse {
    return empty(options);
  }

  /** Sends the client elsewhere: 302, or 301, 303, 307, 308 by `status`. Throws `RedirectRefused`. */
  protected redirect(location: string, options?: ResponseOptions): HttpResponse {
    return redirect(location, options);
  }

  /** A page: the template of this name (of several, the first that there is), rendered with `context` (also with `request`, `csrfToken` and `cspNonce`). */
  protected async render(
    template: string | readonly string[],
    context: object = {},
    options?: ResponseOptions,
  ): Promise<HttpResponse> {
    const { templates, contextProcessors } = this.services;
    const known = await pageContext(this.scope, this.request.forTemplates(), context, contextProcessors);
    return html(await templates.render(template, known), options);
  }

  /**
   * A file, or another content, as far as the client wants it: its conditions (304, 412) and ranges (206, 416) are
   * looked at. With `root`, `path` may come from the client: nothing outside of that directory is found. Rejects with
   * `NotFound` for what is no file.
   */
  protected async file(
    file: string | Content,
    { root, ...options }: FileOptions & { readonly root?: string } = {},
  ): Promise<HttpResponse> {
    const content = typeof file === "string" ? await FileContent.open(file, root) : file;
    return contentResponse(this.scope, content, options);
  }

  /**
   * What `make` makes, unless the client has it already (304), or builds on another version than there is (412): then
   * `make` is not called. On a GET or HEAD the response carries the validators.
   */
  protected conditional(version: ResourceVersion, make: () => HttpResponse): HttpResponse;
  protected conditional(version: ResourceVersion, make: () => Promise<HttpResponse>): Answer;
  protected conditional(version: ResourceVersion, make: () => Answer): Answer {
    return conditional(this.scope, version, make);
  }

  /**
   * A response whose body is read from `source` while it is sent, at the client's pace. When the client goes, the
   * source is told (`return()`, `cancel()`), and `signal` is aborted. A source that fails halfway has the connection
   * cut, so that the client knows.
   */
  protected stream(source: BodySource, options?: StreamOptions): HttpResponse {
    return new StreamedResponse(source, options);
  }

  /** A response that you write piece by piece, also from handlers of group messages, until you `end()` it. Return it. */
  protected openStream(options?: OpenStreamOptions): ResponseStream {
    return new ResponseStream(
      {
        begin: (stream) => this.#begin(stream),
        write: (body) => this.send({ type: "http.response.body", body, moreBody: true }),
        end: () => this.#end(),
      },
      options,
    );
  }

  /**
   * The response follows later: a handler of a group message, or whatever else, gives it to `respond`. If nothing does
   * in time, or the server stops, `otherwise` makes it.
   */
  protected later(options?: LaterOptions): HttpResponse {
    return new LaterResponse(options);
  }

  /** Answers a request whose handler returned `later()`. The first answer counts; others are dropped. */
  protected respond(response: HttpResponse): void | Promise<void> {
    if (!this.#isAnswered) return this.#answer(response);
    if (response instanceof StreamedResponse) return response.over();
  }

  get #isAnswered(): boolean {
    return this.#phase === "begun" || this.#phase === "over";
  }

  "http.request"(_message: Message): void | Promise<void> {
    const { method } = this.scope;
    const handler = methodTable(this.constructor).get(method);
    if (handler === undefined) {
      const allow = allowedMethods(this.constructor);
      if (method !== "OPTIONS") throw new MethodNotAllowed({ method, allow });
      return this.#answer(new HttpResponse("", { headers: { allow: allow.join(", ") } }));
    }
    const answer = handler.call(this);
    return answer instanceof Promise ? answer.then((response) => this.#returned(response)) : this.#returned(answer);
  }

  /** Nobody has answered in time. */
  async "http.timeout"(): Promise<void> {
    const later = this.#exchange?.takeLater();
    if (later !== undefined && this.#phase === "later") await this.respond(await later.otherwise());
  }

  /** The client has gone before the response was complete, and everything before that was handled. */
  async "http.disconnect"(): Promise<void> {
    // A handler may have begun something meanwhile.
    this.#exchange?.cancel();
    await this.#finish();
    this.mailbox.drop("layer");
  }

  #returned(response: HttpResponse): void | Promise<void> {
    if (this.#phase === "waiting") return this.#answer(response);
    if (response instanceof LaterResponse || response instanceof ResponseStream) return;
    if (this.#phase === "begun") this.log.warn("a handler returned a response to a request that was answered before");
    return this.respond(response);
  }

  #answer(response: HttpResponse): void | Promise<void> {
    if (response?.type !== "http.response") return this.#answerOtherwise(response);
    this.#addCookies(response);
    const message: object = response;
    const sent = this.send(message as Message);
    this.#phase = "begun";
    return this.#finishAfter(sent);
  }

  #answerOtherwise(response: HttpResponse | undefined): void {
    if (response instanceof StreamedResponse) return this.#pump(response);
    if (response instanceof LaterResponse) return this.#wait(response);
    if (response instanceof ResponseStream) {
      // It begins with its first piece.
      this.#phase = "begun";
      return;
    }
    const given = response === undefined ? "nothing" : `something of type ${typeof response}`;
    throw new NoResponse({ consumer: this.constructor.name, method: this.scope.method, given });
  }

  #addCookies(response: HttpResponse): void {
    if (this.#cookies === undefined) return;
    response.headers.push(...this.#cookies.responseHeaders);
    this.#cookies.seal();
  }

  #begin(stream: ResponseStream): void {
    if (this.#phase === "over") return stream.abandon();
    this.#addCookies(stream);
    const { status, headers, mayCompress } = stream;
    const sent = this.send({ type: "http.response.start", status, headers, mayCompress });
    this.#phase = "begun";
    this.#theExchange.stream = stream;
    // A session, say, is saved before its head has gone; what becomes of that is heard with the first piece.
    if (sent === undefined) this.#watchStream(stream);
    else void sent.then(() => this.#watchStream(stream), nothing);
  }

  #end(): void | Promise<void> {
    // A response to HEAD that has its body with its head would say that there is none.
    if (this.scope.method === "HEAD") void this.send({ type: "http.response.body", body: "", moreBody: true });
    return this.#finishAfter(this.send({ type: "http.response.body", body: "", moreBody: false }));
  }

  #wait(later: LaterResponse): void {
    this.#phase = "later";
    const timeout = (): void => this.mailbox.post({ type: "http.timeout" }, "protocol");
    const exchange = this.#theExchange;
    exchange.wait(later, timeout, this.services.whenStopping(timeout));
    const end = (error: HotclubError): void => {
      if (this.#phase !== "later") return;
      void this.respond(errorResponse(error, this.scope.requestId, this.services.debug));
      this.announceEnd();
      this.mailbox.drop();
    };
    exchange.unwatched = longResponseBegan(this.scope, { kind: "later", end });
  }

  #watchStream(stream: ResponseStream): void {
    if (!stream.isOpen) return;
    const isEvents = stream.headers.some(([name, value]) => name === "content-type" && value.startsWith(eventStream));
    const end = (error: HotclubError): void => {
      if (!stream.isOpen) return;
      if (!isEvents) return this.#cut(new ResponseRevoked({ path: this.scope.path }, { cause: error }), stream);
      this.#exchange?.pump?.cancel();
      void stream.end();
      this.announceEnd();
      this.mailbox.drop();
      this.mailbox.post({ type: "http.disconnect" }, "protocol");
    };
    this.#theExchange.unwatched = longResponseBegan(this.scope, { kind: isEvents ? "events" : "stream", end });
  }

  #pump(response: StreamedResponse): void {
    const { status, mayCompress, headers } = response;
    const stream = this.openStream({ status, mayCompress });
    stream.headers.splice(0, stream.headers.length, ...headers);
    this.#phase = "begun";
    const exchange = this.#theExchange;
    exchange.pump = new Pump(response, stream);
    // The body of an answer to HEAD is not even read.
    if (this.scope.method === "HEAD") exchange.pump.cancel();
    const done = exchange.pump.run().then(() => this.#finishAfter(stream.end()));
    done.catch((thrown: unknown) => this.#streamFailed(toError(thrown), stream));
  }

  async #streamFailed(error: Error, stream: ResponseStream): Promise<void> {
    if (stream.hasBegun) return this.#cut(error, stream);
    this.#phase = "waiting";
    await this[failed](error, { type: "http.request" }, "protocol");
  }

  #cut(cause: Error, { bytesWritten }: { readonly bytesWritten: number }): void {
    const { path, requestId } = this.scope;
    const isBroken = !(cause instanceof ResponseRevoked);
    this.#theExchange.fail(isBroken ? new ResponseBroken({ path, requestId, bytes: bytesWritten }, { cause }) : cause);
    // Nobody else tells, for the server gives nothing more to whom it has cut.
    this.announceEnd();
    this.mailbox.post({ type: "http.disconnect" }, "protocol");
  }

  get #theExchange(): HttpExchange {
    return (this.#exchange ??= new HttpExchange());
  }

  #finishAfter(sent: void | Promise<void>): void | Promise<void> {
    return sent === undefined ? this.#finish() : sent.then(() => this.#finish());
  }

  /** The response is complete, or nobody is there for it: what belongs to the request goes with it. */
  #finish(): void | Promise<void> {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#body?.drop();
    const released = this.releaseChannel();
    const removed = this.#request?.removeUploads();
    if (released === undefined && removed === undefined) this.#exchange?.finish();
    else return this.#finishSlowly(released, removed);
  }

  async #finishSlowly(released: void | Promise<void>, removed: Promise<void> | undefined): Promise<void> {
    await released;
    await removed?.catch((thrown: unknown) => {
      this.log.warn({ err: toError(thrown) }, "the uploaded files of a request could not be removed");
    });
    this.#exchange?.finish();
  }

  override [arrived](message: Message): void | Promise<void> {
    if (message.type === "http.request") return this.#arrivedRequest(message as HttpRequestMessage);
    // The handler that runs hears of it now; the rest waits until it has ended.
    if (message.type === "http.disconnect") {
      this.#body?.abandon();
      this.announceEnd();
      this.#exchange?.cancel();
      void super[arrived](message);
      return this.mailbox.whenIdle();
    }
    return super[arrived](message);
  }

  #arrivedRequest(message: HttpRequestMessage): void | Promise<void> {
    const { body, moreBody } = message;
    const isFirst = this.#phase === "new";
    if (isFirst) {
      this.#phase = "waiting";
      if (moreBody || body.length > 0) this.#body = new RequestBody(this.scope.headers);
    }
    const held = this.#body?.push(body, moreBody);
    if (isFirst) void super[arrived](message);
    if (this.#exchange?.failure !== undefined) throw this.#exchange.failure;
    if (moreBody) return held;
    return this.#phase === "over" ? undefined : this.#theExchange.outcome;
  }

  override [failed](error: Error, _message: Message, origin: Origin): void | Promise<void> {
    if (isServerError(error)) this.log.error({ err: error, path: this.scope.path }, "a request failed");
    if (error instanceof ClientGone) return this.#finish();
    const stream = this.#exchange?.stream;
    // One bad message of a group must not end every stream that is a member.
    if (origin === "protocol" && stream?.isOpen === true) return this.#cut(error, stream);
    if (this.#isAnswered) return;
    try {
      return this.#answer(errorResponse(error, this.scope.requestId, this.services.debug));
    } catch (thrown) {
      this.#cut(toError(thrown), { bytesWritten: 0 });
    }
  }
}

const eventStream = "text/event-stream";

function nothing(): void {}
