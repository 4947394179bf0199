import { Redis } from "ioredis";

import { toError } from "../../core/index.js";
import { LayerUnavailable } from "../errors.js";
import type { ChannelKeys } from "./redis-keys.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import { scripts, type ScriptedRedis } from "./scripts.js";
import { Subscriptions } from "./subscriptions.js";

/** What a link tells its layer. */
export interface RedisLinkEvents {
  readonly onMessage: (pubSubChannel: string, payload: Buffer) => void;
  readonly onLost: (reason: string) => void;
  /** Every subscription stands again. */
  readonly onRestored: () => void;
}

/** Bytes that may wait to be written before sending is refused. */
const maxUnwrittenBytes = 64 * 1024 * 1024;

/**
 * One Redis server, over two connections: one for commands and one for pub/sub, so that a flood of messages does not
 * hold up the answers to commands. What cannot be done now is refused, not kept for later; a lost connection is tried
 * again until it is back.
 */
export class RedisLink {
  readonly #options: ResolvedRedisOptions;
  readonly #events: RedisLinkEvents;
  readonly #commands: ScriptedRedis;
  readonly #subscriber: Redis;
  readonly #subscriptions: Subscriptions;
  #connecting: Promise<void> | undefined;
  #isUp = false;
  #wasUp = false;
  #areCommandsReady = false;
  #isSubscriberReady = false;
  #isClosed = false;
  #isCorked = false;
  #lastError: Error | undefined;
  #onUp: () => void = () => {};
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: ResolvedRedisOptions, name: string, events: RedisLinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#commands = this.#client(`${name}:commands`) as ScriptedRedis;
    this.#subscriber = this.#client(`${name}:groups`);
    this.#subscriptions = new Subscriptions(this.#subscriber);
    this.#commands.on("ready", () => {
      this.#areCommandsReady = true;
      this.#checkUp();
    });
    this.#commands.on("close", () => {
      this.#areCommandsReady = false;
      this.#lose();
    });
    this.#subscriber.on("ready", () => void this.#renewSubscriptions());
    this.#subscriber.on("close", () => {
      this.#isSubscriberReady = false;
      this.#lose();
    });
    this.#subscriber.on("messageBuffer", (channel: Buffer, payload: Buffer) => {
      events.onMessage(channel.toString("latin1"), payload);
    });
  }

  /** Connects. Rejects with `LayerUnavailable` when that fails; the next call then tries again. */
  connect(): Promise<void> {
    this.#connecting ??= this.#connectFirst().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  /** Gives `payload` to everyone who is subscribed to `pubSubChannel`. */
  publish(pubSubChannel: string, payload: Buffer | string): Promise<number> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.publish(pubSubChannel, payload).catch(this.#fail);
  }

  /** Runs push.lua. */
  push(keys: ChannelKeys, message: Buffer, capacity: number, expiryMs: number, channel: string): Promise<number> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands
      .layerPush(keys.list, keys.wake, message, capacity, Math.ceil(expiryMs), channel)
      .catch(this.#fail);
  }

  /** Runs pull.lua. */
  pull(keys: ChannelKeys, count: number): Promise<(Buffer | null)[]> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.layerPullBuffer(keys.list, count).catch(this.#fail);
  }

  /** How many messages wait in a channel. */
  length(keys: ChannelKeys): Promise<number> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.llen(keys.list).catch(this.#fail);
  }

  /** Deletes keys. */
  delete(keys: readonly string[]): Promise<number> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.unlink(...keys).catch(this.#fail);
  }

  /** Deletes every key that matches `pattern`. */
  async deleteMatching(pattern: string): Promise<void> {
    let cursor = "0";
    do {
      const refusal = this.#prepareCommand();
      if (refusal !== undefined) throw refusal;
      const [next, keys] = await this.#commands.scan(cursor, "MATCH", pattern, "COUNT", 1000).catch(this.#fail);
      if (keys.length > 0) await this.delete(keys);
      cursor = next;
    } while (cursor !== "0");
  }

  /** Hears what is published to `pubSubChannel` from the moment this resolves, over lost connections too. */
  subscribe(pubSubChannel: string): Promise<void> {
    return this.#subscriptions.add(pubSubChannel).catch(this.#fail);
  }

  unsubscribe(pubSubChannel: string): void {
    this.#subscriptions.remove(pubSubChannel);
  }

  /** Waits for the answers to what was sent, and disconnects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    this.#subscriber.disconnect();
    if (this.#commands.status === "ready") await this.#commands.quit().catch(() => {});
    this.#commands.disconnect();
  }

  #client(connectionName: string): Redis {
    const { url, timeoutMs } = this.#options;
    const client = new Redis(url, {
      lazyConnect: true,
      connectionName,
      scripts,
      // What was sent on a lost connection may have been done: sending it again could deliver it twice (L2).
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResubscribe: false,
      connectTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      retryStrategy: (attempt) =>
        this.#wasUp && !this.#isClosed ? Math.min(50 * 2 ** (attempt - 1), 2000) * (0.5 + Math.random() / 2) : null,
    });
    client.on("error", (error: Error) => (this.#lastError = error));
    return client;
  }

  async #connectFirst(): Promise<void> {
    const up = new Promise<void>((resolve) => (this.#onUp = resolve));
    const results = await Promise.allSettled([this.#commands.connect(), this.#subscriber.connect()]);
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) {
      this.#commands.disconnect();
      this.#subscriber.disconnect();
      const cause = this.#lastError ?? toError(failure.reason);
      const remedy = "Start it, or set REDIS_URL to the Redis to use.";
      throw new LayerUnavailable({ broker: this.#broker, problem: cause.message, remedy }, { cause });
    }
    await up;
    // A connection that went dead without a word shows only when something is asked of it.
    this.#heartbeat = setInterval(() => {
      for (const client of [this.#commands, this.#subscriber]) {
        if (client.status === "ready") client.ping().catch(() => {});
      }
    }, this.#options.timeoutMs).unref();
  }

  async #renewSubscriptions(): Promise<void> {
    try {
      await this.#subscriptions.renew();
    } catch {
      // Lost again meanwhile, or refused; either way a new connection tries anew.
      this.#subscriber.disconnect(true);
      return;
    }
    if (this.#subscriber.status !== "ready") return;
    this.#isSubscriberReady = true;
    this.#checkUp();
  }

  #checkUp(): void {
    if (this.#isUp || !this.#areCommandsReady || !this.#isSubscriberReady) return;
    this.#isUp = true;
    this.#lastError = undefined;
    if (this.#wasUp) this.#events.onRestored();
    this.#wasUp = true;
    this.#onUp();
  }

  #lose(): void {
    if (!this.#isUp || this.#isClosed) return;
    this.#isUp = false;
    this.#events.onLost(`${this.#broker}: ${this.#lastError?.message ?? "the connection was closed"}`);
  }

  get #broker(): string {
    return `Redis at ${this.#options.address}`;
  }

  /** Why a command cannot be sent now; `undefined` when it can, which it then must, in this go of the event loop. */
  #prepareCommand(): LayerUnavailable | undefined {
    const commands = this.#commands;
    if (commands.status !== "ready") return this.#unavailable("it is not connected");
    if (commands.commandQueue.length >= this.#options.maxInFlight) {
      return this.#unavailable(`${commands.commandQueue.length} commands wait for its answer`);
    }
    const { stream } = commands;
    if (stream.writableLength > maxUnwrittenBytes) {
      return this.#unavailable(`${stream.writableLength} bytes wait to be written`);
    }
    // One write to the socket for all commands of this go: more than doubles what a connection carries.
    if (!this.#isCorked) {
      this.#isCorked = true;
      stream.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        stream.uncork();
      });
    }
    return undefined;
  }

  readonly #fail = (error: unknown): never => {
    const cause = toError(error);
    const problem = this.#commands.status === "ready" ? cause.message : "the connection was lost";
    throw this.#unavailable(problem, cause);
  };

  #unavailable(problem: string, cause?: Error): LayerUnavailable {
    return new LayerUnavailable({ broker: this.#broker, problem }, { cause });
  }
}
