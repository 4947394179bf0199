import { atomic } from "../../orm/index.js";

/** Does `work` in a transaction whose changes stay only if `isDone` says so of what it gave. Gives that in any case. */
export async function allOrNothing<T>(work: () => Promise<T>, isDone: (result: T) => boolean): Promise<T> {
  const undone: { result?: { readonly value: T } } = {};
  try {
    return await atomic(async () => {
      const value = await work();
      if (isDone(value)) return value;
      undone.result = { value };
      throw new Undone();
    });
  } catch (thrown) {
    if (thrown instanceof Undone && undone.result !== undefined) return undone.result.value;
    throw thrown;
  }
}

/** Takes a transaction back, and goes no further. */
class Undone extends Error {}
