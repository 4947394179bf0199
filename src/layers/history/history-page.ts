import type { Message } from "../../core/index.js";
import type { GroupPosition, MessagePosition } from "./group-position.js";

/** A message of a group with history. */
export interface Publication {
  readonly message: Message;
  readonly at: MessagePosition;
}

/** Some of a group's history: its newest messages up to `end`, in order and without holes. */
export interface HistoryPage {
  readonly end: GroupPosition;
  /** Whether they are everything after the position that was asked for. */
  readonly isWhole: boolean;
  readonly publications: readonly Publication[];
}

/**
 * Reads everything that came after `since`; where that is not there any more, or nothing was given, the newest `last`.
 * `isProven`: that `since` was published is sure. A history that does not reach it has then lost something, and a new
 * epoch begins.
 */
export type ReadHistory = (since: GroupPosition | undefined, last: number, isProven: boolean) => Promise<HistoryPage>;
