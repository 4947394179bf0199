import { compileCapacities, type CapacityOf, type CapacityPattern } from "./capacity.js";
import { LayerOptionInvalid } from "./errors.js";
import type { PresenceTimes } from "./presence/presence-times.js";

/** Options that every engine has. */
export interface LayerOptions {
  /** How many unread messages a channel holds. Default 100. */
  readonly capacity?: number;
  /**
   * Other capacities for channels whose whole name matches a pattern: a text with `*` and `?`, or a regular
   * expression. The first that matches counts (L20).
   */
  readonly channelCapacity?: readonly CapacityPattern[];
  /** How long a message waits unread before it is dropped, in seconds. Default 60. */
  readonly expiryS?: number;
  /** How long a channel that nobody subscribes to stays a member of its groups, in seconds. Default 86,400. */
  readonly groupExpiryS?: number;
  /** The largest message, in bytes of msgpack. Default 2 MiB (L9 asks for at least 1 MB). */
  readonly maxMessageBytes?: number;
  /**
   * How long a process that says nothing counts as alive, in seconds: after a crash, those who were present in it are
   * gone after at most four thirds of it. Default 15.
   */
  readonly presenceLeaseS?: number;
  /** For how long changes of who is present are gathered before they are told, in milliseconds. Default 50. */
  readonly presenceBatchMs?: number;
  /**
   * For how long a device that has left still counts as present, in milliseconds: a person who is back within it, as
   * after a page was loaded again, was never gone for the others. Default 0.
   */
  readonly presenceLingerMs?: number;
  /** The clock of this process: milliseconds that only grow. For tests. */
  readonly now?: () => number;
}

/** The options with their defaults, checked. */
export interface ResolvedLayerOptions {
  readonly capacityOf: CapacityOf;
  readonly expiryMs: number;
  readonly groupExpiryMs: number;
  readonly maxMessageBytes: number;
  readonly presence: PresenceTimes;
  readonly now: () => number;
}

/** Fills in the defaults. Throws `LayerOptionInvalid`. */
export function resolveLayerOptions(options: LayerOptions): ResolvedLayerOptions {
  const { capacity = 100, channelCapacity = [], expiryS = 60, groupExpiryS = 86_400 } = options;
  const { maxMessageBytes = 2 * 1024 * 1024, now = () => performance.now() } = options;
  const { presenceLeaseS = 15, presenceBatchMs = 50, presenceLingerMs = 0 } = options;
  requirePositive("presenceLeaseS", presenceLeaseS);
  requirePositive("presenceBatchMs", presenceBatchMs);
  if (presenceLingerMs !== 0) requirePositive("presenceLingerMs", presenceLingerMs);
  requirePositive("expiryS", expiryS);
  requirePositive("groupExpiryS", groupExpiryS);
  requirePositive("maxMessageBytes", maxMessageBytes);
  return {
    capacityOf: compileCapacities(capacity, channelCapacity),
    expiryMs: expiryS * 1000,
    groupExpiryMs: groupExpiryS * 1000,
    maxMessageBytes,
    presence: { leaseMs: presenceLeaseS * 1000, batchMs: presenceBatchMs, lingerMs: presenceLingerMs },
    now,
  };
}

/** Throws `LayerOptionInvalid` unless `value` is a finite number above 0. */
export function requirePositive(option: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new LayerOptionInvalid({ option, problem: `must be a number above 0, is ${String(value)}` });
  }
}
