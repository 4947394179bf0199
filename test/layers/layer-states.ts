import type { ChannelLayer, LayerState } from "hotclub/layers";

/** Resolves when the layer is in `state`. */
export function untilState(layer: ChannelLayer, state: LayerState): Promise<void> {
  return new Promise((resolve) => {
    if (layer.state === state) return resolve();
    const stop = layer.watch(() => {
      if (layer.state !== state) return;
      stop();
      resolve();
    });
  });
}
