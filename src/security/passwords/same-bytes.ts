import { timingSafeEqual } from "node:crypto";

/** Whether two hashes are equal, in a time that says nothing of where they differ. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
