import type { Message } from "../../core/index.js";
import type { GroupPosition } from "./group-position.js";

/** Delivered to a channel that joined a group with history, before the messages that it missed. */
export interface GroupJoined extends Message {
  readonly type: "layer.joined";
  readonly group: string;
  readonly epoch: string;
  /** The first message that follows has the next one. */
  readonly offset: number;
  /** Whether what follows is exactly what was missed since the position that was given with the join. */
  readonly recovered: boolean;
}

/** Delivered to a member of a group with history: some messages before this are lost for good. */
export interface GroupMissed extends Message {
  readonly type: "layer.missed";
  readonly group: string;
  readonly epoch: string;
  /** The first message that follows has the next one. */
  readonly offset: number;
}

export function joined(group: string, { epoch, offset }: GroupPosition, recovered: boolean): GroupJoined {
  return Object.freeze({ type: "layer.joined", group, epoch, offset, recovered });
}

export function missed(group: string, { epoch, offset }: GroupPosition): GroupMissed {
  return Object.freeze({ type: "layer.missed", group, epoch, offset });
}
