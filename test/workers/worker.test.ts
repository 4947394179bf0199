import { Writable } from "node:stream";

import { channel, ChannelConsumer, include, type Middleware } from "hotclub/consumers";
import { createLogger, runWithLogContext, setLogger, type Message } from "hotclub/core";
import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { ImmediateTaskBackend, runWorker, task, taskBackends, type Worker, type WorkerOptions } from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { deferred } from "../deferred.js";

const workers: Worker[] = [];
const lines: Record<string, unknown>[] = [];
let restoreLogger = () => {};

beforeEach(() => {
  channelLayers.set("default", new MemoryChannelLayer());
  taskBackends.set("default", new ImmediateTaskBackend());
  const previous = setLogger(createLogger({ level: "debug", destination: new Writable({ write: keepLine }) }));
  restoreLogger = () => void setLogger(previous);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close({ timeoutMs: 100 });
  await channelLayers.closeAll();
  await taskBackends.closeAll();
  restoreLogger();
  lines.length = 0;
});

async function work(options: WorkerOptions): Promise<Worker> {
  const worker = await runWorker(options);
  workers.push(worker);
  return worker;
}

function keepLine(line: Buffer, _encoding: string, done: () => void): void {
  lines.push(JSON.parse(String(line)) as Record<string, unknown>);
  done();
}

/** Collects what it handles, and holds on to a message until `release`. */
function thumbnailer() {
  const seen: unknown[] = [];
  const release = deferred<void>();
  const last = deferred<void>();
  class Thumbnailer extends ChannelConsumer {
    count = 0;
    async "image.resize"({ id }: Message) {
      seen.push(`begin ${String(id)}`);
      if (this.count === 0) await release.promise;
      this.count += 1;
      seen.push(`end ${String(id)}`);
    }
    "image.fail"() {
      throw new Error("no such image");
    }
    "image.last"() {
      seen.push(this.count);
      last.resolve();
    }
    notDotted() {
      seen.push("a method that is no handler");
    }
  }
  return { Thumbnailer, seen, release, last };
}

describe("named channels", () => {
  test("one consumer handles the messages of a channel, one after the other", async () => {
    const { Thumbnailer, seen, release, last } = thumbnailer();
    const worker = await work({ routes: [include("/media/", [channel("thumbnails", Thumbnailer)])] });
    expect(worker.channels).toEqual(["thumbnails"]);
    const layer = channelLayers.require();
    for (const id of [1, 2]) await layer.send("thumbnails", { type: "image.resize", id });
    await layer.send("thumbnails", { type: "image.last" });
    release.resolve();
    await last.promise;
    expect(seen).toEqual(["begin 1", "end 1", "begin 2", "end 2", 2]);
  });

  test("a message without a handler is logged, one that fails too, and the next is handled", async () => {
    const { Thumbnailer, seen, last } = thumbnailer();
    await work({ routes: [channel("thumbnails", Thumbnailer)] });
    const layer = channelLayers.require();
    for (const type of ["image.unknown", "notDotted", "image.fail", "image.last"])
      await layer.send("thumbnails", { type });
    await last.promise;
    expect(seen).toEqual([0]);
    expect(lines).toMatchObject([
      { level: 40, channel: "thumbnails", type: "image.unknown", msg: "Thumbnailer has no handler for a message" },
      { level: 40, type: "notDotted" },
      { level: 50, type: "image.fail", err: { message: "no such image" } },
    ]);
  });

  test("of two workers, one gets each message", async () => {
    const [a, b] = [thumbnailer(), thumbnailer()];
    a.release.resolve();
    b.release.resolve();
    await work({ routes: [channel("thumbnails", a.Thumbnailer)] });
    await work({ routes: [channel("thumbnails", b.Thumbnailer)] });
    const layer = channelLayers.require();
    for (let id = 0; id < 20; id += 1) await layer.send("thumbnails", { type: "image.resize", id });
    while (a.seen.length + b.seen.length < 40) await new Promise(setImmediate);
    const ended = [...a.seen, ...b.seen].filter((line) => String(line).startsWith("end"));
    expect(new Set(ended).size).toBe(20);
  });

  test("a worker that is closed ends the message in hand", async () => {
    const { Thumbnailer, seen, release } = thumbnailer();
    const worker = await work({ routes: [channel("thumbnails", Thumbnailer)] });
    const layer = channelLayers.require();
    await layer.send("thumbnails", { type: "image.resize", id: 1 });
    while (seen.length === 0) await new Promise(setImmediate);
    const closing = worker.close();
    release.resolve();
    await closing;
    expect(seen).toEqual(["begin 1", "end 1"]);
  });

  test("middleware wraps a channel as it wraps everything", async () => {
    const { Thumbnailer, last } = thumbnailer();
    const scopes: unknown[] = [];
    const look: Middleware = (next) => (scope, send) => {
      scopes.push(scope);
      return next(scope, send);
    };
    await work({ routes: [channel("thumbnails", Thumbnailer)], middleware: [look] });
    await channelLayers.require().send("thumbnails", { type: "image.last" });
    await last.promise;
    expect(scopes).toMatchObject([{ type: "channel", channel: "thumbnails" }]);
  });

  test("a worker listens only to the channels it is given", async () => {
    const { Thumbnailer } = thumbnailer();
    const routes = [channel("thumbnails", Thumbnailer), channel("mail", Thumbnailer)];
    expect((await work({ routes, channels: ["mail"] })).channels).toEqual(["mail"]);
    expect((await work({ routes, channels: [] })).channels).toEqual([]);
  });
});

