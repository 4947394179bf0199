import type { MessageCodec } from "../message-codec.js";
import { copyMessage } from "../message-copy.js";
import type { PresenceEntry, PresenceMeta } from "../presence/presence-entry.js";
import type { PresenceChange, PresenceDiff, PresenceState, PresenceStore } from "../presence/presence-store.js";
import { newEpoch } from "./redis-history.js";
import type { RedisBroker } from "./redis-broker.js";
import type { RedisKeys } from "./redis-keys.js";
import { presenceScript } from "./scripts.js";

const digestLength = 22;
const sinceLength = 13;

type Answer = [remembered: number, epoch: Buffer, version: number, result: Buffer[] | number];

/** Who is present, in Redis: see presence.lua. */
export class RedisPresence implements PresenceStore {
  readonly #broker: RedisBroker;
  readonly #keys: RedisKeys;
  readonly #codec: MessageCodec;
  readonly #processId: string;
  readonly #leaseMs: number;

  constructor(broker: RedisBroker, keys: RedisKeys, codec: MessageCodec, processId: string, leaseMs: number) {
    this.#broker = broker;
    this.#keys = keys;
    this.#codec = codec;
    this.#processId = processId;
    this.#leaseMs = Math.ceil(leaseMs);
  }

  async write(group: string, changes: readonly PresenceChange[]): Promise<boolean> {
    const args = changes.flatMap(({ device, entry }) => [
      device,
      entry === undefined ? "" : this.#encode(group, entry),
    ]);
    const [remembered] = await this.#run(group, this.#processId, "write", args);
    return remembered === 1;
  }

  async list(group: string): Promise<PresenceState> {
    const [, epoch, version, result] = await this.#run(group, "", "list", []);
    const texts = result as Buffer[];
    const entries: PresenceEntry[] = [];
    for (let i = 0; i + 1 < texts.length; i += 2) {
      const entry = this.#decode(group, texts[i] ?? empty, texts[i + 1] ?? empty);
      if (entry !== undefined) entries.push(entry);
    }
    return { epoch: epoch.toString(), version, entries };
  }

  async count(group: string): Promise<number> {
    const [, , , people] = await this.#run(group, "", "count", []);
    return people as number;
  }

  /** The change that a frame holds; `undefined` when it holds none. */
  decodeDiff(group: string, epoch: string, version: number, body: Buffer): PresenceDiff | undefined {
    const joined: PresenceEntry[] = [];
    const left: string[] = [];
    try {
      const reader = new TextReader(body);
      for (let count = reader.number(); count > 0; count--) {
        const entry = this.#decode(group, reader.text(), reader.text());
        if (entry !== undefined) joined.push(entry);
      }
      for (let count = reader.number(); count > 0; count--) left.push(reader.text().toString());
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    return { epoch, version, joined, left };
  }

  async #run(group: string, processId: string, wanted: string, changes: readonly (string | Buffer)[]): Promise<Answer> {
    const { processes, people, version, pubSubChannel, devices } = this.#keys.presence(group, processId);
    const keys = [processes, people, version, pubSubChannel, devices];
    const args = [processId, this.#leaseMs, newEpoch(), this.#broker.publishCommand, wanted, ...changes];
    return (await this.#broker.run(pubSubChannel, (link) => link.run(presenceScript, keys, args))) as Answer;
  }

  #encode(group: string, { person, meta }: NonNullable<PresenceChange["entry"]>): Buffer {
    const copy = copyMessage({ type: "present", person, meta });
    const digest = Buffer.from(this.#codec.digest(person).slice(0, digestLength), "latin1");
    return Buffer.concat([digest, this.#codec.encode(copy, this.#keys.group(group))]);
  }

  #decode(group: string, device: Buffer, value: Buffer): PresenceEntry | undefined {
    const since = Number(value.toString("latin1", digestLength, digestLength + sinceLength));
    const message = this.#codec.decode(value.subarray(digestLength + sinceLength), this.#keys.group(group));
    if (message === undefined) return undefined;
    const { person, meta } = message as unknown as { person: string; meta: PresenceMeta };
    return Object.freeze({ device: device.toString(), person, meta, since });
  }
}

const empty = Buffer.alloc(0);

/** Reads numbers and texts with their length before them. Throws `RangeError` where there are none. */
class TextReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  text(): Buffer {
    const length = this.number();
    if (this.#at + length > this.#bytes.length) throw new RangeError("a text is cut off");
    const text = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return text;
  }
}
