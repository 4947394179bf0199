import { type Application, getLogger, type Message } from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";
import { settlesWithin } from "../running/within.js";
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
import { HostedConnection } from "./hosted-connection.js";
import { Link } from "./link.js";
import { ProcessChannel } from "./process-channel.js";
import { defaultTiming, type RemoteTiming } from "./remote-timing.js";

/** A process with connections, and those of them whose consumers run here. */
interface KnownFront {
  readonly link: Link<WorkerFrame, FrontFrame>;
  readonly connections: Map<number, HostedConnection>;
}

/** Options of `RemoteHost.close`. */
export interface CloseOptions {
  /** How long what is being handled may take, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

/** The side of the worker: runs the consumers of connections that other processes hold. */
export class RemoteHost {
  readonly pools: readonly string[];
  readonly #layer: ChannelLayer;
  readonly #application: Application;
  readonly #timing: RemoteTiming;
  readonly #fronts = new Map<string, KnownFront>();
  #channel: ProcessChannel | undefined;
  #beat: NodeJS.Timeout | undefined;
  #isLeaving = false;
  #closing: Promise<void> | undefined;
  #load = 0;

  private constructor(layer: ChannelLayer, application: Application, pools: readonly string[], timing: RemoteTiming) {
    this.#layer = layer;
    this.#application = application;
    this.pools = pools;
    this.#timing = timing;
  }

  /**
   * Takes connections of these pools from now on. `application` is the whole site, made with `isHosting` and without
   * `remote`. Rejects with `LayerUnavailable`.
   */
  static async open(
    layer: ChannelLayer,
    application: Application,
    pools: readonly string[],
    timing: Partial<RemoteTiming> = {},
  ): Promise<RemoteHost> {
    const host = new RemoteHost(layer, application, pools, { ...defaultTiming, ...timing });
    host.#channel = await ProcessChannel.open(layer, workersGroup, (message) => host.#receive(message));
    host.#beat = setInterval(() => void host.#announceToAll(), host.#timing.heartbeatMs);
    await host.#announceToAll();
    return host;
  }

  /** How many consumers run here. */
  get load(): number {
    return this.#load;
  }

  /** Leaves, as far as that can be within `timeoutMs`, and ends what is left. */
  async close({ timeoutMs = 10_000 }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    await this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    const isLeft = await settlesWithin(this.#leave(), timeoutMs);
    if (!isLeft)
      getLogger().warn({ consumers: this.#load }, "the worker's time was up; others begin anew with what it ran");
    // The last frames are sent before the links end.
    await Promise.all([...this.#fronts.values()].map(({ link }) => settlesWithin(link.whenSent(), 1000)));
    clearInterval(this.#beat);
    for (const { link, connections } of this.#fronts.values()) {
      link.close();
      if (connections.size > 0) this.#reset(link.to, link.id);
    }
    this.#fronts.clear();
    await this.#channel?.close();
  }

  /**
   * Takes nothing more and hands every socket to other workers when the message that is being handled is done. Resolves
   * when all are handed over and all requests answered.
   */
  async #leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#announceToAll();
    const leaving: Promise<void>[] = [];
    for (const { connections } of this.#fronts.values())
      for (const connection of connections.values()) leaving.push(this.#handOver(connection));
    await Promise.all(leaving);
  }

  #handOver(connection: HostedConnection): Promise<void> {
    return connection.type === "websocket" ? connection.release() : connection.whenOver();
  }

  #receive(message: Message): void {
    switch (message.type) {
      case "remote.hello":
        return this.#channel?.tell((message as HelloMessage).front, this.#announcement());
      case "remote.link":
        return this.#receiveBatch(message as LinkMessage);
      case "remote.reset":
        // That process goes on with others: nobody waits for what these consumers would say.
        return this.#forget((message as ResetMessage).link, "drop");
      default:
    }
  }

  #receiveBatch(message: LinkMessage): void {
    let front = this.#fronts.get(message.link);
    if (front === undefined) {
      if (message.first > 0 || message.packets.length === 0) {
        return this.#reset(message.from, message.link);
      }
      front = this.#newFront(message);
    }
    front.link.receive(message);
  }

  #newFront({ link: id, from }: LinkMessage): KnownFront {
    const connections = new Map<number, HostedConnection>();
    const link = new Link<WorkerFrame, FrontFrame>({
      layer: this.#layer,
      id,
      from: this.#channel?.name ?? "",
      to: from,
      // This side is the more patient one: the other must have given the link up before.
      timing: { ...this.#timing, deadMs: 2 * this.#timing.deadMs },
      deliver: (frame) => this.#deliver(front, frame),
      onDead: () => this.#forget(id, "lost"),
    });
    const front: KnownFront = { link, connections };
    this.#fronts.set(id, front);
    return front;
  }

  #deliver({ link, connections }: KnownFront, frame: FrontFrame): void {
    if (frame.k !== "open") return connections.get(frame.c)?.receive(frame);
    const connection = new HostedConnection(link, frame.c, frame.scope.type, () => {
      if (connections.delete(frame.c)) this.#load -= 1;
    });
    connections.set(frame.c, connection);
    this.#load += 1;
    connection.open(this.#application, frame.scope, frame.resume);
    // It was sent before the other process heard that this worker stops.
    if (this.#isLeaving) void this.#handOver(connection);
  }

  #forget(id: string, how: "drop" | "lost"): void {
    const front = this.#fronts.get(id);
    if (front === undefined) return;
    this.#fronts.delete(id);
    front.link.close();
    for (const [c, connection] of front.connections) {
      if (how === "lost") void connection.lost();
      else connection.receive({ k: "drop", c });
    }
  }

  #reset(channel: string, link: string): void {
    const reset: ResetMessage = { type: "remote.reset", link };
    this.#channel?.tell(channel, reset);
  }

  #announcement(): AnnounceMessage {
    const worker = this.#channel?.name ?? "";
    return { type: "remote.announce", worker, pools: this.pools, load: this.#load, isLeaving: this.#isLeaving };
  }

  async #announceToAll(): Promise<void> {
    await this.#channel?.tellAll(frontsGroup, this.#announcement());
  }
}
