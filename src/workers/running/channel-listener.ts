import {
  type ChannelRoute,
  type ConsumerClass,
  ConsumerRun,
  type ConsumerServices,
  type Middleware,
  wrap,
} from "../../consumers/index.js";
import { type ChannelScope, getLogger, isProtocolType, type Message } from "../../core/index.js";
import { channelLayers, type Unsubscribe } from "../../layers/index.js";
import { newTaskId } from "../tasks/task-id.js";

/**
 * Hands the messages of a named channel to one consumer, one at a time: each message goes to one process of those that
 * listen, and is handled in its turn there.
 */
export class ChannelListener {
  readonly channel: string;
  readonly #unsubscribe: Unsubscribe;
  readonly #whenIdle: () => Promise<void> | undefined;

  private constructor(channel: string, unsubscribe: Unsubscribe, whenIdle: () => Promise<void> | undefined) {
    this.channel = channel;
    this.#unsubscribe = unsubscribe;
    this.#whenIdle = whenIdle;
  }

  /** Resolves when messages can come. */
  static async open(
    { channel, consumer }: ChannelRoute,
    services: ConsumerServices,
    middleware: readonly Middleware[],
  ): Promise<ChannelListener> {
    const consumerClass = consumer as unknown as ConsumerClass<ChannelScope>;
    let run: ConsumerRun<ChannelScope> | undefined;
    const application = wrap(
      (scope, send) => (run = new ConsumerRun(consumerClass, scope as ChannelScope, send, services)),
      middleware,
    );
    const scope: ChannelScope = { type: "channel", channel, requestId: newTaskId(), state: {} };
    const handler = application(scope, refuseToSend);
    const whenIdle = () => run?.whenIdle();
    const unsubscribe = await channelLayers.require().subscribe(channel, (message) => {
      if (!handles(consumerClass, message.type)) {
        return getLogger().warn({ channel, type: message.type }, `${consumerClass.name} has no handler for a message`);
      }
      void handler.handle(message);
      return whenIdle();
    });
    return new ChannelListener(channel, unsubscribe, whenIdle);
  }

  /** Takes no more messages. Resolves when those that were taken are handled. */
  async stop(): Promise<void> {
    await this.#unsubscribe();
    await this.#whenIdle();
  }
}

/** Whether a message of the layer may reach this class: only handlers named by a dotted type that is no protocol's. */
function handles(consumerClass: { readonly prototype: object }, type: string): boolean {
  if (!type.includes(".") || isProtocolType(type)) return false;
  return typeof (consumerClass.prototype as Record<string, unknown>)[type] === "function";
}

function refuseToSend(message: Message): void {
  getLogger().warn({ type: message.type }, "a consumer of a named channel has no client to send to");
}
