import type { Message, Scope } from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";
import type { Forwarding } from "../broadcast/forwarding.js";
import type { ConsumerChannel } from "../consumer-channel.js";
import type { Origin } from "../mailbox.js";

/** A run of a consumer that can be moved to another process. */
export interface MovableRun {
  /** Has a message handled in its turn. */
  post(message: Message, origin: Origin): void;
  /** Settles when nothing waits and nothing runs; `undefined` when that is so now. */
  whenIdle(): Promise<void> | undefined;
  /** Handles nothing more. Resolves when what is being handled is done; what waited is forgotten. */
  release(): Promise<void>;
}

/**
 * Stands between a consumer that runs in a worker and the process that holds its connection. A scope carries it among
 * its extensions.
 */
export interface ConsumerHost {
  /** The consumer is there. */
  attached(run: MovableRun): void;
  /** It is a message's turn. Returns whether the consumer is to hear it. */
  began(message: Message, origin: Origin): boolean;
  /** The consumer is done with a message; `state` is what it keeps. */
  handled(message: Message, state: unknown): void;
  /** The name of the message that is being handled. */
  readonly messageKey: string;
  /** The consumer's channel on a layer, which lives in the process that holds the connection. */
  channelOn(layer: ChannelLayer, forwarding: Forwarding): ConsumerChannel;
}

/** The name of the extension. */
export const hostExtension = "hotclub.host";

/** The host in a scope's extensions, if it has one. */
export function hostOf(scope: Scope): ConsumerHost | undefined {
  if (!("extensions" in scope)) return undefined;
  return scope.extensions[hostExtension] as ConsumerHost | undefined;
}
