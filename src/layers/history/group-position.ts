/**
 * How far a group with history has come. Offsets count its messages from 1, without holes; they mean nothing in another
 * epoch, which begins when the history was lost: then nobody can say what somebody missed.
 */
export interface GroupPosition {
  readonly epoch: string;
  readonly offset: number;
}

/** Where a message stands in the history of its group. */
export interface MessagePosition extends GroupPosition {
  readonly group: string;
}
