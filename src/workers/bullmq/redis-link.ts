import type { IRedisClient, RedisConnection } from "bullmq";

import { getLogger, toError } from "../../core/index.js";
import { TaskBackendClosed, TaskBackendUnavailable } from "../errors.js";
import { Deadlines } from "./deadlines.js";
import { settlesWithin } from "../running/within.js";

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
  readonly #url: string;
  readonly #use: LinkUse;
  readonly #timeoutMs: number;
  readonly #load: () => Promise<BullMq>;
  readonly #deadlines: Deadlines;
  #connection: Promise<RedisConnection> | undefined;
  #client: IRedisClient | undefined;
  #opening: Promise<IRedisClient> | undefined;
  #lastError: Error | undefined;
  #isLost = false;
  #isClosed = false;
  #onRestored: () => void = () => {};

  constructor(url: string, use: LinkUse, timeoutMs: number, load: () => Promise<BullMq>) {
    this.server = new URL(url).host;
    this.#url = url;
    this.#use = use;
    this.#timeoutMs = timeoutMs;
    this.#load = load;
    this.#deadlines = new Deadlines(timeoutMs, () => this.unavailable(new Error(`no answer within ${timeoutMs} ms`)));
  }

  /** Has `work` called whenever the connection is back after a loss. */
  onRestored(work: () => void): void {
    this.#onRestored = work;
  }

  /** Whether a command can be sent now. */
  get isReady(): boolean {
    return this.#client?.status === "ready";
  }

  /** The client, connected. Rejects with `TaskBackendUnavailable` when that takes longer than the timeout. */
  async ready(): Promise<IRedisClient> {
    if (this.#isClosed) throw new TaskBackendClosed();
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    const opening = this.#opening;
    if (await settlesWithin(opening, this.#timeoutMs)) return opening;
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
    return new TaskBackendUnavailable({ server: this.server, problem }, { cause });
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
      this.#client = client;
      if (client.status !== "ready") await new Promise<void>((resolve) => connection.once("ready", resolve));
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
    const connection = new RedisConnection(
      {
        url: this.#url,
        retryStrategy: (times: number) => Math.min(50 * 2 ** times, maxReconnectMs),
        ...(!isPatient && { maxRetriesPerRequest: 0, enableOfflineQueue: false }),
      },
      { blocking: isPatient },
    );
    connection.on("error", (error: Error) => {
      this.#lastError = error;
    });
    connection.on("close", () => this.#onClose());
    connection.on("ready", () => this.#onReady());
    return connection;
  }

  #onClose(): void {
    if (this.#isClosed || this.#isLost || this.#client === undefined) return;
    this.#isLost = true;
    getLogger().warn({ server: this.server }, "the task queue's connection is lost; it is being tried again");
  }

  #onReady(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    getLogger().info({ server: this.server }, "the task queue's connection is back");
    this.#onRestored();
  }
}
