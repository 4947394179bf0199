// The tasks of threads.test.ts, which a thread loads as they are: so it uses the build, as that test does.
import { threadId } from "node:worker_threads";

import { task, TaskConsumer } from "../../dist/workers/index.js";

const thread = import.meta.url;

export class Busy extends Error {}

/** Computes without a pause. */
function compute(ms) {
  for (const end = performance.now() + ms; performance.now() < end;) Math.sqrt(end);
}

export const add = task("add", { thread }, (_run, { x, y }) => ({ sum: x + y, isElsewhere: threadId !== 0 }));

export class Doubling extends TaskConsumer {
  run(n) {
    return n * 2 + (this.attempt - 1);
  }
}
export const double = task("double", { thread }, Doubling);

export const fail = task("fail", { thread }, () => {
  throw Object.assign(new RangeError("too long", { cause: new Error("the reason") }), { code: "ERR_TOO_LONG" });
});

export const picky = task(
  "picky",
  { thread, retries: 5, backoff: 3_600_000, retryIf: (error) => error instanceof Busy && 1 },
  (run) => {
    if (run.attempt < 3) throw new Busy("busy");
    return run.attempt;
  },
);

export const schema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => (typeof value === "string" ? { value: Number(value) } : { issues: [{ message: "no text" }] }),
  },
};
export const parsed = task("parsed", { thread, args: schema }, (_run, n) => n + 1);

/** Reports more than anybody keeps, without waiting. */
export const report = task("report", { thread }, async (run, count) => {
  run.log.info({ count }, "it begins");
  await run.progress({ done: 0 });
  for (let done = 1; done <= count; done += 1) void run.progress({ done });
});

/** Ends when it is asked to. */
export const polite = task("polite", { thread, retries: 3, backoff: 1 }, async (run) => {
  if (run.attempt > 1) return `attempt ${run.attempt}`;
  await run.progress("begun");
  await new Promise((resolve) => run.signal.addEventListener("abort", resolve));
  throw run.signal.reason;
});

/** Never ends, and hears nothing. */
export const deaf = task("deaf", { thread }, async (run) => {
  if (run.attempt > 1) return `attempt ${run.attempt}`;
  await run.progress("begun");
  return compute(600_000);
});

export const deafWithLimit = task("deafWithLimit", { thread, timeoutMs: 50 }, () => compute(600_000));

export const leave = task("leave", { thread }, () => process.exit(7));

export const which = task("which", { thread }, (_run, ms) => {
  compute(ms);
  return threadId;
});

export const elsewhere = task("elsewhere", { thread: new URL("../../dist/core/index.js", import.meta.url) }, () => {});

/** Uses what the process lends. */
export const borrow = task("borrow", { thread }, async (run) => {
  const guest = await run.guest;
  const refusal = await Promise.resolve()
    .then(() => guest.save())
    .catch((error) => error.code);
  const failure = await guest.may("fail").catch((error) => `${error.name}: ${error.message}`);
  return { name: guest.name, since: guest.since.getTime(), may: await guest.may("dance"), refusal, failure };
});
