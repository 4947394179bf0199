import { randomBytes } from "node:crypto";

import type { Message } from "../../core/index.js";
import type { GroupPosition, MessagePosition } from "../history/group-position.js";
import { idempotencyLifeMs, positionLifeMs, requireIdempotencyKey, resolveHistory } from "../history/history-limits.js";
import type { HistoryPage, Publication } from "../history/history-page.js";
import type { GroupSendOptions } from "../layer.js";
import type { MessageCodec } from "../message-codec.js";
import type { RedisBroker } from "./redis-broker.js";
import type { RedisKeys } from "./redis-keys.js";
import { historyScript, publishScript } from "./scripts.js";

/** The histories of groups, in Redis streams. */
export class RedisHistory {
  readonly #broker: RedisBroker;
  readonly #keys: RedisKeys;
  readonly #codec: MessageCodec;

  constructor(broker: RedisBroker, keys: RedisKeys, codec: MessageCodec) {
    this.#broker = broker;
    this.#keys = keys;
    this.#codec = codec;
  }

  /** Keeps and publishes a message, once for each idempotency key. */
  async publish(
    group: string,
    encoded: Buffer,
    { history, idempotencyKey }: GroupSendOptions,
  ): Promise<{ readonly position: GroupPosition | undefined; readonly isRepeated: boolean }> {
    const { messages, ms } = history === undefined ? { messages: 0, ms: 0 } : resolveHistory(history);
    const { position, stream, pubSubChannel } = this.#keys.history(group);
    const keys = [position, stream, pubSubChannel];
    if (idempotencyKey !== undefined) keys.push(this.#keys.once(group, requireIdempotencyKey(idempotencyKey)));
    const args = [
      encoded,
      messages,
      ms,
      newEpoch(),
      this.#broker.publishCommand,
      positionLifeMs,
      idempotencyLifeMs,
    ] as const;
    const answer = await this.#broker.run(pubSubChannel, (link) => link.run(publishScript, keys, args));
    const [epoch, offset, repeated] = answer as [Buffer, number, number];
    return {
      position: epoch.length === 0 ? undefined : { epoch: epoch.toString(), offset },
      isRepeated: repeated === 1,
    };
  }

  async read(
    group: string,
    since: GroupPosition | undefined,
    last: number,
    isProven: boolean,
    onInvalid: () => void,
  ): Promise<HistoryPage> {
    const { position, stream, pubSubChannel } = this.#keys.history(group);
    const args = [
      since?.epoch ?? "",
      since?.offset ?? 0,
      Math.min(last, 1_000_000),
      newEpoch(),
      positionLifeMs,
      isProven ? 1 : 0,
    ];
    const answer = await this.#broker.run(pubSubChannel, (link) => link.run(historyScript, [position, stream], args));
    const [epochBytes, offset, isWhole, kept] = answer as [Buffer, number, number, Buffer[]];
    const epoch = epochBytes.toString();
    const first = offset - kept.length + 1;
    const publications = kept.flatMap((bytes, index): Publication | [] => {
      const message = this.#codec.decode(bytes, pubSubChannel);
      if (message !== undefined) return { message, at: positionOf(group, epoch, first + index) };
      onInvalid();
      return [];
    });
    return { end: { epoch, offset }, isWhole: isWhole === 1, publications };
  }

  /** The publication that `body` holds, or `undefined`. */
  decode(group: string, epoch: string, offset: number, body: Buffer): Publication | undefined {
    const message: Message | undefined = this.#codec.decode(body, this.#keys.group(group));
    return message && { message, at: positionOf(group, epoch, offset) };
  }
}

export function positionOf(group: string, epoch: string, offset: number): MessagePosition {
  return Object.freeze({ group, epoch, offset });
}

export function newEpoch(): string {
  return randomBytes(6).toString("base64url");
}
