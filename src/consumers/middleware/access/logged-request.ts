import type { Handler, HttpScope, Message, Send } from "../../../core/index.js";
import type { HttpBody } from "../../../protocol/index.js";
import { isResponseHead } from "../outgoing-head.js";
import type { AccessRules } from "./access-rules.js";
import { safeText } from "./safe-text.js";

/** A request that has a line in the log when its response is complete, or its client gone. */
export class LoggedRequest implements Handler {
  readonly #scope: HttpScope;
  readonly #outer: Send;
  readonly #rules: AccessRules;
  /** Whether it has a line also when all is well. */
  readonly #isWanted: boolean;
  readonly #startedAt = performance.now();
  #inner: Handler | undefined;
  #status = 0;
  #bytes = 0;
  /** The server cannot tell it any more when the response is complete. */
  #client: string | undefined;
  #isLogged = false;

  constructor(scope: HttpScope, outer: Send, rules: AccessRules, isWanted: boolean) {
    this.#scope = scope;
    this.#outer = outer;
    this.#rules = rules;
    this.#isWanted = isWanted;
  }

  enter(inner: Handler): Handler {
    // A client that goes matters only to those who want to read of everything.
    if (!this.#mayMatter) return inner;
    this.#inner = inner;
    return this;
  }

  handle(message: Message): void | Promise<void> {
    if (message.type === "http.disconnect") this.#log();
    return this.#inner?.handle(message);
  }

  readonly send: Send = (message) => {
    if (isResponseHead(message)) this.#begin(message);
    if (this.#status < 500 && !this.#mayMatter) return this.#outer(message);
    const { body, moreBody } = message;
    if (body !== undefined) this.#bytes += lengthOf(body as HttpBody);
    const sent = this.#outer(message);
    const isLast = message.type === "http.response" || (message.type === "http.response.body" && moreBody !== true);
    if (!isLast) return sent;
    return sent === undefined ? this.#log() : sent.then(() => this.#log());
  };

  #begin({ status }: Message): void {
    this.#status = status as number;
    // To ask costs more than all the rest.
    if (this.#isWanted || this.#status >= 500) this.#client = this.#scope.client.host;
  }

  /** Whether there may be a line though the status is a good one. */
  get #mayMatter(): boolean {
    return this.#isWanted || this.#rules.slowMs < Number.POSITIVE_INFINITY;
  }

  #log(): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    const durationMs = performance.now() - this.#startedAt;
    const isSlow = durationMs >= this.#rules.slowMs;
    if (!isSlow && !this.#isWanted && this.#status < 500) return;
    const { method, rawPath, requestId, route } = this.#scope;
    const path = safeText(rawPath);
    const status = this.#status === 0 ? "gone" : this.#status;
    const line = {
      requestId,
      method,
      path,
      route: route?.pattern,
      status,
      bytes: this.#bytes,
      durationMs: Math.round(durationMs * 100) / 100,
      client: this.#client,
      ...this.#rules.fields?.(this.#scope),
    };
    const text = `${method} ${path} ${status}`;
    const log = this.#rules.logger();
    if (isSlow || this.#status >= 500) log.warn(line, text);
    else log.info(line, text);
  }
}

function lengthOf(body: HttpBody): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
