import type { Redis } from "ioredis";

import { toError } from "../../core/index.js";
import { LayerUnavailable } from "../errors.js";
import { createClient } from "./redis-client.js";
import type { RedisNode } from "./redis-url.js";
import { type ScriptArgument, ScriptBatch } from "./script-batch.js";
import { allScripts, type RedisScript } from "./scripts.js";
import { Subscriptions, type PubSubKind } from "./subscriptions.js";

/** What a link is made with. */
export interface RedisLinkOptions {
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly pubSub: PubSubKind;
  /** Begins the names that the connections have in Redis. */
  readonly name: string;
}

/** What a link tells its broker. */
export interface RedisLinkEvents {
  readonly onMessage: (pubSubChannel: string, payload: Buffer) => void;
  readonly onLost: (reason: string) => void;
  /** Every subscription stands again. */
  readonly onRestored: () => void;
  /** Of a cluster: these channels are not heard here any more, because their slots went to another node. */
  readonly onMoved?: (pubSubChannels: readonly string[]) => void;
}

/** Bytes that may wait to be written before sending is refused. */
const maxUnwrittenBytes = 64 * 1024 * 1024;
/** How many calls of a script go to Redis as one command: for so long it does nothing else. */
const maxTogether = 64;

/**
 * One Redis server, over two connections: one for commands and one for pub/sub, so that a flood of messages does not
 * hold up the answers to commands. What cannot be done now is refused, not kept for later; a lost connection is tried
 * again until it is back.
 */
