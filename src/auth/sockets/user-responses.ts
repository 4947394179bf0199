import type { LongResponse } from "../../consumers/index.js";
import { getLogger, type HttpScope, toError } from "../../core/index.js";
import { sessionOf } from "../../sessions/index.js";
import { LoginRequired } from "../errors.js";
import { claimOf, type LoginClaim } from "../login/login-claim.js";
import { setUserOf, whenUserAsked } from "../login/user-of.js";
import { AnonymousUser } from "../users/anonymous-user.js";
import type { UserSockets, WatchedSocket } from "./user-sockets.js";

/** What is sent within this time, as most files are, is not worth the group on the layer; in milliseconds. */
const shortMs = 1000;

/**
 * Watches over a response that lasts, as over a socket: one that was made for a user ends with her login. One that
 * nobody asked for whom it is concerns nobody. Gives what ends the watch.
 */
export function watchResponse(scope: HttpScope, response: LongResponse, sockets: UserSockets): () => void {
  const watch = new ResponseWatch(scope, response, sockets);
  whenUserAsked(scope, () => watch.begin());
  return () => watch.end();
}

class ResponseWatch {
  readonly #scope: HttpScope;
  readonly #response: LongResponse;
  readonly #sockets: UserSockets;
  #timer: NodeJS.Timeout | undefined;
  #leave: (() => void) | undefined;
  #isOver = false;

  constructor(scope: HttpScope, response: LongResponse, sockets: UserSockets) {
    this.#scope = scope;
    this.#response = response;
    this.#sockets = sockets;
  }

  begin(): void {
    if (this.#isOver) return;
    if (this.#response.kind !== "stream") void this.#join();
    else this.#timer = setTimeout(() => void this.#join(), shortMs).unref();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#leave?.();
  }

  /** Never rejects. */
  async #join(): Promise<void> {
    try {
      const claim = await claimOf(sessionOf(this.#scope));
      if (claim === undefined || this.#isOver) return;
      const watched = this.#watched(claim);
      this.#leave = await this.#sockets.add(watched);
      if (this.#isOver) this.#leave();
      // First heard, then looked at: nothing that happened in between goes unheard.
      else await this.#sockets.check(watched);
    } catch (thrown) {
      const { path } = this.#scope;
      getLogger().error({ err: toError(thrown), path }, "a long response cannot be ended with the login of its user");
    }
  }

  #watched(claim: LoginClaim): WatchedSocket {
    const session = sessionOf(this.#scope);
    return {
      claim,
      // What waits to be saved is saved by the head of this very response.
      isSessionAlive: async () => session.isChanged || (await session.isAlive()),
      close: () => {
        if (this.#isOver) return;
        setUserOf(this.#scope, new AnonymousUser());
        this.#response.end(new LoginRequired());
      },
      renew: (user) => setUserOf(this.#scope, user),
    };
  }
}
