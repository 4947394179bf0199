import type { ChannelLayer, LayerOptions } from "hotclub/layers";
import { afterEach } from "vitest";

/** Two layers, as two processes have them. An engine of one process gives the same layer twice. */
export interface LayerPair {
  readonly a: ChannelLayer;
  readonly b: ChannelLayer;
  /** Lets time pass, for the layers and for their broker. */
  readonly advance: (ms: number) => Promise<void>;
}

/** One engine under the contract. */
export interface LayerEngine {
  readonly name: string;
  /** Whether a group and a channel may live on different servers, which know nothing of each other's order. */
  readonly isSpread?: boolean;
  open(options?: LayerOptions): Promise<LayerPair>;
}

/** Opens layers for a describe block, and closes them after each of its tests. */
export function opener(engine: LayerEngine): LayerEngine["open"] {
  const opened: LayerPair[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).flatMap(({ a, b }) => [a.close(), b.close()]));
  });
  return async (options) => {
    const pair = await engine.open(options);
    opened.push(pair);
    return pair;
  };
}
