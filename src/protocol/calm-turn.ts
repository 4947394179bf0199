import { setImmediate } from "node:timers/promises";

/** A turn of the event loop this short has left nothing behind it, in milliseconds. */
const calmMs = 0.05;
const maxWaitMs = 200;

/**
 * Resolves right after a turn of the event loop in which next to nothing happened: connections that had arrived are
 * accepted by then, and hardly one can have come since. A listener that closes now resets none, where at any moment
 * under load it resets those that wait to be accepted.
 */
export async function calmTurn(): Promise<void> {
  const limit = performance.now() + maxWaitMs;
  for (let before = performance.now(); ;) {
    await setImmediate();
    const now = performance.now();
    if (now - before < calmMs || now > limit) return;
    before = performance.now();
  }
}
