import { RedisLink, type RedisLinkEvents, type RedisLinkOptions } from "../redis-link.js";
import { clusterNode, type RedisNode } from "../redis-url.js";

/** What a cluster's nodes tell. */
export interface ClusterNodesEvents {
  readonly onMessage: RedisLinkEvents["onMessage"];
  readonly onLost: (link: RedisLink, reason: string) => void;
  readonly onRestored: () => void;
  /** These are not heard any more where they were. */
  readonly onMoved: (pubSubChannels: readonly string[]) => void;
}

/** The links to the nodes of a cluster, one for each address, opened when they are first needed. */
export class ClusterNodes {
  readonly #links = new Map<string, RedisLink>();
  readonly #seeds: readonly RedisNode[];
  readonly #security: Parameters<typeof clusterNode>[2];
  readonly #options: RedisLinkOptions;
  readonly #events: ClusterNodesEvents;

  constructor(
    target: { readonly seeds: readonly RedisNode[]; readonly security: Parameters<typeof clusterNode>[2] },
    options: Omit<RedisLinkOptions, "pubSub">,
    events: ClusterNodesEvents,
  ) {
    this.#seeds = target.seeds;
    this.#security = target.security;
    this.#options = { ...options, pubSub: "sharded" };
    this.#events = events;
  }

  /** The link to a node; it may not be connected. */
  at(host: string, port: number): RedisLink {
    return this.#open(clusterNode(host, port, this.#security));
  }

  /** Whom to ask about the cluster: nodes that answer first, in any order, then those that the URL names. */
  *advisers(): Generator<RedisLink> {
    const up = [...this.#links.values()].filter((link) => link.isUp);
    while (up.length > 0) yield* up.splice(Math.floor(Math.random() * up.length), 1);
    for (const seed of this.#seeds) yield this.#open(seed);
  }

  /** Closes every link but those to `wanted`, after the answers to what was sent. */
  retain(wanted: ReadonlySet<RedisLink>): void {
    for (const [address, link] of this.#links) {
      if (wanted.has(link)) continue;
      this.#links.delete(address);
      void (link.isUp ? link.drained() : Promise.resolve()).then(() => link.close());
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #open(node: RedisNode): RedisLink {
    const known = this.#links.get(node.address);
    if (known !== undefined) return known;
    const link: RedisLink = new RedisLink(node, this.#options, {
      onMessage: this.#events.onMessage,
      onLost: (reason) => this.#events.onLost(link, reason),
      onRestored: this.#events.onRestored,
      onMoved: this.#events.onMoved,
    });
    this.#links.set(node.address, link);
    return link;
  }
}
