import type { Handler, Message } from "../../core/index.js";

/**
 * For middleware that must wait for something before it lets a scope in, such as a look into a database: messages
 * wait until `choose` has settled, and then go, in order, to the handler that it gives.
 *
 * ```ts
 * const tenant: Middleware = (next) => (scope, send) =>
 *   handleLater(async () => {
 *     scope.state["tenant"] = await Tenant.get({ host: scope.headers.get("host") });
 *     return next(scope, send);
 *   });
 * ```
 *
 * What `choose` rejects with ends the scope, as what a handler throws does. A server holds back what it can; what
 * comes all the same, such as a disconnect, is kept.
 */
export function handleLater(choose: () => Promise<Handler>): Handler {
  return new LaterHandler(choose());
}

class LaterHandler implements Handler {
  readonly #chosen: Promise<Handler>;
  #handler: Handler | undefined;
  /** How many messages wait for the handler. */
  #waiting = 0;

  constructor(chosen: Promise<Handler>) {
    this.#chosen = chosen;
    // Whoever gives the first message hears of it.
    chosen.catch(() => {});
  }

  handle(message: Message): void | Promise<void> {
    if (this.#handler !== undefined && this.#waiting === 0) return this.#handler.handle(message);
    this.#waiting += 1;
    return this.#chosen.then((handler) => {
      this.#handler = handler;
      this.#waiting -= 1;
      return handler.handle(message);
    });
  }
}
