import { toError } from "../core/index.js";
import type { ChannelLayer, GroupAddOptions, Unsubscribe } from "../layers/index.js";
import type { ConsumerChannel, Logging } from "./consumer-channel.js";
import { ClientGone } from "./errors.js";
import type { Mailbox } from "./mailbox.js";
import { placedMessage } from "./placed-message.js";

/** Takes what the layer delivers, and says when it is done with it. */
export type Receiver = Pick<Mailbox, "post" | "whenIdle" | "isIdle" | "waitingFrom">;

const noGroups: readonly string[] = [];

/** A channel of this process, for the consumer of one scope. */
export class LayerChannel implements ConsumerChannel {
  readonly name: string;
  readonly layer: ChannelLayer;
  readonly #mailbox: Receiver;
  readonly #owner: Logging;
  readonly #tellsState: boolean;
  /** Most consumers are in a few. Replaced, never changed. */
  #groups: readonly string[] = noGroups;
  #subscription: Promise<Unsubscribe> | undefined;
  #isClosed = false;

  /** `tellsState`: whether the consumer wants to hear `layer.disconnected` and `layer.restored`. */
  constructor(layer: ChannelLayer, mailbox: Receiver, owner: Logging, tellsState = false) {
    this.#tellsState = tellsState;
    this.layer = layer;
    this.#mailbox = mailbox;
    this.#owner = owner;
    this.name = layer.newChannel();
  }

  async open(): Promise<string> {
    if (this.#isClosed) throw new ClientGone();
    this.#subscription ??= this.#subscribe();
    await this.#subscription;
    return this.name;
  }

  async join(group: string, options?: GroupAddOptions): Promise<void> {
    await this.open();
    if (!this.#groups.includes(group)) this.#groups = this.#groups.concat(group);
    await this.layer.groupAdd(group, this.name, options);
    // The scope may have ended meanwhile, after its memberships were given up: it does not know of this one any more.
    if (this.#isClosed) await this.layer.groupDiscard(group, this.name);
  }

  async leave(group: string): Promise<void> {
    if (!this.#groups.includes(group)) return;
    this.#groups = this.#groups.filter((other) => other !== group);
    await this.layer.groupDiscard(group, this.name);
  }

  /** Nothing can be joined any more. */
  refuse(): void {
    this.#isClosed = true;
  }

  async #subscribe(): Promise<Unsubscribe> {
    const unsubscribe = await this.layer.subscribe(this.name, (message, at) => {
      if (this.#isClosed) return this.#owner.log.debug({ type: message.type }, "a message of a group came too late");
      this.#mailbox.post(at === undefined ? message : placedMessage(message, at), "layer");
      return this.#mailbox.whenIdle();
    });
    if (!this.#tellsState) return unsubscribe;
    const unwatch = this.layer.watch((message) => {
      if (!this.#isClosed) this.#mailbox.post({ ...message }, "layer");
    });
    return () => {
      unwatch();
      return unsubscribe();
    };
  }

  /** Never rejects: a layer that is away forgets memberships by itself. */
  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      await Promise.all(this.#groups.map((group) => this.leave(group)));
      const unsubscribe = await this.#subscription;
      await unsubscribe?.();
    } catch (thrown) {
      this.#owner.log.warn(
        { err: toError(thrown) },
        "a consumer's groups could not be left; they expire by themselves",
      );
    }
  }
}
