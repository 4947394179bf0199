import type { GroupAddOptions, GroupAddress, GroupPosition, PresenceMeta } from "../layers/index.js";
import { HistoryMissing } from "./errors.js";

/** How a consumer joins a group. */
export interface JoinOptions<Meta = PresenceMeta> {
  /**
   * Shows this consumer to the others as present, with this about it, and tells it who else is there: in
   * `presence.changed`, which a `WebSocketConsumer` passes on to its client.
   */
  readonly presence?: Meta;
  /** Who it is, whatever the number of devices: a user's id. Default: each consumer is somebody of its own. */
  readonly person?: string;
  /**
   * Of a group that keeps its messages: gives it, before all others, the newest so many. A client that comes back gets
   * exactly what it missed instead, or is told that this was not possible. 0 gives a newcomer none. Default: nothing is
   * given or found again, not even to a client that comes back.
   */
  readonly history?: number;
}

/** What the layer is asked for. Throws `HistoryMissing`. */
export function groupAddOptions<Meta>(
  group: GroupAddress,
  { presence, person, history }: JoinOptions<Meta>,
  since: GroupPosition | undefined,
): GroupAddOptions | undefined {
  if (presence === undefined && history === undefined) return undefined;
  if (history !== undefined && group.history === undefined) throw new HistoryMissing({ group: group.label });
  return {
    ...(presence !== undefined && {
      presence: { meta: presence as PresenceMeta, ...(person !== undefined && { person }) },
    }),
    ...(history !== undefined &&
      group.history !== undefined && { history: group.history, last: history, ...(since && { since }) }),
  };
}
