import type { Message, Scope, Send } from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";
import type { ConsumerChannel } from "../consumer-channel.js";
import { ConsumerRun } from "../consumer-run.js";
import type { ConsumerClass } from "../consumer.js";
import { released } from "../hooks.js";
import type { Origin } from "../mailbox.js";
import type { ConsumerServices } from "../services.js";
import type { ConsumerHost, MovableRun } from "./consumer-host.js";

/** A run whose connection is held by another process: tells its host what was handled, and can be moved. */
export class HostedRun extends ConsumerRun implements MovableRun {
  readonly #host: ConsumerHost;
  #isReleased = false;

  constructor(consumerClass: ConsumerClass, scope: Scope, send: Send, services: ConsumerServices, host: ConsumerHost) {
    super(consumerClass, scope, send, services);
    this.#host = host;
    host.attached(this);
  }

  override post(message: Message, origin: Origin): void {
    if (!this.#isReleased) super.post(message, origin);
  }

  override get messageKey(): string {
    return this.#host.messageKey;
  }

  override channelOn(layer: ChannelLayer): ConsumerChannel {
    return this.#host.channelOn(layer, this.forwarding);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.drop();
    await this.whenIdle();
    this.consumer[released]();
  }

  protected override handleNext(message: Message, origin: Origin): void | Promise<void> {
    if (!this.#host.began(message, origin)) return this.#handled(message);
    const handled = super.handleNext(message, origin);
    if (handled === undefined) return this.#handled(message);
    return handled.then(() => this.#handled(message));
  }

  #handled(message: Message): void {
    // Subclasses declare it; declared in `Consumer`, each would have to say `override`.
    this.#host.handled(message, (this.consumer as { readonly state?: unknown }).state);
  }
}
