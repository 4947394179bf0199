import { randomUUID } from "node:crypto";

/**
 * A new UUID of version 7 (RFC 9562 §5.7): unique everywhere, and ordered by time, which keeps the index of a database
 * queue compact.
 */
export function newTaskId(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
