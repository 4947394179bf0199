import { afterEach, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const project = `
  import { threadId } from "node:worker_threads";
  import { defineProject, defineSettings, task } from ${JSON.stringify(builtIndex)};
  const resize = task("shop.resize", { queue: "shop", thread: import.meta.url }, (run, size: number) => {
    run.log.info(\`size \${size} in \${threadId === 0 ? "the process" : "a thread"}\`);
  });
  export default defineProject({ name: "shop", settings: defineSettings(), tasks: [resize] });
`;

const processes: HotclubProcess[] = [];
afterEach(async () => {
  for (const process of processes.splice(0)) await process.stop();
});

it("a task of a project in TypeScript runs in a thread, and logs as others do", { timeout: 120_000 }, async () => {
  const directory = await scratch({ "project.ts": project });
  for (const args of [
    ["shell", "-c", "await resize.enqueue(7)"],
    ["serve", "--port", "0"],
  ]) {
    const process = new HotclubProcess(args, { directory });
    processes.push(process);
    if (args[0] === "shell") await process.exited;
    else expect(await process.line("size 7 in a thread")).toContain('"task":"shop.resize"');
  }
});
