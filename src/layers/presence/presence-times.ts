/** How presence keeps itself right. */
export interface PresenceTimes {
  /** How long a process that says nothing counts as alive. It renews its lease three times as often. */
  readonly leaseMs: number;
  /** For how long changes are gathered before they are told. */
  readonly batchMs: number;
  /** For how long somebody who has left still counts as present. */
  readonly lingerMs: number;
}
