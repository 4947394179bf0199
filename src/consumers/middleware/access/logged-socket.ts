import type { Handler, Message, Send, WebSocketScope } from "../../../core/index.js";
import type { AccessRules } from "./access-rules.js";
import { safeText } from "./safe-text.js";

/** A socket that has a line in the log when it is closed, or its handshake refused. */
export class LoggedSocket implements Handler {
  readonly #scope: WebSocketScope;
  readonly #outer: Send;
  readonly #rules: AccessRules;
  readonly #startedAt = performance.now();
  readonly #client: string;
  #inner: Handler | undefined;
  #isOpen = false;
  #received = 0;
  #sent = 0;
  #isLogged = false;

  constructor(scope: WebSocketScope, outer: Send, rules: AccessRules) {
    this.#scope = scope;
    this.#outer = outer;
    this.#rules = rules;
    this.#client = scope.client.host;
  }

  enter(inner: Handler): Handler {
    this.#inner = inner;
    return this;
  }

  handle(message: Message): void | Promise<void> {
    if (message.type === "websocket.receive") this.#received += 1;
    else if (message.type === "websocket.disconnect") this.#log({ code: message["code"] });
    return this.#inner?.handle(message);
  }

  readonly send: Send = (message) => {
    switch (message.type) {
      case "websocket.send":
        this.#sent += 1;
        break;
      case "websocket.accept":
        this.#isOpen = true;
        break;
      case "websocket.http.response":
        this.#log({ status: message["status"] });
        break;
      case "websocket.close":
        if (!this.#isOpen) this.#log({ status: 403 });
        break;
    }
    return this.#outer(message);
  };

  #log(end: { readonly code?: unknown; readonly status?: unknown }): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    const isBad = end.code === 1011 || (typeof end.status === "number" && end.status >= 500);
    if (!isBad && !this.#rules.wants(this.#scope)) return;
    const { rawPath, requestId, route } = this.#scope;
    const path = safeText(rawPath);
    const line = {
      requestId,
      path,
      route: route?.pattern,
      ...end,
      received: this.#received,
      sent: this.#sent,
      durationMs: Math.round(performance.now() - this.#startedAt),
      client: this.#client,
      ...this.#rules.fields?.(this.#scope),
    };
    const text = `WEBSOCKET ${path} ${String(end.status ?? end.code)}`;
    const log = this.#rules.logger();
    if (isBad) log.warn(line, text);
    else log.info(line, text);
  }
}
