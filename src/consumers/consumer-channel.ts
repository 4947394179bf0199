import type { Logger } from "../core/index.js";
import type { ChannelLayer, GroupAddOptions } from "../layers/index.js";

/** Has a log, made when somebody writes to it: there are as many as sockets. */
export interface Logging {
  readonly log: Logger;
}

/** A consumer's own channel on one layer, and the groups it is a member of. Made only for consumers that need one. */
export interface ConsumerChannel {
  readonly layer: ChannelLayer;
  /** Opens the channel, where it is not open; gives its name. Rejects with `ClientGone` after the scope's end. */
  open(): Promise<string>;
  /** Becomes a member. Resolves when every later message of the group will come. Rejects as `open`. */
  join(group: string, options?: GroupAddOptions): Promise<void>;
  /** Ends a membership; no error when there is none. */
  leave(group: string): Promise<void>;
  /** Nothing can be joined any more. */
  refuse(): void;
  /** Leaves all groups and gives the channel up. Never rejects. */
  close(): Promise<void>;
}
