import { randomUUID } from "node:crypto";

import { type Handler, type Message, runWithLogContext, type Scope, type Send, toError } from "../core/index.js";
import type { ChannelLayer } from "../layers/index.js";
import { openConsumerChannel, topicsOf } from "./broadcast/consumer-forwarding.js";
import { type Forwarding, forwardingOf } from "./broadcast/forwarding.js";
import type { ConsumerChannel, Logging } from "./consumer-channel.js";
import type { Consumer, ConsumerClass } from "./consumer.js";
import { NoHandler } from "./errors.js";
import { arrived, failed } from "./hooks.js";
import { layerTypes } from "./layer-types.js";
import { Mailbox, type Origin } from "./mailbox.js";
import { type Place, placeOf } from "./placed-message.js";
import type { ConsumerServices } from "./services.js";

type MessageHandler = (this: Consumer, message: Message) => unknown;

/** One scope and the consumer that handles it: what the server talks to, and the mailbox in between. */
export class ConsumerRun<S extends Scope = Scope> extends Mailbox implements Handler {
  readonly scope: S;
  readonly send: Send;
  readonly services: ConsumerServices;
  protected readonly consumer: Consumer;
  /** Where the message of a group that was handled last stands in its history. */
  place: Place | undefined;
  readonly #layerTypes: ReadonlySet<string>;
  #id: string | undefined;
  /** How many messages were handled. */
  #count = 0;

  constructor(consumerClass: ConsumerClass<S>, scope: S, send: Send, services: ConsumerServices) {
    super();
    this.scope = scope;
    this.send = send;
    this.services = services;
    this.consumer = new consumerClass(this);
    this.#layerTypes = layerTypes(this.consumer);
  }

  handle(message: Message): void | Promise<void> {
    return this.consumer[arrived](message);
  }

  channelOn(layer: ChannelLayer, owner: Logging): ConsumerChannel {
    const { forwarding } = this;
    // To ask a scope what its server can do makes an object for each socket.
    const topics = forwarding.types.size === 0 ? undefined : topicsOf(this.scope);
    return openConsumerChannel(layer, this, owner, topics, forwarding);
  }

  /** A name for the message that is being handled, which it keeps when another process handles it again. */
  get messageKey(): string {
    this.#id ??= randomUUID();
    return `${this.#id}.${this.#count}`;
  }

  /** What the consumer does with the messages of its groups. */
  protected get forwarding(): Forwarding {
    return forwardingOf(this.consumer, this.#layerTypes);
  }

  protected override handleNext(message: Message, origin: Origin): void | Promise<void> {
    // What handlers log and enqueue, however far from the consumer, carries the id of its request.
    if (this.services.tracksRequests) return runWithLogContext(this.scope, () => this.#dispatch(message, origin));
    return this.#dispatch(message, origin);
  }

  #dispatch(message: Message, origin: Origin): void | Promise<void> {
    this.#count++;
    try {
      const handled = this.#handlerOf(message, origin).call(this.consumer, message);
      if (handled instanceof Promise) return handled.then(nothing, (thrown) => this.#fail(thrown, message, origin));
    } catch (thrown) {
      return this.#fail(thrown, message, origin);
    }
  }

  #handlerOf(message: Message, origin: Origin): MessageHandler {
    const { type } = message;
    if (origin === "layer") {
      // The consumer need not declare both.
      if ((type === "layer.disconnected" || type === "layer.restored") && !this.#layerTypes.has(type)) return nothing;
      this.place = placeOf(message);
    }
    // A message that came over the layer may reach only what the class declares for it (a handler named by a dotted
    // type), never a method of the base classes.
    const handler =
      origin === "protocol" || this.#layerTypes.has(type)
        ? (this.consumer as unknown as Record<string, unknown>)[type]
        : undefined;
    if (typeof handler === "function") return handler as MessageHandler;
    throw new NoHandler({ consumer: this.consumer.constructor.name, type });
  }

  async #fail(thrown: unknown, message: Message, origin: Origin): Promise<void> {
    const error = toError(thrown);
    try {
      await this.consumer[failed](error, message, origin);
    } catch (second) {
      this.consumer.log.error({ err: toError(second), cause: error }, "a consumer failed while it handled an error");
    }
  }
}

function nothing(): void {}
