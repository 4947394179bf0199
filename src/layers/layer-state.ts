import { getLogger } from "../core/index.js";

/** `idle`: not connected yet. `disconnected`: the broker was lost and is being tried again. */
export type LayerState = "idle" | "connected" | "disconnected" | "closed";

/** The connection was lost: messages are missed from now on, and sending fails. */
export interface LayerDisconnected {
  readonly type: "layer.disconnected";
  readonly reason: string;
}

/** The connection is back and every subscription stands again. What groups sent in between was missed. */
export interface LayerRestored {
  readonly type: "layer.restored";
  /** How long it was gone. */
  readonly afterMs: number;
}

/** Called, with a message, when a layer loses its broker and when it has it back. Must not throw. */
export type LayerStateListener = (message: LayerDisconnected | LayerRestored) => void;

/** The listeners of one layer. */
export class LayerWatchers {
  readonly #listeners = new Set<LayerStateListener>();

  /** Adds `listener`; returns what removes it. */
  add(listener: LayerStateListener): () => void {
    // A wrapper of its own, so that a listener added twice is called twice and removed once.
    const entry: LayerStateListener = (message) => listener(message);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Calls every listener; one that throws does not keep the others from hearing. */
  tell(message: LayerDisconnected | LayerRestored): void {
    for (const listener of this.#listeners) {
      try {
        listener(message);
      } catch (error) {
        getLogger().error({ err: error, type: message.type }, "channel layer: a listener failed");
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
