import { LayerNotConfigured } from "./errors.js";
import type { ChannelLayer } from "./layer.js";

/** The layers of a process, by alias. The one called `default` is used where none is named. */
export class ChannelLayers {
  readonly #layers = new Map<string, ChannelLayer | (() => ChannelLayer)>();

  /**
   * Gives `alias` to a layer, or to a function that makes one when it is first asked for (R1). Returns the layer that
   * had the alias, if one was made (R4); it stays open.
   */
  set(alias: string, layer: ChannelLayer | (() => ChannelLayer)): ChannelLayer | undefined {
    const previous = this.#layers.get(alias);
    this.#layers.set(alias, layer);
    return typeof previous === "function" ? undefined : previous;
  }

  /** The layer called `alias`, or `undefined` (R2). What its function throws is thrown here, unchanged (X13). */
  get(alias = "default"): ChannelLayer | undefined {
    const layer = this.#layers.get(alias);
    if (typeof layer !== "function") return layer;
    const made = layer();
    this.#layers.set(alias, made);
    return made;
  }

  /** As `get`, but throws `LayerNotConfigured` where there is none. */
  require(alias = "default"): ChannelLayer {
    const layer = this.get(alias);
    if (layer === undefined) throw new LayerNotConfigured({ alias });
    return layer;
  }

  /** What a layer is called here; `undefined` for one that has no alias. */
  aliasOf(layer: ChannelLayer): string | undefined {
    for (const [alias, candidate] of this.#layers) if (candidate === layer) return alias;
    return undefined;
  }

  /** Takes the alias away. Returns the layer that had it, if one was made; it stays open. */
  remove(alias: string): ChannelLayer | undefined {
    const layer = this.#layers.get(alias);
    this.#layers.delete(alias);
    return typeof layer === "function" ? undefined : layer;
  }

  /** Closes every layer that was made and forgets all of them. */
  async closeAll(): Promise<void> {
    const layers = [...this.#layers.values()].filter((layer) => typeof layer !== "function");
    this.#layers.clear();
    await Promise.all(layers.map((layer) => layer.close()));
  }
}

/** The layers of this process. */
export const channelLayers = new ChannelLayers();

/** The layer called `alias` (default `default`), or `undefined` where none is set. */
export function getChannelLayer(alias?: string): ChannelLayer | undefined {
  return channelLayers.get(alias);
}
