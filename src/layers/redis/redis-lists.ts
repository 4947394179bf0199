import type { Message } from "../../core/index.js";
import type { LayerTally } from "../layer-counters.js";
import type { MessageCodec } from "../message-codec.js";
import { copyMessage } from "../message-copy.js";
import type { RedisBroker } from "./redis-broker.js";
import type { RedisKeys } from "./redis-keys.js";
import { pullScript, pushScript } from "./scripts.js";

/** The lists in Redis in which the messages of channels wait. */
export class RedisLists {
  readonly #broker: RedisBroker;
  readonly #keys: RedisKeys;
  readonly #codec: MessageCodec;
  readonly #tally: LayerTally;
  /** What all calls of the script that pushes have in common. */
  readonly #common: readonly [expiryMs: number, publishCommand: string];

  constructor(broker: RedisBroker, keys: RedisKeys, codec: MessageCodec, tally: LayerTally, expiryMs: number) {
    this.#broker = broker;
    this.#keys = keys;
    this.#codec = codec;
    this.#tally = tally;
    this.#common = [Math.ceil(expiryMs), broker.publishCommand];
  }

  /** The message as it is kept. Throws `MessageInvalid` or `MessageTooLarge`. */
  encode(channel: string, message: Message): Buffer {
    return this.#codec.encode(copyMessage(message), this.#keys.channel(channel).list);
  }

  /** Puts a message into a channel and wakes its receivers. Returns whether there was room. */
  async push(channel: string, encoded: Buffer, capacity: number): Promise<boolean> {
    const { list, wake } = this.#keys.channel(channel);
    const args = [encoded, capacity, channel];
    const answer = this.#broker.run(list, (link) => link.runTogether(pushScript, this.#common, [list, wake], args));
    const expired = Number(await answer);
    if (expired < 0) return false;
    this.#tally.drop("droppedExpired", { channel }, expired);
    return true;
  }

  /** Takes up to `count` messages; `undefined` in place of each that is lost, counted. */
  async pull(channel: string, count: number): Promise<(Message | undefined)[]> {
    const { list } = this.#keys.channel(channel);
    const taken = (await this.#broker.run(list, (link) =>
      link.runTogether(pullScript, [], [list], [count]),
    )) as (Buffer | null)[];
    return taken.map((encoded) => {
      const message = encoded === null ? undefined : this.#codec.decode(encoded, list);
      if (message === undefined) {
        this.#tally.drop(encoded === null ? "droppedExpired" : "droppedInvalid", { channel });
      }
      return message;
    });
  }

  /** How many messages wait. */
  count(channel: string): Promise<number> {
    const { list } = this.#keys.channel(channel);
    return this.#broker.run(list, (link) => link.length(list));
  }

  /** Deletes what waits. Where this fails it expires by itself. */
  delete(channel: string): void {
    const { list } = this.#keys.channel(channel);
    this.#broker.run(list, (link) => link.delete(list)).catch(() => {});
  }
}
