import { randomUUID } from "node:crypto";

import type { ConsumerClass, FlatRoute, RemotePools } from "../../consumers/index.js";
import {
  getLogger,
  type Handler,
  type HttpScope,
  type Message,
  type Send,
  type WebSocketScope,
} from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";
import {
  type AnnounceMessage,
  type FrontFrame,
  frontsGroup,
  type HelloMessage,
  type LinkMessage,
  type ResetMessage,
  type WorkerFrame,
  workersGroup,
} from "./frames.js";
import { Link } from "./link.js";
import { ProcessChannel } from "./process-channel.js";
import { type ConnectedWorker, type ConnectionHome, RemoteConnection } from "./remote-connection.js";
import { defaultTiming, type RemoteTiming, sleptMs } from "./remote-timing.js";

/** A worker that announced itself, and the connections of this process whose consumers it runs. */
class KnownWorker implements ConnectedWorker {
  readonly name: string;
  readonly connections = new Map<number, RemoteConnection>();
  pools: readonly string[] = [];
  isLeaving = false;
  heardAt = 0;
  /** There while it has connections of this process. */
  link: Link<FrontFrame, WorkerFrame> | undefined;
  readonly #newLink: (worker: KnownWorker) => Link<FrontFrame, WorkerFrame>;

  constructor(name: string, newLink: (worker: KnownWorker) => Link<FrontFrame, WorkerFrame>) {
    this.name = name;
    this.#newLink = newLink;
  }

  post(frame: FrontFrame): void | Promise<void> {
    this.link ??= this.#newLink(this);
    return this.link.post(frame);
  }
}

/**
 * The side of the process that holds the connections: gives each connection of a route with `remote` to a worker of its
 * pool, the one with the fewest of them, and to another when that worker stops or dies.
 */
export class RemoteFront implements RemotePools, ConnectionHome {
  readonly timing: RemoteTiming;
  readonly #layer: ChannelLayer;
  readonly #workers = new Map<string, KnownWorker>();
  readonly #waiting = new Set<RemoteConnection>();
  readonly #numbers = new Map<RemoteConnection, { readonly worker: KnownWorker; readonly number: number }>();
  #channel: ProcessChannel | undefined;
  #lastNumber = 0;
  #beat: NodeJS.Timeout | undefined;
  #tickedAt = performance.now();

  private constructor(layer: ChannelLayer, timing: RemoteTiming) {
    this.#layer = layer;
    this.timing = timing;
  }

  /** Asks who is there. Resolves when workers can answer. Rejects with `LayerUnavailable`. */
  static async open(layer: ChannelLayer, timing: Partial<RemoteTiming> = {}): Promise<RemoteFront> {
    const front = new RemoteFront(layer, { ...defaultTiming, ...timing });
    front.#channel = await ProcessChannel.open(layer, frontsGroup, (message) => front.#receive(message));
    front.#beat = setInterval(() => front.#tick(), front.timing.heartbeatMs);
    await front.#sayHello();
    return front;
  }

