import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { compiled } from "../compiled.js";
import type { WorkerProcessOptions } from "./process-tasks.js";

/** Starts a process with a worker. `begun` resolves when it runs a task. */
export function startWorkerProcess(options: WorkerProcessOptions) {
  const file = compiled(new URL("./process-tasks.ts", import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [file, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const begun = new Promise<string>((resolve) => {
    if (child.stdout !== null) createInterface(child.stdout).once("line", resolve);
  });
  return { child, begun, exited };
}
