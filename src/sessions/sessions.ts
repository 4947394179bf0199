import {
  addVary,
  Consumer,
  defineMiddleware,
  isResponseHead,
  type Middleware,
  type OutgoingHead,
  ownHandshake,
  ownResponse,
} from "../consumers/index.js";
import type { HttpScope, Message, Send, WebSocketScope } from "../core/index.js";
import { SessionOptionInvalid } from "./errors.js";
import type { SessionEngine } from "./session-engine.js";
import { SessionCookie, type SessionCookieOptions } from "./session-cookie.js";
import { sessionOf, setSessionOf } from "./session-of.js";
import { Session } from "./session.js";

/** Options of `sessions`. */
export interface SessionsOptions {
  /** Where they are kept: `databaseSessions()`, `redisSessions(url)`, `cookieSessions(keys)` or `memorySessions()`. */
  readonly engine: SessionEngine;
  /** How long a session lasts after it was saved last, in seconds. Default two weeks. */
  readonly maxAgeS?: number;
  /** Whether each request makes a session last longer, also where nothing changed. Default false. */
  readonly saveEveryRequest?: boolean;
  readonly cookie?: SessionCookieOptions;
}

declare module "../consumers/consumer.js" {
  interface Consumer {
    /**
     * What the site remembers of this visitor. Throws `SessionsMissing` where `sessions()` is not among the middleware.
     */
    readonly session: Session;
  }
}

/**
 * Remembers visitors between their requests: `this.session` in consumers, `sessionOf(scope)` in middleware. Their
 * browsers keep a token in a cookie, everything else is kept by `engine`.
 *
 * A session is read when something is asked of it and saved when something changed: before the head of a response goes
 * out, unless its status is 500 or more, or before a socket is accepted. What is changed later, while a response is
 * streamed or in a socket, is saved soon after; `save()` says when. Throws `SessionOptionInvalid`.
 */
export function sessions(options: SessionsOptions): Middleware<"http" | "websocket"> {
  const { engine, maxAgeS = 14 * 24 * 3600, saveEveryRequest = false } = options;
  if (!(maxAgeS > 0))
    throw new SessionOptionInvalid({ option: "maxAgeS", problem: `must be positive; it is ${maxAgeS}` });
  const cookie = new SessionCookie(options.cookie);
  giveConsumersTheirSession();
  return defineMiddleware(
    { name: "sessions", scopes: ["http", "websocket"], after: ["error-pages"], close: () => engine.close() },
    (next) => (scope, send) => {
      const session = new Session({ engine, token: cookie.read(scope), maxAgeS });
      setSessionOf(scope, session);
      return next(scope, new Outgoing(scope, send, session, cookie, saveEveryRequest).send);
    },
  );
}

/** Saves a session before the head goes out that may have to carry its cookie. */
class Outgoing {
  readonly #scope: HttpScope | WebSocketScope;
  readonly #next: Send;
  readonly #session: Session;
  readonly #cookie: SessionCookie;
  readonly #saveEveryRequest: boolean;
  /** The head that waits for the session to be saved; what follows it waits, too. */
  #head: Promise<void> | undefined;

  constructor(
    scope: HttpScope | WebSocketScope,
    next: Send,
    session: Session,
    cookie: SessionCookie,
    saveEveryRequest: boolean,
  ) {
    this.#scope = scope;
    this.#next = next;
    this.#session = session;
    this.#cookie = cookie;
    this.#saveEveryRequest = saveEveryRequest;
  }

  readonly send: Send = (message) => {
    if (this.#head !== undefined) return this.#head.then(() => this.#next(message));
    const head = headOf(message);
    if (head === undefined) return this.#next(message);
    const session = this.#session;
    const isFailure = ((message["status"] as number | undefined) ?? 0) >= 500;
    if (isFailure || !(session.isChanged || this.#saveEveryRequest)) {
      session.seal();
      if (!session.wasTouched) return this.#next(message);
      const own = head();
      addVary(own.headers, "Cookie");
      return this.#next(own);
    }
    this.#head = this.#saveThenSend(head());
    const sent = this.#head;
    // Whoever sends the rest waits no longer than for the head; and hears of what went wrong with it, once.
    sent.then(
      () => (this.#head = undefined),
      () => {},
    );
    return sent;
  };

  async #saveThenSend(head: OutgoingHead): Promise<void> {
    const session = this.#session;
    if (await session.save({ evenUnchanged: this.#saveEveryRequest })) {
      head.headers.push(this.#cookie.header(this.#scope, session.token, await session.lifetime()));
    }
    session.seal();
    addVary(head.headers, "Cookie");
    await this.#next(head);
  }
}

/** Makes of a message that can carry headers to the client one whose headers may be changed. */
function headOf(message: Message): (() => OutgoingHead) | undefined {
  if (isResponseHead(message)) return () => ownResponse(message);
  if (message.type === "websocket.accept" || message.type === "websocket.http.response")
    return () => ownHandshake(message);
  return undefined;
}

function giveConsumersTheirSession(): void {
  if ("session" in Consumer.prototype) return;
  Object.defineProperty(Consumer.prototype, "session", {
    configurable: true,
    get(this: Consumer) {
      return sessionOf(this.scope);
    },
  });
}
