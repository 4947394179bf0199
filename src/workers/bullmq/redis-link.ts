import type { ConnectionOptions, IRedisClient, RedisConnection } from "bullmq";

import { getLogger, toError } from "../../core/index.js";
import { openClusterClient, type RedisTarget } from "../../layers/index.js";
import { TaskBackendClosed, TaskBackendUnavailable } from "../errors.js";
import { serverOf } from "./bullmq-settings.js";
import { answersWithin } from "./answers-within.js";
import { Deadlines } from "./deadlines.js";
import { settlesWithin } from "../running/within.js";
import { writeByTurns } from "./write-by-turns.js";

type BullMq = typeof import("bullmq");

/** What a connection is for. */
export type LinkUse =
  /** Commands fail at once when the connection is lost. */
  | "impatient"
  /** Commands wait until the connection is back: for workers and subscriptions, which have nothing else to do. */
  | "patient";

/** The longest pause between attempts to connect, in milliseconds. */
const maxReconnectMs = 1000;

/** One connection to Redis, opened when it is first needed and kept alive. */
export class RedisLink {
  /** Host and port, for messages; a URL may hold a password. */
  readonly server: string;
  readonly #target: RedisTarget;
  readonly #use: LinkUse;
  readonly #timeoutMs: number;
  readonly #load: () => Promise<BullMq>;
  readonly #deadlines: Deadlines;
  #connection: Promise<RedisConnection> | undefined;
  #client: IRedisClient | undefined;
  #opening: Promise<IRedisClient> | undefined;
  #lastError: Error | undefined;
  #isLost = false;
  /** Since when there is no connection, in milliseconds since 1970. */
  #downSince: number | undefined;
  #isClosed = false;
  #onRestored: () => void = () => {};

  constructor(url: string, use: LinkUse, timeoutMs: number, load: () => Promise<BullMq>) {
    this.#target = serverOf(url);
    const nodes = this.#target.kind === "cluster" ? this.#target.seeds : this.#target.shards.slice(0, 1);
    this.server = nodes.map(({ address }) => address).join(", ");
    this.#use = use;
    this.#timeoutMs = timeoutMs;
    this.#load = load;
    this.#deadlines = new Deadlines(timeoutMs, () => this.#onSilence());
  }

  /** Has `work` called whenever the connection is back after a loss. */
  onRestored(work: () => void): void {
    this.#onRestored = work;
  }

  /** Whether a command can be sent now. */
  get isReady(): boolean {
    return this.#client?.status === "ready";
  }

  /**
   * The client, connected. Rejects with `TaskBackendUnavailable` when that takes longer than the timeout, and at once
   * when it has taken that long already.
   */
  async ready(): Promise<IRedisClient> {
    if (this.#isClosed) throw new TaskBackendClosed();
    // Loading BullMQ can take a busy machine seconds, and says nothing of Redis.
    if (this.#connection === undefined) await this.#load();
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    const opening = this.#opening;
    this.#downSince ??= Date.now();
    const remainingMs = Math.max(this.#downSince + this.#timeoutMs - Date.now(), 0);
    if (await answersWithin(opening, remainingMs)) return opening;
    throw this.unavailable();
  }

  /** As `work`, but rejects with `TaskBackendUnavailable` when no answer comes within the timeout. */
  limit<T>(work: Promise<T>): Promise<T> {
    return this.#deadlines.limit(work);
  }

  /** The error for something that went wrong on this connection. */
  unavailable(cause: Error | undefined = this.#lastError): TaskBackendUnavailable {
    if (cause instanceof TaskBackendUnavailable) return cause;
    const problem = cause === undefined ? "no answer" : cause.message || cause.name;
    const remedy = "Check REDIS_URL and that Redis runs there";
    return new TaskBackendUnavailable({ server: this.server, problem, remedy }, { cause });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#deadlines.clear();
    const connection = await this.#connection;
    if (connection === undefined) return;
    // `quit` waits for what is on its way; without a connection it would wait for ever.
    const closing = connection.close(!this.isReady);
    if (!(await settlesWithin(closing, this.#timeoutMs))) this.#client?.disconnect();
  }

  async #open(): Promise<IRedisClient> {
    this.#connection ??= this.#connect();
    const connection = await this.#connection;
    try {
      const client = await connection.client;
      if (this.#client !== client) writeByTurns(client);
      this.#client = client;
      if (client.status !== "ready") await new Promise<void>((resolve) => connection.once("ready", resolve));
      this.#downSince = undefined;
      return client;
    } catch (error) {
      // BullMQ's connection stays broken when its first commands fail; the next call makes another.
      this.#connection = undefined;
      connection.close(true).catch(() => {});
      throw this.unavailable(toError(error));
    }
  }

  async #connect(): Promise<RedisConnection> {
    const { RedisConnection } = await this.#load();
    const isPatient = this.#use === "patient";
    const connection = new RedisConnection(await this.#connectionOptions(isPatient), { blocking: isPatient });
    connection.on("error", (error: Error) => {
      this.#lastError = error;
    });
    connection.on("close", () => this.#onClose());
    connection.on("ready", () => this.#onReady());
    return connection;
  }

  async #connectionOptions(isPatient: boolean): Promise<ConnectionOptions> {
    if (this.#target.kind === "cluster") return openClusterClient(this.#target, isPatient);
    const [node] = this.#target.shards;
    const found = node?.connection;
    const options: object = {
      ...(typeof found === "string" ? { url: found } : found),
      retryStrategy: (times: number) => Math.min(50 * 2 ** times, maxReconnectMs),
      ...(!isPatient && { maxRetriesPerRequest: 0, enableOfflineQueue: false }),
    };
    return options;
  }

  /** A server that does not answer is as good as none; on a new connection nothing piles up that it may never read. */
  #onSilence(): TaskBackendUnavailable {
    const error = this.unavailable(new Error(`no answer within ${this.#timeoutMs} ms`));
    if (this.isReady) this.#client?.disconnect(true);
    return error;
  }

  #onClose(): void {
    if (this.#isClosed || this.#isLost || this.#client === undefined) return;
    this.#isLost = true;
    this.#downSince = Date.now();
    getLogger().warn({ server: this.server }, "the task queue's connection is lost; it is being tried again");
  }

  #onReady(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#downSince = undefined;
    getLogger().info({ server: this.server }, "the task queue's connection is back");
    this.#onRestored();
  }
}
