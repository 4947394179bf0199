import { getLogger, type Message } from "../../core/index.js";
import type { ChannelLayer, Unsubscribe } from "../../layers/index.js";

/** The one channel of a process over which it speaks with the others about remote consumers, and its group. */
export class ProcessChannel {
  readonly name: string;
  readonly layer: ChannelLayer;
  readonly #group: string;
  readonly #unsubscribe: Unsubscribe;

  private constructor(layer: ChannelLayer, name: string, group: string, unsubscribe: Unsubscribe) {
    this.layer = layer;
    this.name = name;
    this.#group = group;
    this.#unsubscribe = unsubscribe;
  }

  /** Resolves when messages can come. */
  static async open(layer: ChannelLayer, group: string, deliver: (message: Message) => void): Promise<ProcessChannel> {
    const name = layer.newChannel("remote");
    const unsubscribe = await layer.subscribe(name, deliver);
    await layer.groupAdd(group, name);
    return new ProcessChannel(layer, name, group, unsubscribe);
  }

  /** Tells one process. What cannot be sent is told again with the next heartbeat. */
  tell(channel: string, message: Message): void {
    this.layer.send(channel, message).catch(notSent);
  }

  /** Tells all processes of a group, as `tell`. */
  async tellAll(group: string, message: Message): Promise<void> {
    await this.layer.groupSend(group, message).catch(notSent);
  }

  async close(): Promise<void> {
    await this.layer.groupDiscard(this.#group, this.name).catch(notSent);
    await this.#unsubscribe().catch(notSent);
  }
}

function notSent(thrown: unknown): void {
  getLogger().debug({ err: thrown }, "a message between processes was not sent");
}
