import type { ConsumerChannel, Forwarding } from "../../consumers/index.js";
import type { ChannelLayer, GroupAddOptions } from "../../layers/index.js";
import type { ChannelCall } from "./frames.js";

/** A consumer's channel on a layer, as the consumer sees it in a worker: the process with its connection keeps it. */
export class RemoteChannel implements ConsumerChannel {
  readonly layer: ChannelLayer;
  readonly #alias: string;
  readonly #forwarding: Pick<ChannelCall, "forwarding">;
  readonly #call: (call: ChannelCall) => Promise<string>;

  constructor(
    layer: ChannelLayer,
    alias: string,
    forwarding: Forwarding,
    call: (call: ChannelCall) => Promise<string>,
  ) {
    this.layer = layer;
    this.#alias = alias;
    this.#forwarding = { forwarding: { ...forwarding, types: [...forwarding.types] } };
    this.#call = call;
  }

  open(): Promise<string> {
    return this.#call({ action: "open", layer: this.#alias, group: "", ...this.#forwarding });
  }

  async join(group: string, options?: GroupAddOptions): Promise<void> {
    await this.#call({ action: "join", layer: this.#alias, group, ...(options && { options }), ...this.#forwarding });
  }

  async leave(group: string): Promise<void> {
    await this.#call({ action: "leave", layer: this.#alias, group });
  }

  // Both happen where the channel is, with the end of the connection.
  refuse(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
