import type { LayerCounters } from "./layer-counters.js";

/** What one process says of itself. */
export interface ProcessReport {
  readonly processId: string;
  readonly pid: number;
  readonly host: string;
  /** The groups that have members in it, the largest first; at most `maxReportedGroups`. */
  readonly groups: readonly { readonly name: string; readonly members: number }[];
  /** How many groups there are. */
  readonly groupCount: number;
  /** How many channels have a receiver in it. */
  readonly channels: number;
  /** How many messages wait for their receivers in it. */
  readonly waiting: number;
  readonly counters: LayerCounters;
}

/** What is going on in a layer, over all processes. */
export interface LayerReport {
  readonly processes: readonly ProcessReport[];
  /** Named channels in which messages wait at the broker. */
  readonly pending: readonly { readonly channel: string; readonly messages: number }[];
}

export const maxReportedGroups = 500;
