import type { GroupRef } from "../group.js";
import type { PresenceEntry, PresenceMeta } from "./presence-entry.js";

/** Somebody who is present, with all her devices, the first to come first. */
export interface Person<Meta = PresenceMeta> {
  readonly person: string;
  /** What her newest device shows. */
  readonly meta: Meta;
  readonly devices: readonly PresenceEntry<Meta>[];
}

/** Who is in a group, over all processes. */
export interface Presence<Meta = PresenceMeta> {
  /** Everybody, each person once, in the order in which they came. */
  list(): Promise<Person<Meta>[]>;
  /** How many people. Cheaper than `list` by far. */
  count(): Promise<number>;
}

/**
 * Who is in a group: those who joined it with `presence`, in any process. Rejects with `LayerUnavailable`.
 *
 * ```ts
 * const names = (await presence(room({ slug: "lobby" })).list()).map(({ meta }) => meta.name);
 * ```
 */
export function presence<M, Meta>(group: GroupRef<M, Meta>): Presence<Meta> {
  return {
    async list() {
      const entries = (await group.layer.presenceList(group.name)) as readonly PresenceEntry<Meta>[];
      const people = new Map<string, PresenceEntry<Meta>[]>();
      for (const entry of entries) {
        const devices = people.get(entry.person);
        if (devices === undefined) people.set(entry.person, [entry]);
        else devices.push(entry);
      }
      return [...people].map(([person, devices]) => ({ person, meta: newest(devices).meta, devices }));
    },
    count: () => group.layer.presenceCount(group.name),
  };
}

function newest<Meta>(devices: readonly PresenceEntry<Meta>[]): PresenceEntry<Meta> {
  const [first, ...others] = devices;
  if (first === undefined) throw new RangeError("a person has devices");
  return others.reduce((best, device) => (device.since >= best.since ? device : best), first);
}
