import { toError } from "../../../core/index.js";
import { LayerUnavailable } from "../../errors.js";
import type { RedisBroker, RedisBrokerEvents } from "../redis-broker.js";
import type { RedisLink, RedisLinkOptions } from "../redis-link.js";
import type { RedisTarget } from "../redis-url.js";
import { ClusterNodes } from "./cluster-nodes.js";
import { redirectionOf } from "./redirection.js";
import { slotOf } from "./slot.js";
import { SlotOwners } from "./slot-owners.js";
import { readSlotRanges, type SlotRange } from "./slot-ranges.js";

/** How often a command is sent elsewhere before it fails. */
const maxRedirections = 16;
/** How long a command whose keys are just being moved waits before it is tried again. */
const tryAgainMs = 50;
/** How long a node's word about a slot counts for more than what another node, which may not know yet, says of all. */
const freshMs = 3000;
/** How soon the cluster is asked anew while a part of it is missing. */
const refreshMs = 200;

/**
 * A Redis Cluster (Redis 7 or later, or Valkey: it must know shard channels). Each process holds a link to each master.
 * Slots that move, masters that fail and replicas that take their place are followed; a command that a node refused is
 * sent to the right one, which delivers nothing twice, because it was not done.
 */
export class ClusterBroker implements RedisBroker {
  readonly publishCommand = "SPUBLISH";
  readonly #target: Extract<RedisTarget, { kind: "cluster" }>;
  readonly #events: RedisBrokerEvents;
  readonly #timeoutMs: number;
  readonly #nodes: ClusterNodes;
  readonly #owners = new SlotOwners();
  /** Every pub/sub channel that somebody wants to hear. */
  readonly #wanted = new Set<string>();
  /** Those among them that are not heard now. */
  readonly #unheard = new Set<string>();
  /** Until when the owner of a slot is the one that a redirection named. */
  readonly #freshUntil = new Map<number, number>();
  #connecting: Promise<void> | undefined;
  #isStarted = false;
  #isWhole = false;
  #isClosed = false;
  #isRefreshing = false;
  #refreshTimer: NodeJS.Timeout | undefined;
  #probeTimer: NodeJS.Timeout | undefined;

