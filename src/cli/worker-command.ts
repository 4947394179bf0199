import { Command, Option } from "commander";

import { work } from "../project/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "./options.js";
import { stopOnSignals } from "./process.js";

interface WorkerOptions extends ProjectOptions {
  readonly queues?: string;
  readonly pools?: string;
  readonly concurrency?: number;
}

/** `hotclub worker` */
export function workerCommand(): Command {
  return withProjectOption(new Command("worker"))
    .description("Run tasks, and the consumers of named channels and remote routes.")
    .addOption(new Option("--queues <names>", "the queues to take tasks from, separated by commas (default: all)"))
    .addOption(
      new Option("--pools <names>", "the pools of remote consumers to run, separated by commas (default: all)"),
    )
    .addOption(new Option("--concurrency <number>", "how many tasks run at once").argParser(wholeNumber(1, 10_000)))
    .action(async ({ project, queues, pools, concurrency }: WorkerOptions) => {
      const worker = await work(await loadProject(findProjectFile(project)), {
        ...(queues !== undefined && { queues: names(queues) }),
        ...(pools !== undefined && { pools: names(pools) }),
        ...(concurrency !== undefined && { concurrency }),
      });
      stopOnSignals(() => worker.close());
    });
}

function names(list: string): string[] {
  return list.split(",").map((name) => name.trim());
}