describe("starting a worker", () => {
  const mail = task("mail.send", { queue: "mail" }, async () => {});

  test("two tasks of one name are refused; one task given twice is one", async () => {
    const other = task("mail.send", { queue: "mail" }, async () => {});
    await expect(runWorker({ tasks: [mail, other] })).rejects.toMatchObject({ code: "WORKERS_TASK_NAME_TAKEN" });
    expect((await work({ tasks: [mail, mail] })).queues).toEqual(["mail"]);
  });

  test.each<[string, WorkerOptions, string]>([
    ["queue", { tasks: [mail], queues: ["mial"] }, 'queues names "mial"; there are: mail'],
    ["channel", { channels: ["mail"] }, 'channels names "mail"; there are: none'],
    ["concurrency", { tasks: [mail], concurrency: 0 }, "concurrency must be a whole number from 1, is 0"],
  ])("an unknown %s is refused, naming those that there are", async (_what, options, problem) => {
    await expect(runWorker(options)).rejects.toMatchObject({ code: "WORKERS_OPTION_INVALID" });
    await expect(runWorker(options)).rejects.toThrow(problem);
  });

  test("without a backend or a layer, the error says how to set one", async () => {
    taskBackends.remove("default");
    await expect(runWorker({ tasks: [mail] })).rejects.toMatchObject({ code: "WORKERS_BACKEND_MISSING" });
    channelLayers.remove("default");
    class Any extends ChannelConsumer {}
    await expect(runWorker({ routes: [channel("any", Any)] })).rejects.toMatchObject({
      code: "LAYERS_NOT_CONFIGURED",
    });
  });

  test("the tasks of several backends run in one worker", async () => {
    const slow = new ImmediateTaskBackend();
    taskBackends.set("slow", slow);
    const there = task("there", { backend: "slow" }, async () => "there");
    const here = task("here", {}, async () => "here");
    await work({ tasks: [there, here] });
    expect(await (await there.enqueue()).result()).toBe("there");
    expect(await (await here.enqueue()).result()).toBe("here");
  });
});

describe("the log of a task", () => {
  test("names task, id, attempt and the request that enqueued it", async () => {
    const talk = task("talk", {}, async (run) => run.log.info("half-way"));
    await work({ tasks: [talk] });
    const handle = await runWithLogContext({ requestId: "request-1" }, () => talk.enqueue());
    await handle.result();
    const own = { task: "talk", taskId: handle.id, attempt: 1, requestId: "request-1" };
    expect(lines).toMatchObject([
      { ...own, msg: "a task starts" },
      { ...own, msg: "half-way" },
      { ...own, msg: "a task has succeeded" },
    ]);
  });

  test("tells a failure that is followed by a retry from the last", async () => {
    const bad = task("bad", { retries: 1, backoff: 1 }, async (): Promise<void> => {
      throw new Error("no", { cause: new Error("the reason") });
    });
    await work({ tasks: [bad] });
    await expect((await bad.enqueue()).result()).rejects.toThrow("no");
    const [first, last] = lines.filter(({ level }) => Number(level) > 20);
    expect(first).toMatchObject({ level: 40, attempt: 1, retryInMs: 1, msg: "a task failed and will run again" });
    expect(last).toMatchObject({ level: 50, attempt: 2, err: { message: "no" }, msg: "a task has failed" });
    expect(last).toHaveProperty("err.stack", expect.stringContaining("Caused by: Error: the reason"));
  });
});
