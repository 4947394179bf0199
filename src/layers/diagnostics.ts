import { channel } from "node:diagnostics_channel";

/** Published to `hotclub:layer:drop` when messages are lost. */
export interface LayerDrop {
  /** Which counter of `LayerCounters` counts it. */
  readonly kind: string;
  readonly count: number;
  readonly channel?: string;
  readonly group?: string;
}

/** Published to `hotclub:layer:state` when a layer loses its broker, and when it has it back. */
export interface LayerStateChange {
  readonly type: "layer.disconnected" | "layer.restored";
  readonly address: string;
  readonly reason?: string;
  readonly afterMs?: number;
}

export const dropChannel = channel("hotclub:layer:drop");
export const stateChannel = channel("hotclub:layer:state");