  /** The pools that have a worker now. */
  get pools(): ReadonlySet<string> {
    const workers = [...this.#workers.values()].filter((worker) => !worker.isLeaving);
    return new Set(workers.flatMap((worker) => worker.pools));
  }

  open(route: FlatRoute & { readonly remote: string }, scope: HttpScope | WebSocketScope, send: Send): Handler {
    const consumer = route.consumer as unknown as ConsumerClass;
    const connection = new RemoteConnection(this, route.remote, scope, send, consumer);
    connection.waitForWorker();
    return connection;
  }

  assign(connection: RemoteConnection): void {
    const worker = this.#choose(connection.pool);
    if (worker === undefined) {
      this.#waiting.add(connection);
      return;
    }
    this.#waiting.delete(connection);
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    worker.connections.set(number, connection);
    this.#numbers.set(connection, { worker, number });
    connection.attach(worker, number);
  }

  ended(connection: RemoteConnection): void {
    this.#waiting.delete(connection);
    this.#forget(connection);
  }

  /** Ends what is left, and the subscriptions. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    for (const worker of this.#workers.values()) worker.link?.end();
    this.#workers.clear();
    await this.#channel?.close();
  }

  #forget(connection: RemoteConnection): void {
    const place = this.#numbers.get(connection);
    this.#numbers.delete(connection);
    place?.worker.connections.delete(place.number);
  }

  #choose(pool: string): KnownWorker | undefined {
    let best: KnownWorker | undefined;
    for (const worker of this.#workers.values()) {
      if (worker.isLeaving || !worker.pools.includes(pool)) continue;
      if (best === undefined || worker.connections.size < best.connections.size) best = worker;
    }
    return best;
  }

  #receive(message: Message): void {
    switch (message.type) {
      case "remote.announce":
        return this.#heardOf(message as AnnounceMessage);
      case "remote.link":
        return this.#receiveBatch(message as LinkMessage);
      case "remote.reset": {
        const { link } = message as ResetMessage;
        for (const worker of this.#workers.values()) if (worker.link?.id === link) this.#lose(worker, "it began anew");
        return;
      }
      default:
    }
  }

  #heardOf({ worker: name, pools, isLeaving }: AnnounceMessage): void {
    let worker = this.#workers.get(name);
    if (worker === undefined) {
      if (isLeaving) return;
      worker = new KnownWorker(name, (known) => this.#newLink(known));
      this.#workers.set(name, worker);
      getLogger().debug({ worker: name, pools }, "a worker for remote consumers is there");
    }
    worker.pools = pools;
    worker.isLeaving = isLeaving;
    worker.heardAt = performance.now();
    for (const connection of this.#waiting) this.assign(connection);
  }

  #receiveBatch(message: LinkMessage): void {
    const worker = this.#workers.get(message.from);
    if (worker?.link?.id !== message.link) {
      const reset: ResetMessage = { type: "remote.reset", link: message.link };
      return this.#channel?.tell(message.from, reset);
    }
    worker.heardAt = performance.now();
    worker.link.receive(message);
  }

  #newLink(worker: KnownWorker): Link<FrontFrame, WorkerFrame> {
    return new Link<FrontFrame, WorkerFrame>({
      layer: this.#layer,
      id: randomUUID(),
      from: this.#channel?.name ?? "",
      to: worker.name,
      timing: this.timing,
      deliver: (frame) => this.#deliver(worker, frame),
      onDead: () => this.#lose(worker, "it has been silent for too long"),
    });
  }

  #deliver(worker: KnownWorker, frame: WorkerFrame): void {
    const connection = worker.connections.get(frame.c);
    if (connection === undefined) return;
    // Whoever takes the connection next must not hear of this worker's answers any more.
    if (frame.k === "released") this.#forget(connection);
    connection.receive(frame);
  }

  /** A worker is dead, or does not know this process any more. */
  #lose(worker: KnownWorker, reason: string): void {
    worker.link?.close();
    this.#workers.delete(worker.name);
    const connections = [...worker.connections.values()];
    worker.connections.clear();
    if (connections.length > 0) {
      getLogger().warn(
        { worker: worker.name, connections: connections.length, reason },
        "a worker is lost; others go on with its connections",
      );
    }
    for (const connection of connections) {
      this.#numbers.delete(connection);
      connection.detach();
    }
  }

  #tick(): void {
    const now = performance.now();
    const slept = sleptMs(this.#tickedAt, now, this.timing.heartbeatMs);
    this.#tickedAt = now;
    const isAway = this.#layer.state === "disconnected";
    for (const worker of this.#workers.values()) {
      worker.heardAt += slept;
      if (worker.isLeaving && worker.connections.size === 0) this.#lose(worker, "it has stopped");
      else if (isAway) worker.heardAt = now;
      else if (now - worker.heardAt > this.timing.deadMs) this.#lose(worker, "it has been silent for too long");
    }
    if (this.#waiting.size > 0) void this.#sayHello();
  }

  async #sayHello(): Promise<void> {
    const hello: HelloMessage = { type: "remote.hello", front: this.#channel?.name ?? "" };
    await this.#channel?.tellAll(workersGroup, hello);
  }
}
