import {
  createScopeLogger,
  getLogger,
  type Handler,
  type HttpScope,
  type Message,
  type Send,
  toError,
} from "../../../core/index.js";
import { TemplateNotFound, type TemplateEngine } from "../../../templates/index.js";
import { errorBehind, errorResponse, publicError } from "../../error-response.js";
import { pageContext } from "../../page-context.js";
import { refuseDebugInProduction } from "../../refuse-debug.js";
import { cspNonce } from "../headers/content-security-policy.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import { addVary, isResponseHead, ownResponse, setHeader } from "../outgoing-head.js";
import { answerKind } from "./answer-kind.js";
import { debugPage } from "./debug-page.js";
import { debugReport } from "./debug-report.js";
import { debugText } from "./debug-text.js";
import { plainPage } from "./plain-page.js";
import { type Problem, problemType } from "./problem.js";
import { statusTitle } from "../../status-title.js";

/** Options of `errorPages`. */
export interface ErrorPagesOptions {
  /**
   * Whether errors of the site and pages that are not there are answered with what a developer wants to see. Default
   * false, and refused in production.
   */
  readonly debug?: boolean;
  /** Has the pages for visitors: `404.liquid`, `500.liquid` and so on, and `error.liquid` for all others. */
  readonly templates?: TemplateEngine;
  /** The project's settings, for the page for developers; what looks like a secret is hidden. */
  readonly settings?: object;
  /** What else must never be seen on that page. */
  readonly secrets?: readonly string[];
}

/**
 * Turns errors into pages: for a browser HTML, for a client of an API `application/problem+json` (RFC 9457), otherwise
 * plain text. Visitors see what was wrong where that was their doing, and of errors of the site nothing but the request's
 * id. What middleware further in throws becomes a 500, too. Responses that handlers make themselves stay as they are.
 *
 * Templates get `status`, `title`, `detail`, `code` and `requestId`, beside what every page gets. Throws
 * `DebugInProduction`.
 */
export function errorPages(options: ErrorPagesOptions = {}): Middleware<"http"> {
  const { debug = false } = options;
  refuseDebugInProduction(debug);
  const pages = new ErrorPages(options);
  return defineMiddleware({ name: "error-pages", scopes: ["http"] }, (next) => (scope, send) => {
    const guarded = new GuardedRequest(scope, send, pages);
    guarded.enter(next);
    return guarded;
  });
}

/** A request whose errors become pages on their way out. */
class GuardedRequest implements Handler {
  readonly #scope: HttpScope;
  readonly #outer: Send;
  readonly #pages: ErrorPages;
  #inner: Handler | undefined;
  #failure: Error | undefined;
  #hasBegun = false;

  constructor(scope: HttpScope, outer: Send, pages: ErrorPages) {
    this.#scope = scope;
    this.#outer = outer;
    this.#pages = pages;
  }

  enter(next: (scope: HttpScope, send: Send) => Handler): void {
    try {
      this.#inner = next(this.#scope, this.#send);
    } catch (thrown) {
      this.#failure = toError(thrown);
    }
  }

  handle(message: Message): void | Promise<void> {
    if (this.#failure !== undefined) return this.#hasBegun ? undefined : this.#fail(this.#failure);
    try {
      const handled = this.#inner?.handle(message);
      return handled === undefined ? undefined : handled.catch((thrown: unknown) => this.#fail(toError(thrown)));
    } catch (thrown) {
      return this.#fail(toError(thrown));
    }
  }

  readonly #send: Send = (message) => {
    if (!isResponseHead(message)) return this.#outer(message);
    this.#hasBegun = true;
    if ((message["status"] as number) < 400) return this.#outer(message);
    const error = errorBehind(message);
    return error === undefined ? this.#outer(message) : this.#pages.answer(this.#scope, message, error, this.#outer);
  };

  /** Where a response has begun, only the server can do something: cut the connection. */
  #fail(error: Error): void | Promise<void> {
    if (this.#hasBegun) throw error;
    this.#failure = error;
    createScopeLogger(this.#scope.requestId).error({ err: error, path: this.#scope.path }, "a request failed");
    return this.#send(errorResponse(error, this.#scope.requestId, false) as object as Message);
  }
}

class ErrorPages {
  readonly #debug: boolean;
  readonly #templates: TemplateEngine | undefined;
  readonly #settings: object;
  readonly #secrets: readonly string[];
  /** Templates that the project does not have, unless it is being written just now. */
  readonly #missing = new Set<string>();

  constructor({ debug = false, templates, settings = {}, secrets = [] }: ErrorPagesOptions) {
    this.#debug = debug;
    this.#templates = templates;
    this.#settings = settings;
    this.#secrets = secrets;
  }

  /** Sends the page of `error` in the place of `message`. Never rejects for what a page holds. */
  async answer(scope: HttpScope, message: Message, error: Error, send: Send): Promise<void> {
    const head = ownResponse(message);
    try {
      const { type, body } = await this.#page(scope, error, head.status);
      setHeader(head.headers, "content-type", type);
      addVary(head.headers, "Accept");
      if (this.#debug) setHeader(head.headers, "cache-control", "no-store");
      head.body = body;
    } catch (thrown) {
      getLogger().error({ err: toError(thrown), status: head.status }, "an error page could not be made");
    }
    await send(head);
  }

  async #page(scope: HttpScope, error: Error, status: number): Promise<{ type: string; body: string }> {
    const kind = answerKind(scope);
    const isDebug = this.#debug && (status >= 500 || status === 404);
    const report = isDebug ? await debugReport(scope, error, status, this.#settings, this.#secrets) : undefined;
    if (kind === "text") {
      const body = report === undefined ? publicError(error, scope.requestId, false).message : debugText(report);
      return { type: "text/plain; charset=utf-8", body };
    }
    const problem = problemOf(scope, error, status);
    if (kind === "json") {
      const debug = report && { debug: debugText(report).split("\n") };
      return { type: problemType, body: JSON.stringify({ ...problem, ...debug }) };
    }
    const type = "text/html; charset=utf-8";
    if (report !== undefined) return { type, body: debugPage(report, cspNonce(scope)).html };
    return { type, body: (await this.#fromTemplate(scope, problem)) ?? plainPage(problem, cspNonce(scope)).html };
  }

  async #fromTemplate(scope: HttpScope, problem: Problem): Promise<string | undefined> {
    const { method, path, params } = scope;
    const context = await pageContext(scope, { method, path, params }, problem);
    return (await this.#render(`${problem.status}.liquid`, context)) ?? this.#render("error.liquid", context);
  }

  async #render(template: string, context: object): Promise<string | undefined> {
    if (this.#templates === undefined || this.#missing.has(template)) return undefined;
    try {
      return await this.#templates.render(template, context);
    } catch (thrown) {
      if (thrown instanceof TemplateNotFound && thrown.params.template === template) {
        if (!this.#debug) this.#missing.add(template);
      } else {
        getLogger().error({ err: toError(thrown), template }, "the template of an error page failed");
      }
      return undefined;
    }
  }
}

function problemOf({ requestId }: HttpScope, error: Error, status: number): Problem {
  const { code, message, issues } = publicError(error, requestId, false);
  return { title: statusTitle(status), status, detail: message, code, requestId, ...(issues && { issues }) };
}
