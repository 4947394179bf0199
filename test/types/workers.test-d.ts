import { defineApp } from "hotclub/core";
import { group } from "hotclub/layers";
import { task, TaskConsumer, type TaskHandle, type TaskRun } from "hotclub/workers";
import { z } from "zod";

// Arguments and result are inferred from the function.
const add = task("types.add", { queue: "sums", retries: 2 }, async (run, args: { x: number; y: number }) => {
  const given: TaskRun = run;
  given.log.info("adding");
  return args.x + args.y;
});
const sum = await add.enqueue({ x: 1, y: 2 });
const handle: TaskHandle<number> = sum;
(await handle.result()).toFixed();
await add.enqueue({ x: 1, y: 2 }, { delayMs: 10 });
// @ts-expect-error: y is missing.
await add.enqueue({ x: 1 });
// @ts-expect-error: y is no text.
await add.enqueue({ x: 1, y: "2" });
// @ts-expect-error: the arguments are not optional.
await add.enqueue();
// @ts-expect-error: not an option.
await add.enqueue({ x: 1, y: 2 }, { delay: 10 });
(await add.enqueueMany([{ x: 1, y: 2 }])).map((handle) => handle.id);

// A task without arguments and without a result.
const tidy = task("types.tidy", {}, async () => {});
export const nothing: null = await (await tidy.enqueue()).result();
await tidy.enqueue(undefined, { runAt: new Date() });

// Optional arguments, and a synchronous function.
const greet = task("types.greet", {}, (_run, name?: string) => `Hello, ${name ?? "you"}`);
await greet.enqueue();
await greet.enqueue("Django");
// @ts-expect-error: no number.
await greet.enqueue(1);

// With a schema, what is enqueued is its input, and the function gets its output.
const post = task(
  "types.post",
  { args: z.object({ text: z.string(), times: z.number().default(1) }) },
  (_run, { text, times }) => text.repeat(times),
);
await post.enqueue({ text: "a" });
// @ts-expect-error: text is missing.
await post.enqueue({ times: 2 });

// The class form.
const imports = group("imports/:path").carries<{ "import.pause": { until: number } }>();

class ImportFile extends TaskConsumer<{ path: string }, number> {
  async run({ path }: { path: string }) {
    await this.join(imports({ path }));
    await this.progress({ share: 0.5 });
    return path.length;
  }
  "import.pause"(_message: { until: number }) {}
}
const importFile = task("types.import", { timeoutMs: 1000 }, ImportFile);
(await (await importFile.enqueue({ path: "a" })).result()).toFixed();
// @ts-expect-error: the class wants a path.
await importFile.enqueue({ file: "a" });

class Deaf extends TaskConsumer<{ path: string }> {
  async run({ path }: { path: string }) {
    // @ts-expect-error: it has no handler for what the group carries.
    await this.join(imports({ path }));
  }
}
task("types.deaf", {}, Deaf);

// What JSON does not carry is refused where the task is declared.
// @ts-expect-error: a Date.
task("types.date", {}, async (_run, _args: { when: Date }) => {});
// @ts-expect-error: a function.
task("types.function", {}, async (_run, _args: { call: () => void }) => {});
// @ts-expect-error: a bigint as the result.
task("types.bigint", {}, async () => 1n);
// @ts-expect-error: a Map inside the result.
task("types.map", {}, async () => ({ all: new Map<string, string>() }));
class WhenConsumer extends TaskConsumer<{ when: Date }> {
  run(_args: { when: Date }) {}
}
// @ts-expect-error: a Date.
task("types.when", {}, WhenConsumer);
// @ts-expect-error: not an option.
task("types.option", { retry: 3 }, async () => {});

// Tasks of all kinds belong to an app.
defineApp({ name: "types", tasks: [add, tidy, greet, post, importFile] });
