/**
 * What travels over a group's pub/sub channel beside plain messages. No msgpack and no JSON begins with `c1`; `c1 01` is
 * an encrypted message.
 *
 * - `c1 02`, epoch, `:`, offset, `:`, and the bytes of a message that is in the group's history;
 * - `c1 03`, epoch, `:`, version, `:`, and a change of who is present.
 */
export interface GroupFrame {
  readonly kind: "publication" | "presence";
  readonly epoch: string;
  /** The offset of a message, the version of a change. */
  readonly number: number;
  readonly body: Buffer;
}

const mark = 0xc1;
const kinds: Readonly<Record<number, GroupFrame["kind"]>> = { 2: "publication", 3: "presence" };
const colon = 0x3a;

/** Reads a frame; `undefined` for a plain or encrypted message, `"broken"` for what only looks like a frame. */
export function readGroupFrame(payload: Buffer): GroupFrame | "broken" | undefined {
  const kind = payload[0] === mark ? kinds[payload[1] ?? 0] : undefined;
  if (kind === undefined) return undefined;
  const first = payload.indexOf(colon, 2);
  const second = payload.indexOf(colon, first + 1);
  const number = Number(payload.toString("latin1", first + 1, second));
  if (first < 0 || second < 0 || !Number.isSafeInteger(number)) return "broken";
  return { kind, epoch: payload.toString("latin1", 2, first), number, body: payload.subarray(second + 1) };
}
