import {
  type Application,
  createScopeLogger,
  type Handler,
  type HeaderLine,
  type HttpScope,
  type Message,
  type Send,
  toError,
} from "../../core/index.js";
import { entityTagOf } from "../response/entity-tag.js";
import { parseHttpDate } from "../response/http-date.js";
import { checkPreconditions } from "../response/preconditions.js";
import { isExempt } from "./exempt.js";
import { defineMiddleware, type Middleware } from "./middleware.js";
import { headerOf, isResponseHead, type OutgoingResponse, ownResponse, removeHeader } from "./outgoing-head.js";

/** Options of `conditionalGet`. */
export interface ConditionalGetOptions {
  /**
   * Whether responses without a validator get an `ETag` made of their body. Default false: each body is then hashed,
   * and a page with a token or nonce differs each time anyway. Streamed responses get none.
   */
  readonly makeEtags?: boolean;
}

/**
 * Answers a GET or HEAD with 304 and no body where the client has the response already, and with 412 where it asks for
 * another version (RFC 9110 §13), by the `ETag` and `Last-Modified` of the response. The consumer has made the response
 * by then; `conditional` of `HttpConsumer` spares that too.
 */
export function conditionalGet({ makeEtags = false }: ConditionalGetOptions = {}): Middleware<"http"> {
  return defineMiddleware(
    // An `ETag` names the body as it was made; what changes it on the way out does so afterwards.
    { name: "conditional-get", scopes: ["http"], after: ["compression"] },
    (next) => (scope, send) => {
      if (scope.method !== "GET" && scope.method !== "HEAD") return next(scope, send);
      return new ConditionalRequest(scope, send, makeEtags).enter(next);
    },
  );
}

class ConditionalRequest {
  readonly #scope: HttpScope;
  readonly #outer: Send;
  readonly #makeEtags: boolean;
  #inner: Handler | undefined;
  /** Whether a streamed response was answered for; what the consumer goes on sending reaches nobody. */
  #isOver = false;

  constructor(scope: HttpScope, outer: Send, makeEtags: boolean) {
    this.#scope = scope;
    this.#outer = outer;
    this.#makeEtags = makeEtags;
  }

  enter(next: Application<HttpScope>): Handler {
    this.#inner = next(this.#scope, this.#send);
    return this.#inner;
  }

  readonly #send: Send = (message) => {
    if (this.#isOver) return;
    if (!isResponseHead(message) || message["status"] !== 200) return this.#outer(message);
    const given = (message["headers"] ?? []) as readonly HeaderLine[];
    const etag = headerOf(given, "etag");
    const modified = headerOf(given, "last-modified");
    const isWhole = message.type === "http.response";
    const makesEtag =
      etag === undefined && this.#makeEtags && isWhole && !/\bno-store\b/i.test(headerOf(given, "cache-control") ?? "");
    if (etag === undefined && modified === undefined && !makesEtag) return this.#outer(message);
    if (isExempt(this.#scope, "conditional-get")) return this.#outer(message);
    const head = ownResponse(message);
    if (makesEtag) head.headers.push(["etag", entityTagOf(head.body ?? "")]);
    const time = modified === undefined ? undefined : parseHttpDate(modified);
    const outcome = checkPreconditions(this.#scope.method, this.#scope.headers, {
      etag: headerOf(head.headers, "etag"),
      lastModified: time === undefined ? undefined : new Date(time),
    });
    if (outcome === "met") return this.#outer(head);
    if (!isWhole) this.#stop();
    return this.#outer(withoutBody(head, outcome === "failed" ? 412 : 304));
  };

  /** Tells the consumer of a streamed response that nobody reads it, when it has done what it is doing. */
  #stop(): void {
    this.#isOver = true;
    setImmediate(() => void this.#tellGone());
  }

  async #tellGone(): Promise<void> {
    try {
      await this.#inner?.handle({ type: "http.disconnect" });
    } catch (thrown) {
      createScopeLogger(this.#scope.requestId).error({ err: toError(thrown) }, "an application failed at its end");
    }
  }
}

/** What describes a body goes with it (RFC 9110 §15.4.5). */
function withoutBody(head: OutgoingResponse, status: 304 | 412): Message {
  for (const name of ["content-type", "content-length", "content-encoding", "content-range"])
    removeHeader(head.headers, name);
  const { headers, mayCompress } = head;
  return { type: "http.response", status, headers, body: "", mayCompress };
}
