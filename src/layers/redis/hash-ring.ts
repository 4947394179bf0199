/** How many points each shard has on the ring: the more, the more evenly names spread. */
const pointsPerShard = 160;

/**
 * Spreads names over shards so that a shard which is added or taken away moves only its own share of them. A shard is
 * known by its identity and not by its place in the list: processes that list the same shards in another order agree.
 */
export class HashRing {
  readonly #points: Uint32Array;
  readonly #shards: Uint16Array;

  /** `identities`: one text for each shard, all different. */
  constructor(identities: readonly string[]) {
    const points = identities.flatMap((identity, shard) =>
      Array.from({ length: pointsPerShard }, (_, n) => ({ point: hash(`${identity}#${n}`), identity, shard })),
    );
    // Two shards may share a point: then the identity decides, never the order of the list.
    points.sort((a, b) => a.point - b.point || (a.identity < b.identity ? -1 : 1));
    this.#points = Uint32Array.from(points, ({ point }) => point);
    this.#shards = Uint16Array.from(points, ({ shard }) => shard);
  }

  /** The shard of `name`, as its index in the list of identities. */
  shardOf(name: string): number {
    const wanted = hash(name);
    let [low, high] = [0, this.#points.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#shards[low === this.#points.length ? 0 : low] ?? 0;
  }
}

/** FNV-1a over UTF-16 units, its bits then mixed as in MurmurHash3: names that differ in one letter lie far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
