import type { PresenceFrame } from "../protocol/wire.js";

/** Somebody who is present, with all her devices. */
export interface Person<Meta = unknown> {
  readonly person: string;
  /** What her newest device shows. */
  readonly meta: Meta;
  readonly devices: readonly string[];
}

/** Who is present in the groups of this socket, as far as its consumer passes it on. `group` is needed only where there are several. */
export interface Presence {
  list<Meta = unknown>(group?: string): Person<Meta>[];
  count(group?: string): number;
  /** Calls `listener` when somebody has come, gone or changed. Returns what ends that. */
  onChange(listener: (group: string) => void): () => void;
}

type Devices = Map<string, { readonly person: string; readonly meta: unknown }>;

/** Keeps who is present, as the server tells. */
export class Roster implements Presence {
  readonly #groups = new Map<string, Devices>();
  readonly #listeners = new Set<(group: string) => void>();

  list<Meta>(group?: string): Person<Meta>[] {
    const devices = group === undefined ? this.#groups.values().next().value : this.#groups.get(group);
    const people = new Map<string, { person: string; meta: Meta; devices: string[] }>();
    for (const [device, { person, meta }] of devices ?? []) {
      const known = people.get(person);
      if (known === undefined) people.set(person, { person, meta: meta as Meta, devices: [device] });
      else {
        known.devices.push(device);
        known.meta = meta as Meta;
      }
    }
    return [...people.values()];
  }

  count(group?: string): number {
    return this.list(group).length;
  }

  onChange(listener: (group: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  take({ group, joined, left, isWhole }: PresenceFrame): void {
    const devices: Devices = (isWhole ? undefined : this.#groups.get(group)) ?? new Map();
    this.#groups.set(group, devices);
    for (const device of left) devices.delete(device);
    for (const { device, person, meta } of joined) devices.set(device, { person, meta });
    for (const listener of this.#listeners) listener(group);
  }
}
