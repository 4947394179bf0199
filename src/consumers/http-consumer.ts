import { type HttpScope, type Message, MethodNotAllowed, type RouteParams } from "../core/index.js";
import type { HttpRequestMessage, HttpResponseMessage } from "../protocol/index.js";
import { Consumer } from "./consumer.js";
import { Cookies } from "./cookies.js";
import { errorResponse, isServerError } from "./error-response.js";
import { ClientGone } from "./errors.js";
import { arrived, failed } from "./hooks.js";
import { HttpRequest } from "./request/request.js";
import { RequestBody } from "./request/request-body.js";
import { html, HttpResponse, json, redirect, type ResponseOptions, text } from "./response/response.js";

type Answer = HttpResponse | Promise<HttpResponse>;
type MethodHandler = (this: HttpConsumer, request: HttpRequest) => Answer;

/** The methods that a consumer can have handlers for, by the name of the handler. */
const methodNames = ["get", "post", "put", "patch", "delete", "head", "options"] as const;

const methodTables = new WeakMap<object, ReadonlyMap<string, MethodHandler>>();

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
 */
export abstract class HttpConsumer<Params = RouteParams> extends Consumer<HttpScope> {
  #body: RequestBody | undefined;
  #request: HttpRequest<Params> | undefined;
  #cookies: Cookies | undefined;

  /** The values captured from the path, converted. */
  get params(): Params {
    return this.scope.params as Params;
  }

  get request(): HttpRequest<Params> {
    this.#body ??= new RequestBody(this.scope.headers);
    return (this.#request ??= new HttpRequest(this.scope, this.#body, this.services));
  }

  /** What the client sent, and what goes back with the response. */
  get cookies(): Cookies {
    return (this.#cookies ??= new Cookies(this.scope, this.services));
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

  protected redirect(location: string, options?: ResponseOptions): HttpResponse {
    return redirect(location, options);
  }

  /** A page: the template of this name, rendered with `context` (which also has `request`). */
  protected async render(template: string, context: object = {}, options?: ResponseOptions): Promise<HttpResponse> {
    return html(
      await this.services.templates.render(template, { request: this.request.forTemplates(), ...context }),
      options,
    );
  }

  "http.request"(_message: Message): void | Promise<void> {
    const { method } = this.scope;
    const table = methodTable(this.constructor);
    const handler = table.get(method);
    if (handler === undefined) {
      if (method === "OPTIONS")
        return this.#respond(new HttpResponse("", { headers: { allow: allowed(table).join(", ") } }));
      throw new MethodNotAllowed({ method, allow: allowed(table) });
    }
    const answer = handler.call(this as HttpConsumer<unknown> as HttpConsumer, this.request as HttpRequest);
    return answer instanceof Promise ? answer.then((response) => this.#respond(response)) : this.#respond(answer);
  }

  #respond(response: HttpResponse): void | Promise<void> {
    if (this.#cookies !== undefined) response.headers.push(...this.#cookies.responseHeaders);
    const message: object = response;
    const sent = this.send(message as HttpResponseMessage);
    const released = this.releaseChannel();
    return released === undefined ? sent : Promise.all([sent, released]).then(() => undefined);
  }

  override [arrived](message: Message): void | Promise<void> {
    if (message.type === "http.request") {
      const { body, moreBody } = message as HttpRequestMessage;
      const isFirst = this.#body === undefined;
      if (isFirst && body.length === 0 && !moreBody) {
        this.#body = RequestBody.empty;
        return super[arrived](message);
      }
      this.#body ??= new RequestBody(this.scope.headers);
      const taken = this.#body.push(body, moreBody);
      if (isFirst) void super[arrived](message);
      return taken;
    }
    // Not through the mailbox: the handler that runs must hear of it.
    if (message.type === "http.disconnect") {
      this.#body?.abandon();
      this.announceEnd();
      return this.releaseChannel();
    }
    return super[arrived](message);
  }

  override [failed](error: Error, _message: Message): void | Promise<void> {
    if (isServerError(error)) this.log.error({ err: error, path: this.scope.path }, "a request failed");
    if (error instanceof ClientGone) return;
    return this.#respond(errorResponse(error, this.scope.requestId, this.services.debug));
  }
}

function methodTable(consumerClass: { readonly prototype?: unknown } & object): ReadonlyMap<string, MethodHandler> {
  let table = methodTables.get(consumerClass);
  if (table === undefined) {
    table = readMethods((consumerClass as { prototype: Record<string, unknown> }).prototype);
    methodTables.set(consumerClass, table);
  }
  return table;
}

function readMethods(prototype: Record<string, unknown>): ReadonlyMap<string, MethodHandler> {
  const table = new Map<string, MethodHandler>();
  for (const name of methodNames) {
    const handler = prototype[name];
    if (typeof handler === "function") table.set(name.toUpperCase(), handler as MethodHandler);
  }
  const get = table.get("GET");
  if (get !== undefined && !table.has("HEAD")) table.set("HEAD", get);
  return table;
}

/** The methods that consumers of a class answer. */
export function allowedMethods(consumerClass: object): string[] {
  return allowed(methodTable(consumerClass));
}

function allowed(table: ReadonlyMap<string, MethodHandler>): string[] {
  return [...new Set([...table.keys(), "OPTIONS"])];
}
