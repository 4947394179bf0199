import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { leaveOut, offerRows, type Row, type RowResult } from "../../load/rows.js";

/** Where Debian's packages are, and what a project may have put first. */
const pythons = [process.env["PYTHON_PATH"], "/usr/bin/python3", "python3"];

async function findPython(): Promise<string | undefined> {
  for (const python of pythons) {
    if (python === undefined) continue;
    const [code] = await once(spawn(python, ["-c", "import celery, redis"], { stdio: "ignore" }), "close").catch(() => [
      1,
    ]);
    if (code === 0) return python;
  }
  return undefined;
}

const python = await findPython();
if (python === undefined || process.platform !== "linux") {
  leaveOut("it needs Linux and Debian's python3-celery and python3-redis");
} else {
  // Of the sources: the compiler leaves it where it is.
  const directory = fileURLToPath(new URL("../../../../bench/cases/tasks-bullmq/", import.meta.url));
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
