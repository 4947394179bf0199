import type { PresenceEntry } from "./presence-entry.js";

/** Who is present in a group, at one moment. Versions count the changes within an epoch, without holes. */
export interface PresenceState {
  readonly epoch: string;
  readonly version: number;
  readonly entries: readonly PresenceEntry[];
}

/** One change, as every process hears of it. */
export interface PresenceDiff {
  readonly epoch: string;
  readonly version: number;
  readonly joined: readonly PresenceEntry[];
  /** The names of the devices. */
  readonly left: readonly string[];
}

/** What a process says of one of its channels: how it is present, or that it is not any more. */
export interface PresenceChange {
  readonly device: string;
  readonly entry: Pick<PresenceEntry, "person" | "meta"> | undefined;
}

/** Where an engine keeps who is present. Each process has a lease there, which it renews. */
export interface PresenceStore {
  /**
   * Makes changes, tells every process of them, and renews the lease. False when the lease was over: then everything
   * else that this process had said is forgotten.
   */
  write(group: string, changes: readonly PresenceChange[]): Promise<boolean>;
  list(group: string): Promise<PresenceState>;
  /** How many people are present, each counted once. */
  count(group: string): Promise<number>;
}
