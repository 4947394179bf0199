import { Command, Option } from "commander";

import { serve, type ServeOptions } from "../project/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "./options.js";
import { stopOnSignals } from "./process.js";
import { serveWithProcesses } from "./processes/serve-with-processes.js";
import { isSupervised, tellServing } from "./processes/serving-process.js";

interface ServeCommandOptions extends ProjectOptions, ServeOptions {
  readonly processes?: number;
}

/** `hotclub serve` */
export function serveCommand(): Command {
  return withProjectOption(new Command("serve"))
    .description("Serve the project over HTTP and WebSocket.")
    .addOption(new Option("--host <address>", "the address to listen on (default: HOST, or 127.0.0.1)"))
    .addOption(
      new Option("--port <number>", "the port; 0 takes a free one (default: PORT, or 8000)").argParser(
        wholeNumber(0, 65_535),
      ),
    )
    .addOption(new Option("--unix-socket <path>", "listen on a Unix socket instead (default: UNIX_SOCKET)"))
    .addOption(
      new Option(
        "--processes <number>",
        "how many processes serve; 0 is one per core (default: PROCESSES, or this one alone)",
      ).argParser(wholeNumber(0, 1024)),
    )
    .action(async ({ project: given, processes, ...address }: ServeCommandOptions) => {
      const file = findProjectFile(given);
      const project = await loadProject(file);
      const count = processes ?? project.settings.processes;
      if (isSupervised()) {
        const served = await serve(project, { ...address, sharePort: true });
        stopOnSignals(() => served.close(), { isSupervised: true });
        tellServing(served.url);
      } else if (count === null) {
        const served = await serve(project, address);
        stopOnSignals(() => served.close());
      } else {
        const served = await serveWithProcesses(project, file, count, address);
        stopOnSignals(() => served.stop(), {
          onHangup: () => void served.restart(),
          onImpatience: () => served.kill(),
        });
      }
    });
}
