import type { MaybePromise } from "./backends/backend.js";

/**
 * The promise of what `work` gives, rejected where it throws. As an async function, but one that neither waits a turn
 * for what is there nor wraps the promise that is given.
 */
export function promised<T>(work: () => MaybePromise<T>): Promise<T> {
  try {
    const given = work();
    return given instanceof Promise ? given : Promise.resolve(given);
  } catch (thrown) {
    return rejected(thrown);
  }
}

async function rejected(thrown: unknown): Promise<never> {
  throw thrown;
}
