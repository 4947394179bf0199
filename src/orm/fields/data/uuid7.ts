import { randomBytes } from "node:crypto";

let lastMs = 0;
/** Counts within a millisecond, in the 12 bits after the version. */
let count = 0;

/**
 * A new UUID of version 7 (RFC 9562): the time in milliseconds, then randomness. Those of one process are in order:
 * where the clock stands still or goes back, they count on from the last.
 */
export function uuid7(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Begins in the lower half, so that there is room to count.
    count = randomBytes(2).readUInt16BE() & 0x7ff;
  } else if (++count > 0xfff) {
    lastMs++;
    count = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const random = randomBytes(8);
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const rest = random.toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, "0")}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
