import { Consumer, defineMiddleware, handleLater, type Middleware, watchLongResponse } from "../../consumers/index.js";
import type { Application, Handler, Send, WebSocketScope } from "../../core/index.js";
import type { PasswordHashes, PasswordRule } from "../../security/index.js";
import { sessionOf } from "../../sessions/index.js";
import type { AuthBackend } from "../backends/backend.js";
import { useAuthBackends } from "../backends/registry.js";
import { useLoginUrl } from "../guards/login-url.js";
import { carryUser } from "../login/carry-user.js";
import { lendUser } from "../login/lend-user.js";
import { claimOf } from "../login/login-claim.js";
import { type LoginThrottleOptions, useLoginThrottle } from "../login/login-throttle.js";
import { openUserOf, setUserOf, someoneOf, userOf } from "../login/user-of.js";
import { usePasswordHashes, usePasswordRules } from "../passwords.js";
import { watchResponse } from "../sockets/user-responses.js";
import { UserSockets, type WatchedSocket } from "../sockets/user-sockets.js";
import { AnonymousUser } from "../users/anonymous-user.js";
import type { Visitor } from "../users/user-model.js";

/** Options of `authentication`. */
export interface AuthenticationOptions {
  /** Who knows the users, in the order in which they are asked. Default: `[modelBackend()]`. */
  readonly backends?: readonly AuthBackend[];
  /** How passwords are hashed. Default: argon2id, and Django's hashes are read. */
  readonly passwords?: PasswordHashes;
  /** What new passwords are to keep. Default: Django's four rules. */
  readonly passwordRules?: readonly PasswordRule[];
  /** How often may be tried to log in; `false`: as often as one likes. */
  readonly throttle?: LoginThrottleOptions | false;
  /** Where people log in who are asked to. Default `/accounts/login/`. */
  readonly loginUrl?: string;
  /** `REDIS_URL`, so that all processes count tries to log in together. */
  readonly redisUrl?: string | null;
}

declare module "../../consumers/consumer.js" {
  interface Consumer {
    /**
     * Who sends this request, holds this socket, or had this task enqueued: `const user = await this.user`. Looked up when
     * it is first asked for. Rejects with `AuthenticationMissing` where `authentication()` is not among the middleware.
     */
    readonly user: Promise<Visitor>;
  }
}

declare module "../../workers/tasks/task-consumer.js" {
  interface TaskRun {
    /**
     * Who had this task enqueued: `const user = await run.user`; an `AnonymousUser` where nobody did, or where she may not
     * use the site any more. Looked up when it is first asked for.
     */
    readonly user: Promise<Visitor>;
  }
}

/**
 * Knows who visitors are, by their sessions: `await this.user` in consumers, `userOf(scope)` in middleware. Put it after
 * `sessions(…)`. Closes the sockets of users who log out, change their password or may not use the site any more, and
 * ends their event streams and other long responses, on every process. Tasks know who had them enqueued: `await run.user`.
 */
export function authentication(options: AuthenticationOptions = {}): Middleware<"http" | "websocket"> {
  const { throttle = {}, redisUrl = null, loginUrl = "/accounts/login/" } = options;
  useLoginUrl(loginUrl);
  useAuthBackends(options.backends);
  if (options.passwords !== undefined) usePasswordHashes(options.passwords);
  usePasswordRules(options.passwordRules);
  const endThrottle = useLoginThrottle(throttle === false ? undefined : { redisUrl, ...throttle });
  giveConsumersTheirUser();
  carryUser();
  lendUser();
  const sockets = new UserSockets();
  const close = async (): Promise<void> => {
    await endThrottle();
    await sockets.close();
  };
  return defineMiddleware(
    { name: "authentication", scopes: ["http", "websocket"], after: ["error-pages", "sessions"], close },
    (next) => (scope, send) => {
      // Whoever asks nothing of a request's user pays nothing; a socket is watched from its beginning.
      if (scope.type === "http") {
        const watch = (): void => watchLongResponse(scope, (response) => watchResponse(scope, response, sockets));
        if (scope.headers.has("cookie")) {
          openUserOf(scope);
          watch();
        } else openUserOf(scope, watch);
        return next(scope, send);
      }
      openUserOf(scope);
      if (!scope.headers.has("cookie")) return next(scope, send);
      return handleLater(() => watched(scope, send, next, sockets));
    },
  );
}

/** A socket of whoever it is: that of a user is closed with her login. */
async function watched(
  scope: WebSocketScope,
  send: Send,
  next: Application<WebSocketScope>,
  sockets: UserSockets,
): Promise<Handler> {
  const session = sessionOf(scope);
  const claim = await claimOf(session);
  if (claim === undefined) return next(scope, send);
  let isClosed = false;
  const socket: WatchedSocket = {
    claim,
    isSessionAlive: () => session.isAlive(),
    close(code, reason) {
      if (isClosed) return;
      isClosed = true;
      setUserOf(scope, new AnonymousUser());
      void send({ type: "websocket.close", code, reason });
    },
    renew: (user) => setUserOf(scope, user),
  };
  // First heard, then looked at: nothing that happens in between goes unheard.
  const leave = await sockets.add(socket);
  const user = await someoneOf(scope);
  if (user.isAnonymous || !(await session.isAlive())) {
    leave();
    setUserOf(scope, new AnonymousUser());
    return next(scope, send);
  }
  const inner = next(scope, send);
  return {
    handle(message) {
      if (message.type === "websocket.disconnect") leave();
      return inner.handle(message);
    },
  };
}

function giveConsumersTheirUser(): void {
  if ("user" in Consumer.prototype) return;
  Object.defineProperty(Consumer.prototype, "user", {
    configurable: true,
    get(this: Consumer) {
      return userOf(this.scope);
    },
  });
}