export class RedisLink {
  readonly node: RedisNode;
  readonly #options: RedisLinkOptions;
  readonly #events: RedisLinkEvents;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #subscriptions: Subscriptions;
  #connecting: Promise<void> | undefined;
  #isUp = false;
  #wasUp = false;
  #areCommandsReady = false;
  #isSubscriberReady = false;
  #isClosed = false;
  #isCorked = false;
  readonly #batches = new Map<RedisScript, ScriptBatch>();
  /** How many calls there are beside the commands that they wait in, or are to go with. */
  #together = 0;
  #lastError: Error | undefined;
  #onUp: () => void = () => {};
  #onRefused: (error: Error) => void = () => {};
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(node: RedisNode, options: RedisLinkOptions, events: RedisLinkEvents) {
    this.node = node;
    this.#options = options;
    this.#events = events;
    this.#commands = this.#client("commands");
    this.#subscriber = this.#client("groups");
    this.#subscriptions = new Subscriptions(this.#subscriber, options.pubSub);
    this.#commands.on("ready", () => void this.#prepareScripts());
    this.#commands.on("close", () => {
      this.#areCommandsReady = false;
      this.#lose();
    });
    this.#subscriber.on("ready", () => void this.#renewSubscriptions());
    this.#subscriber.on("close", () => {
      this.#isSubscriberReady = false;
      this.#lose();
    });
    const receive = (channel: Buffer, payload: Buffer): void => events.onMessage(channel.toString("latin1"), payload);
    this.#subscriber.on(options.pubSub === "plain" ? "messageBuffer" : "smessageBuffer", receive);
    // Also said of an SSUBSCRIBE that is refused: by the next go its channel is not wanted here any more.
    this.#subscriber.on("moved", () => setImmediate(() => this.#giveUpEnded()));
  }

  /** Whether commands can be sent and every subscription stands. */
  get isUp(): boolean {
    return this.#isUp;
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
    if (this.#options.pubSub === "plain") return this.#commands.publish(pubSubChannel, payload).catch(this.#fail);
    return (this.#commands.spublish(pubSubChannel, payload) as Promise<number>).catch(this.#fail);
  }

  /** Runs a script. Texts in its answer are bytes. */
  run(script: RedisScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.callBuffer("evalsha", [script.sha, keys.length, ...keys, ...args]).catch(this.#fail);
  }

  /**
   * Runs a script that does many calls at once, with those of this turn of the event loop that come before any other
   * command. `common` begins the arguments, and is the same for all. In a cluster each goes alone: it may be redirected,
   * and must then leave again before what comes after it.
   */
  runTogether(
    script: RedisScript,
    common: readonly ScriptArgument[],
    keys: readonly string[],
    args: readonly ScriptArgument[],
  ): Promise<unknown> {
    if (this.#options.pubSub !== "plain") return this.#runAlone(script, keys, [...common, ...args]);
    const refusal = this.#checkCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    let batch = this.#batches.get(script);
    if (batch === undefined) {
      batch = new ScriptBatch((allKeys, allArgs, calls) =>
        this.#sendTogether(script, allKeys, [...common, ...allArgs], calls),
      );
      this.#batches.set(script, batch);
    }
    const answer = batch.add(keys, args);
    this.#together++;
    this.#cork();
    if (batch.size >= maxTogether) batch.flush();
    return answer;
  }

  /** The length of a list. */
  length(list: string): Promise<number> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.llen(list).catch(this.#fail);
  }

  /** Deletes a key. */
  delete(key: string): Promise<number> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.unlink(key).catch(this.#fail);
  }

  /** The keys that match `pattern`, some at a time. */
  async *scan(pattern: string): AsyncGenerator<string[]> {
    let cursor = "0";
    do {
      const refusal = this.#prepareCommand();
      if (refusal !== undefined) throw refusal;
      const [next, keys] = await this.#commands.scan(cursor, "MATCH", pattern, "COUNT", 1000).catch(this.#fail);
      if (keys.length > 0) yield keys;
      cursor = next;
    } while (cursor !== "0");
  }

  /** Deletes every key that matches `pattern`. */
  async deleteMatching(pattern: string): Promise<void> {
    // One by one, because the keys of one command must share a slot in a cluster.
    for await (const keys of this.scan(pattern)) await Promise.all(keys.map((key) => this.delete(key)));
  }

  /** Runs `command` for a slot that this node is about to get (ASK). */
  ask<T>(command: (link: RedisLink) => Promise<T>): Promise<T> {
    if (!this.#areCommandsReady) return Promise.reject(this.#unavailable("it is not connected"));
    // Holds for the very next command on this connection, which is sent in the same go.
    this.#commands.asking().catch(() => {});
    return command(this);
  }

  /** Resolves when everything that was sent until now has been answered, or can never be. */
  drained(): Promise<void> {
    this.#flushAll();
    return this.#commands.ping().then(
      () => {},
      () => {},
    );
  }

  /** Any other command: its name and arguments. Texts in its answer are texts. */
  call(name: string, ...args: string[]): Promise<unknown> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#commands.call(name, ...args).catch(this.#fail);
  }

  /** Hears what is published to `pubSubChannel` from the moment this resolves, over lost connections too. */
  subscribe(pubSubChannel: string): Promise<void> {
    if (!this.#isUp) return Promise.reject(this.#unavailable("it is not connected"));
    return this.#subscriptions.add(pubSubChannel).catch(this.#fail);
  }

  unsubscribe(pubSubChannel: string): void {
    this.#subscriptions.remove(pubSubChannel);
  }

  /** Waits for the answers to what was sent, and disconnects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flushAll();
    clearInterval(this.#heartbeat);
    this.#subscriber.disconnect();
    if (this.#commands.status === "ready") await this.#commands.quit().catch(() => {});
    this.#commands.disconnect();
  }

  #client(use: string): Redis {
    const { name, timeoutMs } = this.#options;
    const client = createClient(this.node, `${name}:${use}`, timeoutMs, () => this.#wasUp && !this.#isClosed);
    client.on("error", (error: Error) => (this.#lastError = error));
    return client;
  }

  async #connectFirst(): Promise<void> {
    const up = new Promise<void>((resolve, reject) => {
      this.#onUp = resolve;
      this.#onRefused = reject;
    });
    up.catch(() => {});
    const results = await Promise.allSettled([this.#commands.connect(), this.#subscriber.connect()]);
    try {
      for (const result of results) if (result.status === "rejected") throw result.reason;
      await up;
    } catch (thrown) {
      this.#commands.disconnect();
      this.#subscriber.disconnect();
      const cause = this.#lastError ?? toError(thrown);
      const remedy = "Start it, or set REDIS_URL to the Redis to use.";
      throw new LayerUnavailable({ broker: this.#broker, problem: cause.message, remedy }, { cause });
    }
    // A connection that went dead without a word shows only when something is asked of it.
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.timeoutMs).unref();
  }

  #beat(): void {
    const clients = [this.#commands, this.#subscriber];
    for (const client of clients) if (client.status === "ready") client.ping().catch(() => {});
    if (!this.#isUp || !this.node.followsSentinel) return;
    // After a failover that only one of them noticed, what one publishes the other would never hear.
    const [one, other] = clients.map(({ stream }) => `${stream.remoteAddress}:${stream.remotePort}`);
    if (one !== other) for (const client of clients) client.disconnect(true);
  }

  /** Every script is there before anything else is sent, so that none has to be sent again, behind later ones. */
  async #prepareScripts(): Promise<void> {
    const { stream } = this.#commands;
    try {
      await Promise.all(allScripts.map(({ lua }) => this.#commands.script("LOAD", lua)));
    } catch (thrown) {
      this.#refuse(this.#commands, toError(thrown));
      return;
    }
    if (this.#commands.status !== "ready" || this.#commands.stream !== stream) return;
    this.#areCommandsReady = true;
    this.#checkUp();
  }

  async #renewSubscriptions(): Promise<void> {
    const { stream } = this.#subscriber;
    let moved: readonly string[] = [];
    try {
      moved = await this.#subscriptions.renew();
    } catch (thrown) {
      this.#refuse(this.#subscriber, toError(thrown));
      return;
    }
    if (this.#subscriber.status !== "ready" || this.#subscriber.stream !== stream) return;
    this.#isSubscriberReady = true;
    if (moved.length > 0) this.#events.onMoved?.(moved);
    this.#checkUp();
  }

  #giveUpEnded(): void {
    if (!this.#isSubscriberReady) return;
    const ended = this.#subscriptions.ended();
    for (const channel of ended) this.#subscriptions.forget(channel);
    if (ended.length > 0) this.#events.onMoved?.(ended);
  }

  /** Lost again meanwhile, or refused; either way a new connection tries anew, unless it is the first. */
  #refuse(client: Redis, error: Error): void {
    this.#onRefused(error);
    if (this.#wasUp && !this.#isClosed) client.disconnect(true);
  }

  #checkUp(): void {
    if (this.#isUp || !this.#areCommandsReady || !this.#isSubscriberReady) return;
    this.#isUp = true;
    this.#lastError = undefined;
    const isBack = this.#wasUp;
    this.#wasUp = true;
    this.#onUp();
    if (isBack) this.#events.onRestored();
  }

  #lose(): void {
    if (!this.#isUp || this.#isClosed) return;
    this.#isUp = false;
    this.#events.onLost(`${this.#broker}: ${this.#lastError?.message ?? "the connection was closed"}`);
  }

  get #broker(): string {
    return `Redis at ${this.node.address}`;
  }

  /** Why a command cannot be sent now; `undefined` when it can, which it then must, in this go of the event loop. */
  #prepareCommand(): LayerUnavailable | undefined {
    // What was asked for earlier leaves earlier.
    this.#flushAll();
    const refusal = this.#checkCommand();
    if (refusal === undefined) this.#cork();
    return refusal;
  }

  #checkCommand(): LayerUnavailable | undefined {
    const commands = this.#commands;
    if (!this.#areCommandsReady) return this.#unavailable("it is not connected");
    const waiting = commands.commandQueue.length + this.#together;
    if (waiting >= this.#options.maxInFlight) return this.#unavailable(`${waiting} commands wait for its answer`);
    const { stream } = commands;
    if (stream.writableLength > maxUnwrittenBytes) {
      return this.#unavailable(`${stream.writableLength} bytes wait to be written`);
    }
    return undefined;
  }

  /** One write to the socket for all commands of this turn of the event loop: more than doubles what a connection carries. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    const { stream } = this.#commands;
    stream.cork();
    setImmediate(() => {
      this.#flushAll();
      this.#isCorked = false;
      stream.uncork();
    });
  }

  #flushAll(): void {
    if (this.#together > 0) for (const batch of this.#batches.values()) batch.flush();
  }

  #sendTogether(
    script: RedisScript,
    keys: readonly string[],
    args: readonly ScriptArgument[],
    calls: number,
  ): Promise<readonly unknown[]> {
    if (!this.#areCommandsReady) {
      this.#together -= calls;
      return Promise.reject(this.#unavailable("the connection was lost"));
    }
    // From now on the command stands for one of them.
    this.#together--;
    const sent = this.#commands.callBuffer("evalsha", [script.sha, keys.length, ...keys, ...args]);
    return sent.finally(() => (this.#together -= calls - 1)).then(this.#explainAll, this.#fail);
  }

  /** What fails is known as soon as it is for any other command: what is to leave again must not be overtaken. */
  #runAlone(script: RedisScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    const refusal = this.#prepareCommand();
    if (refusal !== undefined) return Promise.reject(refusal);
    const sent = this.#commands.callBuffer("evalsha", [script.sha, keys.length, ...keys, ...args]);
    return sent.then((answers) => {
      const [answer] = this.#explainAll(answers);
      if (answer instanceof Error) throw answer;
      return answer;
    }, this.#fail);
  }

  readonly #explainAll = (answers: unknown): readonly unknown[] =>
    (answers as readonly unknown[]).map((answer) => (answer instanceof Error ? this.#explain(answer) : answer));

  readonly #fail = (error: unknown): never => {
    throw this.#explain(toError(error));
  };

  #explain(cause: Error): LayerUnavailable {
    return this.#unavailable(this.#areCommandsReady ? cause.message : "the connection was lost", cause);
  }

  #unavailable(problem: string, cause?: Error): LayerUnavailable {
    return new LayerUnavailable({ broker: this.#broker, problem }, { cause });
  }
}
