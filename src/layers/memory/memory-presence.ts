import type { PresenceEntry } from "../presence/presence-entry.js";
import type { PresenceChange, PresenceDiff, PresenceState, PresenceStore } from "../presence/presence-store.js";

interface Group {
  readonly epoch: string;
  version: number;
  readonly entries: Map<string, PresenceEntry>;
}

/** Who is present, in the memory of this process. */
export class MemoryPresence implements PresenceStore {
  readonly #groups = new Map<string, Group>();
  #lastEpoch = 0;
  readonly #tell: (group: string, diff: PresenceDiff) => void;

  constructor(tell: (group: string, diff: PresenceDiff) => void) {
    this.#tell = tell;
  }

  async write(name: string, changes: readonly PresenceChange[]): Promise<boolean> {
    let group = this.#groups.get(name);
    if (group === undefined)
      this.#groups.set(name, (group = { epoch: `m${++this.#lastEpoch}`, version: 0, entries: new Map() }));
    const joined: PresenceEntry[] = [];
    const left: string[] = [];
    for (const { device, entry } of changes) {
      if (entry === undefined) {
        if (group.entries.delete(device)) left.push(device);
        continue;
      }
      const since = group.entries.get(device)?.since ?? Date.now();
      const shown = Object.freeze({ device, ...entry, since });
      group.entries.set(device, shown);
      joined.push(shown);
    }
    if (group.entries.size === 0) this.#groups.delete(name);
    if (joined.length + left.length === 0) return true;
    this.#tell(name, { epoch: group.epoch, version: ++group.version, joined, left });
    return true;
  }

  async list(name: string): Promise<PresenceState> {
    const group = this.#groups.get(name);
    if (group === undefined) return { epoch: "", version: 0, entries: [] };
    return { epoch: group.epoch, version: group.version, entries: [...group.entries.values()] };
  }

  async count(name: string): Promise<number> {
    const { entries } = await this.list(name);
    return new Set(entries.map(({ person }) => person)).size;
  }

  clear(): void {
    this.#groups.clear();
  }
}
