import type { RedisLink } from "./redis-link.js";

/** What a broker tells its layer. */
export interface RedisBrokerEvents {
  readonly onMessage: (pubSubChannel: string, payload: Buffer) => void;
  /** A part of Redis, or all of it, cannot be reached: what is published there is missed from now on. */
  readonly onLost: (reason: string) => void;
  /**
   * A part that was lost is back and its subscriptions stand again. `isWhole` says whether nothing is missing any more.
   */
  readonly onRestored: (isWhole: boolean) => void;
}

/** The Redis of a layer, be it one server, several shards or a cluster: leads each key to the server that holds it. */
export interface RedisBroker {
  /** What scripts publish with: SPUBLISH where pub/sub goes over the shard channels of a cluster. */
  readonly publishCommand: "PUBLISH" | "SPUBLISH";

  /** Connects. Rejects with `LayerUnavailable` when that fails; the next call then tries again. */
  connect(): Promise<void>;

  /**
   * Runs `command` on the server that holds `key`. It must name no keys of other servers, and may be called again, on
   * another server, when the first one had not done it. What is run for one key leaves in the order of the calls.
   */
  run<T>(key: string, command: (link: RedisLink) => Promise<T>): Promise<T>;

  /** Runs `command` on every server that holds keys. */
  runOnAll<T>(command: (link: RedisLink) => Promise<T>): Promise<T[]>;

  /** Hears what is published to `pubSubChannel` from the moment this resolves, over lost connections too. */
  subscribe(pubSubChannel: string): Promise<void>;

  unsubscribe(pubSubChannel: string): void;

  /** Waits for the answers to what was sent, and disconnects. */
  close(): Promise<void>;
}
