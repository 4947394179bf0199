import { getLogger, type Message, toError } from "../../core/index.js";
import { type ChannelLayer, channelLayers, type Unsubscribe } from "../../layers/index.js";
import { fits, type LoginClaim } from "../login/login-claim.js";
import { userOfClaim } from "../login/user-of.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";
import { userSockets } from "./revocation.js";

/** She has logged out, or may not use the site any more: the client does not come back by itself. */
export const loggedOutCode = 4501;
/** Her password was changed, or the session is another: the client may come back, with the one that it then has. */
export const changedCode = 4401;

/** A socket of somebody who is logged in, or a long response to her. */
export interface WatchedSocket {
  readonly claim: LoginClaim;
  /** Whether the session that it was opened by is there still. */
  isSessionAlive(): Promise<boolean>;
  close(code: number, reason: string): void;
  /** The row of its user was changed. */
  renew(user: AbstractBaseUser): void;
}

/**
 * The sockets and long responses of this process that belong to users, with one channel on the layer for all of them: when a login ends or
 * a user is changed, on whatever process, they are looked at and closed, past everything that waits for their consumers.
 */
export class UserSockets {
  readonly #byUser = new Map<string, Set<WatchedSocket>>();
  readonly #joining = new Map<string, Promise<void>>();
  #subscription: Promise<Subscription> | undefined;

  /** Watches over a socket. Resolves when every later change will be heard of. Gives what ends that. */
  async add(socket: WatchedSocket): Promise<() => void> {
    const { user } = socket.claim;
    let sockets = this.#byUser.get(user);
    if (sockets === undefined) this.#byUser.set(user, (sockets = new Set()));
    sockets.add(socket);
    const remove = (): void => this.#remove(socket);
    try {
      await this.#join(user);
    } catch (thrown) {
      remove();
      throw thrown;
    }
    return remove;
  }

  /** Closes a socket that its user may not have any more; one that was added, so that nothing goes unheard meanwhile. */
  async check(socket: WatchedSocket): Promise<void> {
    await judge(socket, await userOfClaim(socket.claim));
  }

  get size(): number {
    let size = 0;
    for (const sockets of this.#byUser.values()) size += sockets.size;
    return size;
  }

  async close(): Promise<void> {
    const subscription = await this.#subscription?.catch(() => undefined);
    this.#subscription = undefined;
    this.#byUser.clear();
    this.#joining.clear();
    await subscription?.end();
  }

  /** One membership for all sockets of a user. */
  #join(user: string): Promise<void> {
    let joining = this.#joining.get(user);
    if (joining === undefined) {
      joining = this.#joinGroup(user);
      this.#joining.set(user, joining);
      joining.catch(() => this.#joining.delete(user));
    }
    return joining;
  }

  async #joinGroup(user: string): Promise<void> {
    const { layer, channel } = await this.#subscribe();
    await layer.groupAdd(userSockets({ key: user }).name, channel);
  }

  #remove(socket: WatchedSocket): void {
    const { user } = socket.claim;
    const sockets = this.#byUser.get(user);
    if (sockets?.delete(socket) !== true || sockets.size > 0) return;
    this.#byUser.delete(user);
    this.#joining.delete(user);
    void this.#leave(user);
  }

  async #leave(user: string): Promise<void> {
    try {
      const subscription = await this.#subscription;
      await subscription?.layer.groupDiscard(userSockets({ key: user }).name, subscription.channel);
      // Somebody may have come meanwhile, and counted on the membership that has just ended.
      if (this.#byUser.has(user)) {
        this.#joining.delete(user);
        await this.#join(user);
      }
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown), user }, "the group of a user's sockets could not be left");
    }
  }

  #subscribe(): Promise<Subscription> {
    this.#subscription ??= this.#open();
    this.#subscription.catch(() => (this.#subscription = undefined));
    return this.#subscription;
  }

  async #open(): Promise<Subscription> {
    const layer = channelLayers.require();
    const channel = layer.newChannel("auth");
    const unsubscribe = await layer.subscribe(channel, (message) => this.#heard(message));
    const unwatch = layer.watch(({ type }) => {
      if (type === "layer.restored") for (const user of this.#byUser.keys()) void this.#recheck(user);
    });
    return new Subscription(layer, channel, unsubscribe, unwatch);
  }

  #heard(message: Message): void | Promise<void> {
    const user = String(message["user"]);
    if (message.type === "auth.changed") return this.#recheck(user);
    if (message.type !== "auth.ended") return;
    for (const socket of this.#byUser.get(user) ?? []) {
      if (socket.claim.login === message["login"]) socket.close(loggedOutCode, "You have logged out");
    }
  }

  /** Looks whether a user may still have her sockets. Who cannot be looked up keeps them. Never rejects. */
  async #recheck(user: string): Promise<void> {
    try {
      const found = new Map<string, AbstractBaseUser | undefined>();
      for (const socket of this.#byUser.get(user) ?? []) {
        const { backend } = socket.claim;
        if (!found.has(backend)) found.set(backend, await userOfClaim(socket.claim));
        await judge(socket, found.get(backend));
      }
    } catch (thrown) {
      getLogger().error({ err: toError(thrown), user }, "it is not known whether a user may keep her sockets");
    }
  }
}

/** Closes a socket that its user may not have any more. */
async function judge(socket: WatchedSocket, user: AbstractBaseUser | undefined): Promise<void> {
  if (user === undefined) socket.close(loggedOutCode, "You may not use this site any more");
  else if (fits(socket.claim, user) === false) socket.close(changedCode, "The password was changed");
  else if (!(await socket.isSessionAlive())) socket.close(changedCode, "The session has ended");
  else socket.renew(user);
}

class Subscription {
  readonly layer: ChannelLayer;
  readonly channel: string;
  readonly #unsubscribe: Unsubscribe;
  readonly #unwatch: () => void;

  constructor(layer: ChannelLayer, channel: string, unsubscribe: Unsubscribe, unwatch: () => void) {
    this.layer = layer;
    this.channel = channel;
    this.#unsubscribe = unsubscribe;
    this.#unwatch = unwatch;
  }

  async end(): Promise<void> {
    this.#unwatch();
    await this.#unsubscribe();
  }
}
