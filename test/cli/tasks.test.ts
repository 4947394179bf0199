import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";

import { HotclubProcess, main } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";
import { postgresUrl, redisUrl } from "../services/index.js";

const project = `
  import { defineProject, defineSettings, task } from ${JSON.stringify(builtIndex)};
  const mend = task("shop.mend", { queue: "shop" }, async (run) => {
    if (process.env.BROKEN) throw new RangeError("broken");
    console.log("mended by " + process.pid);
  });
  export default defineProject({ name: "shop", settings: defineSettings(), tasks: [mend] });
`;

const processes: HotclubProcess[] = [];
afterEach(async () => {
  for (const process of processes.splice(0)) await process.stop();
});

function start(directory: string, args: string[], environment: Record<string, string> = {}): HotclubProcess {
  const process = new HotclubProcess(args, { directory, environment });
  processes.push(process);
  return process;
}

/** What a command prints, without the log. */
async function printed(directory: string, args: string[], environment?: Record<string, string>): Promise<string> {
  const process = start(directory, args, environment);
  await process.exited;
  return process.lines.filter((line) => !line.startsWith('{"level"')).join("\n");
}

/** Many processes are started, one after the other. */
const timeout = 180_000;

describe("hotclub tasks", { timeout }, () => {
  it("shows queues, lists dead letters, has them run again, cancels and forgets", async () => {
    const directory = await scratch({ "project.ts": project });
    const enqueue = "const handle = await mend.enqueue(); return handle.id";
    const id = await printed(directory, ["shell", "-c", enqueue]);
    expect(await printed(directory, ["tasks", "--once"])).toMatch(
      /queue +waiting.*workers +ended\/s\nshop +1 +0 +0 +0 +0 +0 +0 +0$/m,
    );
    const broken = start(directory, ["serve", "--port", "0"], { BROKEN: "1" });
    await broken.line("a task has failed");
    await broken.line("is served at");
    await broken.stop();
    expect(await printed(directory, ["tasks", "list", "--queue", "shop"])).toMatch(`${id}  shop.mend  attempts 1`);
    expect(await printed(directory, ["tasks", "requeue-dead", "--queue", "shop"])).toContain("1 dead tasks");
    expect(await printed(directory, ["tasks", "cancel", id, "--queue", "shop"])).toBe(`cancel: ${id}`);
    expect(await printed(directory, ["tasks", "retry", id, "--queue", "shop"])).toBe(`retry: ${id}`);
    const mended = start(directory, ["serve", "--port", "0"]);
    await mended.line("mended by");
    await mended.line("is served at");
    await mended.stop();
    const done = JSON.parse(
      await printed(directory, ["tasks", "list", "--queue", "shop", "--state", "succeeded", "--json"]),
    ) as object;
    expect(done).toMatchObject({ id, name: "shop.mend", state: "succeeded", attempts: 1 });
    expect(await printed(directory, ["tasks", "remove", id, "--queue", "shop"])).toBe(`remove: ${id}`);
    expect(await printed(directory, ["tasks", "remove", id, "--queue", "shop"])).toContain("no such task");
  });

  // The `script` of other systems takes other options.
  it.skipIf(process.platform !== "linux")(
    "draws its table over itself in a terminal, until it is interrupted, and shows which queues are paused",
    async () => {
      const directory = await scratch({ "project.ts": project });
      await printed(directory, ["shell", "-c", "await mend.enqueue()"]);
      // What `script` runs has a terminal. A shell that stays beside it would be interrupted, too, and end with 130.
      const command = `exec "${process.execPath}" "${main}" tasks --every 100`;
      const { REDIS_URL: _redis, DATABASE_URL: _database, ...env } = process.env;
      const terminal = spawn("script", ["-qfec", command, "/dev/null"], { cwd: directory, env, stdio: "pipe" });
      const screens: string[] = [""];
      let onScreen = (): void => {};
      terminal.stdout.on("data", (piece: Buffer) => {
        screens.push(...(screens.pop() + piece.toString()).split("\u001B[2J\u001B[H"));
        onScreen();
      });
      const exited = once(terminal, "exit");
      terminal.once("exit", () => onScreen());
      const screen = async (isWanted: (text: string) => boolean): Promise<number> => {
        for (let from = 0; ;) {
          const found = screens.findIndex((text, place) => place >= from && isWanted(text));
          if (found >= 0) return found;
          from = screens.length - 1;
          if (terminal.exitCode !== null) throw new Error(screens.join("\n"));
          await new Promise<void>((resolve) => (onScreen = resolve));
        }
      };
      const rowOf = (text: string) => text.split("\r\n").find((line) => line.startsWith("shop"));
      await screen((text) => /^shop +1 /.test(rowOf(text) ?? ""));
      expect(await printed(directory, ["tasks", "pause", "--queue", "shop"])).toBe("The queue shop is paused.");
      const paused = await screen((text) => /^shop \(paused\) +1 /.test(rowOf(text) ?? ""));
      expect(await printed(directory, ["tasks", "resume", "--queue", "shop"])).toContain("is taken from again");
      screens.splice(1, paused);
      await screen((text) => /^shop +1 /.test(rowOf(text) ?? ""));
      terminal.stdin.write("\u0003");
      expect(await exited).toEqual([0, null]);
    },
  );
});

describe("hotclub worker --processes", { timeout }, () => {
  it("runs several workers, starts those that die again, and stops all of them", async () => {
    const directory = await scratch({ "project.ts": project });
    const url = new URL(await redisUrl());
    // A database of its own, as the project's queue has BullMQ's usual name.
    url.pathname = `/${1 + (Number.parseInt(randomUUID().slice(0, 4), 16) % 15)}`;
    const worker = start(directory, ["worker", "--processes", "2"], { REDIS_URL: url.href });
    await worker.line("works in several processes");
    await worker.count('"shop works"', 2);
    const pids = worker.lines.filter((line) => line.includes('"shop works"')).map((line) => pidOf(line));
    expect(new Set(pids).size).toBe(2);
    process.kill(pids[0] ?? 0, "SIGKILL");
    await worker.line("a process has ended and is started again");
    await worker.count('"shop works"', 3);
    expect(await worker.stop()).toBe(0);
  });
});

describe("hotclub serve --processes, with PostgreSQL and no Redis", { timeout }, () => {
  it("runs the tasks that any process has enqueued", async () => {
    const directory = await scratch({ "project.ts": project });
    const environment = { DATABASE_URL: await postgresUrl() };
    const serving = start(directory, ["serve", "--processes", "2", "--port", "0"], environment);
    await serving.line("is served at");
    const enqueue = "return (await mend.enqueueMany(Array.from({ length: 20 }))).length";
    expect(await printed(directory, ["shell", "-c", enqueue], environment)).toBe("20");
    await serving.count("mended by", 20);
    expect(await serving.stop()).toBe(0);
  });
});

function pidOf(line: string): number {
  return (JSON.parse(line) as { pid: number }).pid;
}
