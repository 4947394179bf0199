import { createScopeLogger, type Logger, type Message, type Scope, type Send } from "../core/index.js";
import {
  type ChannelLayer,
  channelLayers,
  type GroupAddress,
  type GroupJoined,
  type GroupMissed,
  type GroupPosition,
  type GroupRef,
  type PresenceChanged,
} from "../layers/index.js";
import type { ConsumerChannel, Logging } from "./consumer-channel.js";
import { ConsumerTimers } from "./consumer-timers.js";
import { arrived, failed, released } from "./hooks.js";
import { groupAddOptions, type JoinOptions } from "./join-options.js";
import type { Mailbox, Origin } from "./mailbox.js";
import type { Place } from "./placed-message.js";
import type { ConsumerServices } from "./services.js";

/** What a consumer is made with; a subclass that has a constructor passes it on to `super`. */
export interface ConsumerContext<S extends Scope = Scope> extends Mailbox {
  readonly scope: S;
  readonly send: Send;
  readonly services: ConsumerServices;
  /** The consumer's channel on a layer; asked for at most once for each. */
  channelOn(layer: ChannelLayer, owner: Logging): ConsumerChannel;
  /** Where the message of a group that was handled last stands in its history. */
  readonly place: Place | undefined;
  readonly messageKey: string;
}

/** A class of consumers for scopes of type `S`. */
export type ConsumerClass<S extends Scope = Scope> = new (context: ConsumerContext<S>) => Consumer<S>;

/** What a consumer must have to join a group that carries `Messages`: a handler named by each type. */
export type Handles<Messages> = {
  readonly [Type in keyof Messages & string]: (message: Messages[Type] & { readonly type: Type }) => unknown;
};

/**
 * Handles the messages of one scope (a request, a socket, a task run), one at a time and in order. A handler is a
 * method named by the type of its message: `async "chat.message"(message) { … }`. Messages come from the protocol
 * server, from the consumer's own channel and from the groups it joined.
 */
export abstract class Consumer<S extends Scope = Scope> {
  readonly scope: S;
  readonly #context: ConsumerContext<S>;
  /** One on each layer that this consumer uses; most use none or one. */
  #channels: ConsumerChannel[] | undefined;
  #timers: ConsumerTimers | undefined;
  #log: Logger | undefined;
  #abort: AbortController | undefined;
  #isOver = false;

  constructor(context: ConsumerContext<S>) {
    this.scope = context.scope;
    this.#context = context;
  }

  /** Sends a protocol message to the other side. The subclasses have friendlier ways. */
  protected send(message: Message): void | Promise<void> {
    return this.#context.send(message);
  }

  protected get services(): ConsumerServices {
    return this.#context.services;
  }

  protected get mailbox(): Mailbox {
    return this.#context;
  }

  /** Logs with this scope's request id. */
  get log(): Logger {
    return (this.#log ??= createScopeLogger(this.scope.requestId));
  }

  /** Aborted when the other side has gone: hand it to what takes long. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isOver) this.#abort.abort();
    return this.#abort.signal;
  }

  /** The channel layer called `default`. Throws `LayerNotConfigured`. */
  get layer(): ChannelLayer {
    return channelLayers.require();
  }

  /**
   * The name of this consumer's own channel, for messages to it alone: `layer.send(name, { type: "chat.kick" })`.
   * It is opened at the first call; the promise resolves when messages can come.
   */
  openChannel(): Promise<string> {
    return this.#channelOn(this.layer).open();
  }

  /**
   * Joins a group: from now on its messages are handled by the methods named by their types, which the compiler
   * demands. Resolves when every later message of the group will come. Ends by itself with the scope. Rejects with
   * `HistoryMissing` where `history` is asked of a group that keeps none.
   */
  async join<Messages extends object, Meta>(
    this: this & Handles<Messages>,
    group: GroupRef<Messages, Meta>,
    options: JoinOptions<Meta> = {},
  ): Promise<void> {
    const wanted = groupAddOptions(group, options, options.history === undefined ? undefined : this.cameFrom(group));
    await this.#channelOn(group.layer).join(group.name, wanted);
  }

  /** Where the other side was in a group's history when it was here last. */
  protected cameFrom(_group: GroupAddress): GroupPosition | undefined {
    return undefined;
  }

  /** Where the message of a group that was handled last stands in its history. */
  protected get place(): Place | undefined {
    return this.#context.place;
  }

  /**
   * A name for the message that is being handled: no other has it, and it keeps it when it is handled again because the
   * worker that ran this consumer has died. With it as the idempotency key, what is sent to a group is sent once:
   * `room.send(type, message, { idempotencyKey: this.messageKey })`; add something of your own where one handler sends
   * several. At most 60 characters. To be asked in a handler.
   */
  protected get messageKey(): string {
    return this.#context.messageKey;
  }

  /** A group was joined with `history`: what follows are the messages from the next offset on. */
  "layer.joined"(_message: GroupJoined): void | Promise<void> {}

  /** Messages of a group with history were lost for good. */
  "layer.missed"(_message: GroupMissed): void | Promise<void> {}

  /** Who is present in a group that was joined with `presence`, and who comes and goes. */
  "presence.changed"(_message: PresenceChanged): void | Promise<void> {}

  /** Leaves a group; no error when it was not a member. */
  async leave(group: GroupAddress): Promise<void> {
    await this.#channelOn(group.layer).leave(group.name);
  }

  /**
   * Does `work` again and again, every `intervalMs` milliseconds, until the scope ends. What it throws is logged, and a
   * turn is left out while the one before it runs.
   */
  protected every(intervalMs: number, work: () => unknown): void {
    if (this.#isOver) return;
    (this.#timers ??= new ConsumerTimers(this.log)).every(intervalMs, work);
  }

  #channelOn(layer: ChannelLayer): ConsumerChannel {
    this.#channels ??= [];
    let channel = this.#channels.find((candidate) => candidate.layer === layer);
    if (channel === undefined) this.#channels.push((channel = this.#context.channelOn(layer, this)));
    if (this.#isOver) channel.refuse();
    return channel;
  }

  /** The other side has gone: what runs is told at once; groups deliver nothing any more. */
  protected announceEnd(): void {
    this.#isOver = true;
    this.#timers?.stop();
    this.#abort?.abort();
    const dropped = this.mailbox.drop("layer");
    if (dropped > 0) this.log.debug({ dropped }, "messages of groups were dropped: the client has gone");
  }

  /** Leaves all groups and gives up its channels, where there are any. */
  protected releaseChannel(): void | Promise<void> {
    this.#isOver = true;
    this.#timers?.stop();
    const channels = this.#channels;
    if (channels === undefined) return;
    return Promise.all(channels.map((channel) => channel.close())).then(() => undefined);
  }

  [arrived](message: Message): void | Promise<void> {
    this.mailbox.post(message, "protocol");
  }

  /** Another process goes on with this scope: what runs beside the handlers ends. */
  [released](): void {
    this.#isOver = true;
    this.#timers?.stop();
    this.#abort?.abort();
  }

  /** What happens to an error of a handler; subclasses answer the client. */
  [failed](error: Error, message: Message, _origin: Origin): void | Promise<void> {
    this.log.error({ err: error, type: message.type }, "a consumer failed");
  }
}
