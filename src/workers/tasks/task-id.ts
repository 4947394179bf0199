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

/**
 * A new ULID (github.com/ulid/spec): 26 letters and digits, unique everywhere (80 random bits in each millisecond) and
 * ordered by time. Shorter than a UUID, of which a queue in Redis keeps several copies for each task.
 */
export function newTaskId(now: number = Date.now()): string {
  if (now !== lastMs) {
    lastMs = now;
    lastPrefix = timePrefix(now);
  }
  let id = lastPrefix;
  for (let index = 0; index < 8; index += 1) id += randomPair();
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

function randomPair(): string {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused -= 1;
  return pairs[(pool[unused] ?? 0) & 1023] ?? "";
}
