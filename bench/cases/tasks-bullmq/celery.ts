import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { pythonWith, sourceFile } from "../../load/python.js";
import { leaveOut, offerRows, type Row, type RowResult } from "../../load/rows.js";

const python = pythonWith("celery, redis");
if (python === undefined) {
  leaveOut("it needs Linux and Debian's python3-celery and python3-redis");
} else {
  const directory = sourceFile("cases/tasks-bullmq/");
  const driver = spawn(python, ["celery_app.py"], { cwd: directory, stdio: ["pipe", "pipe", "inherit"] });
  process.on("exit", () => driver.kill());
  const answers = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
  const row =
    (name: string): Row =>
    async (seconds) => {
      driver.stdin.write(`${JSON.stringify({ row: name, seconds })}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error("The driver of Celery has ended.");
      return JSON.parse(value) as RowResult;
    };
  offerRows({ enqueue: row("enqueue"), enqueueMany: row("enqueueMany"), endToEnd: row("endToEnd") });
}
