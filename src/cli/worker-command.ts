import { Command, Option } from "commander";

import { work } from "../project/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "./options.js";
import { stopOnSignals } from "./process.js";
import { isSupervised, tellServing } from "./processes/serving-process.js";
import { workWithProcesses } from "./processes/work-with-processes.js";

interface WorkerOptions extends ProjectOptions {
  readonly queues?: string;
  readonly pools?: string;
  readonly concurrency?: number;
  readonly threads?: number;
  readonly processes?: number;
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
    .addOption(
      new Option(
        "--threads <number>",
        "how many tasks run at once in threads, of those that ask for one (default: one less than cores)",
      ).argParser(wholeNumber(1, 1024)),
    )
    .addOption(
      new Option(
        "--processes <number>",
        "how many processes work; 0 is one per core (default: this one alone)",
      ).argParser(wholeNumber(0, 1024)),
    )
    .action(async ({ project: given, processes, ...options }: WorkerOptions) => {
      const file = findProjectFile(given);
      const project = await loadProject(file);
      if (processes !== undefined && !isSupervised()) {
        const supervisor = await workWithProcesses(project, file, processes, argumentsOf(options));
        stopOnSignals(async () => ((await supervisor.stop()) ? 0 : 1), {
          onHangup: () => void supervisor.restart(),
          onImpatience: () => supervisor.kill(),
        });
        return;
      }
      const { queues, pools, concurrency, threads } = options;
      const worker = await work(project, {
        ...(queues !== undefined && { queues: names(queues) }),
        ...(pools !== undefined && { pools: names(pools) }),
        ...(concurrency !== undefined && { concurrency }),
        ...(threads !== undefined && { threads }),
      });
      stopOnSignals(() => worker.close(), { isSupervised: isSupervised() });
      if (isSupervised()) tellServing("");
    });
}

/** The options again as the processes of this command are to get them. */
function argumentsOf({ queues, pools, concurrency, threads }: WorkerOptions): string[] {
  return [
    ...(queues === undefined ? [] : ["--queues", queues]),
    ...(pools === undefined ? [] : ["--pools", pools]),
    ...(concurrency === undefined ? [] : ["--concurrency", String(concurrency)]),
    ...(threads === undefined ? [] : ["--threads", String(threads)]),
  ];
}

function names(list: string): string[] {
  return list.split(",").map((name) => name.trim());
}
