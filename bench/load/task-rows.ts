import { type Row, repeat } from "./rows.js";

/** What enqueues and runs the same tasks, each in its own way. */
export interface TaskContender {
  enqueue(n: number): Promise<unknown>;
  enqueueMany(numbers: readonly number[]): Promise<unknown>;
  /** Starts a worker that runs 50 tasks at once and calls `onDone` for each; gives what stops it. */
  work(onDone: () => void): Promise<() => Promise<unknown>>;
  /** Forgets all tasks. */
  clear(): Promise<unknown>;
}

const concurrency = 50;
const batch = Array.from({ length: 1000 }, (_, n) => n);

/** Tasks of one drain: enqueued together, then run. */
const drainSize = 5000;

/** The rows that every contender does. */
export function taskRows(contender: TaskContender): Readonly<Record<string, Row>> {
  return {
    async enqueue(seconds) {
      await contender.clear();
      return repeat(seconds, concurrency, async () => {
        await contender.enqueue(1);
        return 1;
      });
    },
    async enqueueMany(seconds) {
      await contender.clear();
      return repeat(seconds, 1, async () => {
        await contender.enqueueMany(batch);
        return batch.length;
      });
    },
    async endToEnd(seconds) {
      await contender.clear();
      return repeat(seconds, 1, () => drain(contender));
    },
  };
}

async function drain(contender: TaskContender): Promise<number> {
  for (let sent = 0; sent < drainSize; sent += batch.length) await contender.enqueueMany(batch);
  let left = drainSize;
  let onLast = (): void => {};
  const last = new Promise<void>((resolve) => (onLast = resolve));
  const stop = await contender.work(() => {
    left -= 1;
    if (left === 0) onLast();
  });
  await last;
  await stop();
  return drainSize;
}
