import type { RedisLink } from "../redis-link.js";
import { slotCount } from "./slot.js";

/** Which node holds each slot, and what waits while a slot changes hands. */
export class SlotOwners {
  readonly #owners: (RedisLink | undefined)[] = Array.from({ length: slotCount });
  /**
   * What was sent to the old owner of a slot may come back to be sent to the new one; whatever is sent for the slot
   * meanwhile must not overtake it.
   */
  readonly #handovers = new Map<number, Promise<void>>();

  at(slot: number): RedisLink | undefined {
    return this.#owners[slot];
  }

  /** Settles when the slot has changed hands; `undefined` when it is not about to. */
  handover(slot: number): Promise<void> | undefined {
    return this.#handovers.get(slot);
  }

  /** Every node that holds a slot. */
  all(): ReadonlySet<RedisLink> {
    const links = new Set<RedisLink>();
    for (const link of this.#owners) if (link !== undefined) links.add(link);
    return links;
  }

  /** A slot that nobody holds, if there is one. */
  get vacant(): number | undefined {
    const slot = this.#owners.indexOf(undefined);
    return slot < 0 ? undefined : slot;
  }

  /** Gives slots to `link`. Returns those that somebody else held before, or nobody, and who that was. */
  assign(slots: Iterable<number>, link: RedisLink): ReadonlyMap<number, RedisLink | undefined> {
    const changed = new Map<number, RedisLink | undefined>();
    for (const slot of slots) {
      const owner = this.#owners[slot];
      if (owner === link) continue;
      this.#owners[slot] = link;
      changed.set(slot, owner);
    }
    for (const owner of new Set(changed.values())) {
      if (owner?.isUp === true)
        this.#handOver(
          [...changed.keys()].filter((slot) => changed.get(slot) === owner),
          owner,
        );
    }
    return changed;
  }

  #handOver(slots: readonly number[], from: RedisLink): void {
    const handover = from.drained().then(() => {
      for (const slot of slots) if (this.#handovers.get(slot) === handover) this.#handovers.delete(slot);
    });
    for (const slot of slots) this.#handovers.set(slot, handover);
  }
}