  constructor(
    target: Extract<RedisTarget, { kind: "cluster" }>,
    options: Omit<RedisLinkOptions, "pubSub">,
    events: RedisBrokerEvents,
  ) {
    this.#target = target;
    this.#events = events;
    this.#timeoutMs = options.timeoutMs;
    this.#nodes = new ClusterNodes(target, options, {
      onMessage: events.onMessage,
      onLost: (link, reason) => {
        if (this.#owners.all().has(link)) this.#lose(reason);
      },
      onRestored: () => this.#settle(),
      onMoved: (channels) => this.#rehear(channels),
    });
  }

  connect(): Promise<void> {
    this.#connecting ??= this.#connectFirst().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  run<T>(key: string, command: (link: RedisLink) => Promise<T>): Promise<T> {
    const slot = slotOf(key);
    const handover = this.#owners.handover(slot);
    if (handover === undefined) return this.#attempt(slot, command, maxRedirections);
    return handover.then(() => this.run(key, command));
  }

  runOnAll<T>(command: (link: RedisLink) => Promise<T>): Promise<T[]> {
    return Promise.all([...this.#owners.all()].map(command));
  }

  async subscribe(pubSubChannel: string): Promise<void> {
    const isNew = !this.#wanted.has(pubSubChannel);
    this.#wanted.add(pubSubChannel);
    try {
      await this.#hear(pubSubChannel);
    } catch (error) {
      if (isNew && !this.#unheard.has(pubSubChannel)) this.#wanted.delete(pubSubChannel);
      throw error;
    }
  }

  unsubscribe(pubSubChannel: string): void {
    this.#wanted.delete(pubSubChannel);
    this.#unheard.delete(pubSubChannel);
    this.#owners.at(slotOf(pubSubChannel))?.unsubscribe(pubSubChannel);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isWhole = false;
    clearTimeout(this.#refreshTimer);
    clearInterval(this.#probeTimer);
    await this.#nodes.close();
  }

  async #connectFirst(): Promise<void> {
    await this.#learn();
    const { vacant } = this.#owners;
    if (vacant !== undefined) throw this.#unavailable(`no node holds its slot ${vacant}`);
    await Promise.all([...this.#owners.all()].map((link) => link.connect()));
    this.#isWhole = true;
    this.#isStarted = true;
    // What happens to a cluster shows to a process that sends nothing only when it asks.
    this.#probeTimer = setInterval(() => void this.#probe(), this.#timeoutMs).unref();
  }

  #attempt<T>(slot: number, command: (link: RedisLink) => Promise<T>, left: number): Promise<T> {
    const link = this.#owners.at(slot);
    if (link === undefined) return Promise.reject(this.#unavailable(`no node holds its slot ${slot}`));
    return command(link).catch((error: unknown) => this.#redirect(error, slot, link, command, left));
  }

  async #redirect<T>(
    error: unknown,
    slot: number,
    from: RedisLink,
    command: (link: RedisLink) => Promise<T>,
    left: number,
  ): Promise<T> {
    const redirection = redirectionOf(error);
    if (redirection === undefined || left === 0 || this.#isClosed) throw error;
    if (redirection.kind === "down") {
      this.#lose(toError(error).message);
      throw error;
    }
    if (redirection.kind === "again") {
      await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
      return this.#attempt(slot, command, left - 1);
    }
    const to = this.#nodes.at(redirection.host || hostOf(from), redirection.port);
    const isConnected = to.isUp;
    // Not awaited where it need not be: commands that come back must leave again in their order.
    if (!isConnected) await to.connect();
    if (redirection.kind === "ask") {
      return to.ask(command).catch((again: unknown) => this.#redirect(again, slot, from, command, left - 1));
    }
    this.#freshUntil.set(slot, performance.now() + freshMs);
    this.#give([slot], to);
    this.#refreshSoon();
    return command(to).catch((again: unknown) => this.#redirect(again, slot, to, command, left - 1));
  }

  /** Notes that slots are held by another node now, and listens there to what is wanted of them. */
  #give(slots: Iterable<number>, link: RedisLink): void {
    const changed = this.#owners.assign(slots, link);
    if (changed.size === 0) return;
    const channels = [...this.#wanted].filter((channel) => changed.has(slotOf(channel)));
    for (const channel of channels) changed.get(slotOf(channel))?.unsubscribe(channel);
    this.#rehear(channels);
  }

  /** Subscribes anew, wherever the slots are now; until that is done, messages may be missed. */
  #rehear(channels: readonly string[]): void {
    const wanted = channels.filter((channel) => this.#wanted.has(channel));
    if (wanted.length === 0) return;
    for (const channel of wanted) this.#unheard.add(channel);
    this.#lose("slots of the cluster are moving to other nodes");
    void Promise.allSettled(wanted.map((channel) => this.#hear(channel))).then(() => this.#settle());
  }

  async #hear(channel: string): Promise<void> {
    const slot = slotOf(channel);
    await this.#attempt(slot, (link) => link.subscribe(channel), maxRedirections);
    this.#unheard.delete(channel);
    // Nobody may want it any more.
    if (!this.#wanted.has(channel)) this.#owners.at(slot)?.unsubscribe(channel);
  }

  #lose(reason: string): void {
    if (this.#isWhole) {
      this.#isWhole = false;
      this.#events.onLost(reason);
    }
    this.#refreshSoon();
  }

  /** Looks whether nothing is missing any more, and tells what is back. */
  #settle(): void {
    if (this.#isClosed || !this.#isStarted) return;
    const isWhole = this.#unheard.size === 0 && [...this.#owners.all()].every((link) => link.isUp);
    if (isWhole && this.#isWhole) return;
    this.#isWhole = isWhole;
    this.#events.onRestored(isWhole);
  }

  #refreshSoon(): void {
    if (this.#isClosed || !this.#isStarted) return;
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined;
      void this.#refresh();
    }, refreshMs).unref();
  }

  /** Learns the cluster anew, again and again until nothing is missing. */
  async #refresh(): Promise<void> {
    if (this.#isRefreshing || this.#isClosed) return;
    this.#isRefreshing = true;
    try {
      await this.#learn();
      await Promise.all([...this.#owners.all()].map((link) => link.connect()));
      await this.#requireOk();
      await Promise.all([...this.#unheard].map((channel) => this.#hear(channel)));
      this.#settle();
    } catch {
      // The timer below tries again.
    } finally {
      this.#isRefreshing = false;
    }
    if (!this.#isWhole) this.#refreshSoon();
  }

  async #probe(): Promise<void> {
    if (!this.#isWhole) return;
    try {
      await this.#learn();
      await this.#requireOk();
    } catch (thrown) {
      this.#lose(toError(thrown).message);
    }
  }

  /** A node that lost sight of the others answers pings, but gives its messages to nobody. */
  async #requireOk(): Promise<void> {
    const states = await this.runOnAll((link) => link.call("CLUSTER", "INFO"));
    if (states.some((state) => !String(state).includes("cluster_state:ok"))) {
      throw this.#unavailable("a node has lost sight of the others");
    }
  }

  /** Asks the first node that answers which node holds which slots. */
  async #learn(): Promise<void> {
    let failure: unknown;
    for (const link of this.#nodes.advisers()) {
      try {
        await link.connect();
        const ranges = readSlotRanges(await link.call("CLUSTER", "SLOTS"));
        if (ranges.length === 0) throw this.#unavailable("its nodes hold no slots");
        this.#apply(ranges, hostOf(link));
        return;
      } catch (thrown) {
        failure ??= thrown;
      }
    }
    throw failure;
  }

  #apply(ranges: readonly SlotRange[], askedHost: string): void {
    const now = performance.now();
    for (const [slot, until] of this.#freshUntil) if (until < now) this.#freshUntil.delete(slot);
    for (const { first, last, host, port } of ranges) {
      const slots = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const told = this.#freshUntil.size === 0 ? slots : slots.filter((slot) => !this.#freshUntil.has(slot));
      this.#give(told, this.#nodes.at(host || askedHost, port));
    }
    this.#nodes.retain(this.#owners.all());
  }

  #unavailable(problem: string): LayerUnavailable {
    const nodes = this.#target.seeds.map(({ address }) => address).join(", ");
    return new LayerUnavailable({ broker: `The Redis Cluster at ${nodes}`, problem });
  }
}

/** The host of a cluster's node, for neighbours whose own is not known. */
function hostOf({ node }: RedisLink): string {
  const { connection } = node;
  return typeof connection === "string" ? "127.0.0.1" : (connection.host ?? "127.0.0.1");
}
