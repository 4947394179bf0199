import type { Message } from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";

/**
 * Tells a consumer in a worker when a layer is lost and when it is back. Two connections count: that of the worker, of
 * which it hears at once, and that of the process that keeps the consumer's memberships, which can say so only when
 * both are back. For the consumer they are one: it hears of the first loss and of the last return.
 */
export class LayerStates {
  readonly #post: (message: Message) => void;
  /** Resolves when everything that the other process had to say before has come. */
  readonly #confirm: () => Promise<unknown>;
  readonly #unwatch: () => void;
  /** Decided when it is a message's turn, because others may wait before it. */
  readonly #decisions = new WeakMap<Message, () => boolean>();
  #isLostHere = false;
  #isLostThere = false;

  constructor(layer: ChannelLayer, post: (message: Message) => void, confirm: () => Promise<unknown>) {
    this.#post = post;
    this.#confirm = confirm;
    this.#unwatch = layer.watch((message) => {
      if (message.type === "layer.disconnected") this.#tell({ ...message });
      else void this.#tellWhenConfirmed({ ...message });
    });
  }

  /** A message of the other process, on its way to the consumer. */
  takeFromThere(message: Message): void {
    const isLost = message.type === "layer.disconnected";
    this.#decisions.set(message, () => {
      const wasLost = this.#isLostThere;
      this.#isLostThere = isLost;
      return !this.#isLostHere && !(isLost && wasLost);
    });
  }

  /** Whether the consumer is to hear a message whose turn it is. */
  isNews(message: Message): boolean {
    return this.#decisions.get(message)?.() ?? true;
  }

  end(): void {
    this.#unwatch();
  }

  async #tellWhenConfirmed(message: Message): Promise<void> {
    try {
      await this.#confirm();
    } catch {
      // The connection is over, or another worker goes on with it.
      return;
    }
    this.#tell(message);
  }

  #tell(message: Message): void {
    const isLost = message.type === "layer.disconnected";
    this.#decisions.set(message, () => {
      const wasLost = this.#isLostHere;
      this.#isLostHere = isLost;
      return isLost !== wasLost && !this.#isLostThere;
    });
    this.#post(message);
  }
}
