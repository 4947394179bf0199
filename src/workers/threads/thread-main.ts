/** What a thread of a worker runs: loads the modules of tasks, and runs these as a worker in one process does. */
import { parentPort, workerData } from "node:worker_threads";

import { setLogger } from "../../core/index.js";
import { threadLogger } from "./thread-log.js";
import type { ThreadOrder, ThreadReport, ThreadSettings } from "./thread-messages.js";
import { ThreadSide } from "./thread-side.js";

if (parentPort !== null) {
  const port = parentPort;
  const report = (message: ThreadReport): void => port.postMessage(message);
  setLogger(threadLogger((workerData as ThreadSettings).level, (line) => report({ type: "log", line })));
  const side = new ThreadSide(report);
  port.on("message", (order: ThreadOrder) => side.hear(order));
}
