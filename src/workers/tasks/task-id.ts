import { randomFillSync } from "node:crypto";

/** Crockford's base 32, whose order is that of the characters. */
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Every two digits: ten bits at a time. */
const pairs = Array.from({ length: 1024 }, (_, bits) => digits.charAt(bits >> 5) + digits.charAt(bits & 31));

/** Random numbers are drawn many at once; one by one they cost more than all the rest. */
const pool = new Uint16Array(1024);
let unused = 0;

let lastMs = -1;
let lastPrefix = "";
/** Twenty bits that count up within a millisecond, from a random start in their lower half. */
let count = 0;

/**
 * A new ULID (github.com/ulid/spec): 26 letters and digits, unique everywhere (80 bits in each millisecond, 79 of them random at first) and
 * ordered by time, those of one process also within a millisecond. Shorter than a UUID, of which a queue in Redis keeps several copies for each task.
 */
export function newTaskId(now: number = Date.now()): string {
  if (now !== lastMs) {
    lastMs = now;
    lastPrefix = timePrefix(now);
    count = randomBits() + 1024 * (randomBits() >> 1);
  } else {
    count = (count + 1) & 0xf_ffff;
  }
  let id = lastPrefix + (pairs[count >> 10] ?? "") + (pairs[count & 1023] ?? "");
  for (let index = 0; index < 6; index += 1) id += pairs[randomBits()] ?? "";
  return id;
}

function timePrefix(now: number): string {
  let prefix = "";
  for (let rest = now, index = 0; index < 10; index += 1) {
    prefix = digits.charAt(rest % 32) + prefix;
    rest = Math.floor(rest / 32);
  }
  return prefix;
}

/** Ten of them. */
function randomBits(): number {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused -= 1;
  return (pool[unused] ?? 0) & 1023;
}
