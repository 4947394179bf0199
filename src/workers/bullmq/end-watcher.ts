import { toError } from "../../core/index.js";
import type { TaskEnd, TaskRef } from "../backend.js";
import { TaskBackendClosed, TaskBackendUnavailable } from "../errors.js";
import { endChannel, type PubSubClient } from "./end-announcer.js";
import type { RedisLink } from "./redis-link.js";

/** Somebody waits for the end of a task. */
interface Waiter {
  readonly task: TaskRef;
  readonly since: number;
  /** When to ask without having been told, in milliseconds since 1970. */
  askAt: number;
  readonly resolve: (end: TaskEnd) => void;
  readonly reject: (error: Error) => void;
}

/** Announcements can be lost with the connection, and other programs' workers make none. */
const firstAskMs = 1000;
const maxAskMs = 30_000;

/** How many questions are on their way at once. */
const maxAsking = 100;

/** Waits for the ends of tasks: subscribes to the announcements of their queues while somebody waits. */
export class EndWatcher {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #ask: (task: TaskRef) => Promise<TaskEnd | undefined>;
  /** By channel, then by id. */
  readonly #waiters = new Map<string, Map<string, Set<Waiter>>>();
  readonly #subscriptions = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #client: PubSubClient | undefined;

  /** `ask` gives the end of a task, `undefined` while there is none. */
  constructor(link: RedisLink, prefix: string, ask: (task: TaskRef) => Promise<TaskEnd | undefined>) {
    this.#link = link;
    this.#prefix = prefix;
    this.#ask = ask;
    link.onRestored(() => void this.#askFor(this.#all()));
  }

  async wait(task: TaskRef, signal: AbortSignal | undefined): Promise<TaskEnd> {
    signal?.throwIfAborted();
    const channel = endChannel(this.#prefix, task.queue);
    let waiter: Waiter | undefined;
    const end = new Promise<TaskEnd>((resolve, reject) => {
      const now = Date.now();
      waiter = { task, since: now, askAt: now + firstAskMs, resolve, reject };
      this.#add(channel, waiter);
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    // It may be over already; from here on, its end is announced.
    void this.#subscribe(channel).then(() => waiter && this.#askFor([waiter]));
    try {
      return await end;
    } finally {
      if (waiter !== undefined) this.#remove(channel, waiter);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const waiter of this.#all()) waiter.reject(new TaskBackendClosed());
  }

  #all(): Waiter[] {
    const all: Waiter[] = [];
    for (const byId of this.#waiters.values()) for (const waiters of byId.values()) all.push(...waiters);
    return all;
  }

  #add(channel: string, waiter: Waiter): void {
    const byId = this.#waiters.get(channel) ?? new Map<string, Set<Waiter>>();
    const { id } = waiter.task;
    this.#waiters.set(channel, byId.set(id, (byId.get(id) ?? new Set()).add(waiter)));
    this.#timer ??= setTimeout(this.#onTimer, firstAskMs);
  }

  #remove(channel: string, waiter: Waiter): void {
    const byId = this.#waiters.get(channel);
    const waiters = byId?.get(waiter.task.id);
    waiters?.delete(waiter);
    if (waiters?.size === 0) byId?.delete(waiter.task.id);
    if (byId?.size === 0) this.#waiters.delete(channel);
  }

  /** Resolves also when it fails: the timer asks all the same. */
  #subscribe(channel: string): Promise<unknown> {
    let subscription = this.#subscriptions.get(channel);
    if (subscription === undefined) {
      subscription = this.#subscribeTo(channel).catch(() => this.#subscriptions.delete(channel));
      this.#subscriptions.set(channel, subscription);
    }
    return subscription;
  }

  async #subscribeTo(channel: string): Promise<void> {
    const client = (await this.#link.ready()) as unknown as PubSubClient;
    if (this.#client !== client) client.on("message", this.#onMessage);
    this.#client = client;
    await client.subscribe(channel);
  }

  readonly #onMessage = (channel: string, message: string): void => {
    const byId = this.#waiters.get(channel);
    if (byId === undefined) return;
    for (const id of message.split("\n")) {
      const waiters = byId.get(id);
      if (waiters !== undefined) void this.#askFor([...waiters]);
    }
  };

  readonly #onTimer = (): void => {
    const now = Date.now();
    const waiting = this.#all();
    this.#unsubscribeUnused();
    const due = waiting.filter((waiter) => waiter.askAt <= now);
    for (const waiter of due) waiter.askAt = now + Math.min(Math.max(now - waiter.since, firstAskMs), maxAskMs);
    void this.#askFor(due);
    const isNeeded = waiting.length > 0 || this.#subscriptions.size > 0;
    this.#timer = isNeeded ? setTimeout(this.#onTimer, firstAskMs) : undefined;
  };

  /** A busy queue's announcements are not worth having when nobody waits for one. */
  #unsubscribeUnused(): void {
    for (const channel of this.#subscriptions.keys()) {
      if (this.#waiters.has(channel)) continue;
      this.#subscriptions.delete(channel);
      this.#client?.unsubscribe(channel).catch(() => {});
    }
  }

  async #askFor(waiters: readonly Waiter[]): Promise<void> {
    for (let start = 0; start < waiters.length; start += maxAsking) {
      await Promise.all(waiters.slice(start, start + maxAsking).map((waiter) => this.#askOnce(waiter)));
    }
  }

  async #askOnce({ task, resolve, reject }: Waiter): Promise<void> {
    try {
      const end = await this.#ask(task);
      if (end !== undefined) resolve(end);
    } catch (thrown) {
      // A connection that is lost comes back, and the end with it.
      if (!(thrown instanceof TaskBackendUnavailable)) reject(toError(thrown));
    }
  }
}
