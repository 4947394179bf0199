import cluster from "node:cluster";
import { availableParallelism } from "node:os";

import { createLogger, getLogger, setLogger } from "../../core/index.js";
import type { Project } from "../../project/index.js";
import { inheritedEnvironment } from "../process.js";
import { ServingProcess } from "./serving-process.js";
import { Supervisor } from "./supervisor.js";

/** What a process has to end by itself, beyond the time that the settings give it, in milliseconds. */
const graceMs = 5000;

/**
 * Runs `count` processes of `hotclub worker` for the project of `file` (0: one for each core), each with these
 * arguments. Resolves when all of them take work. Rejects with `ProcessNotServing`.
 */
export async function workWithProcesses(
  { settings, name }: Project,
  file: string,
  count: number,
  args: readonly string[],
): Promise<Supervisor> {
  setLogger(createLogger({ level: settings.logLevel, format: settings.logFormat }));
  const [, main = ""] = process.argv;
  cluster.setupPrimary({ exec: main, args: ["worker", "--project", file, ...args] });
  const supervisor = new Supervisor({
    count: count === 0 ? availableParallelism() : count,
    spawn: () => new ServingProcess(inheritedEnvironment),
    stopWithinMs: settings.shutdownTimeoutMs + graceMs,
  });
  try {
    await supervisor.start();
    getLogger().info({ processes: count }, `${name} works in several processes`);
    return supervisor;
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
