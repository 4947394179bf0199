import { Command, Option } from "commander";

import { serve } from "../project/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "./options.js";
import { stopOnSignals } from "./process.js";

interface ServeOptions extends ProjectOptions {
  readonly host?: string;
  readonly port?: number;
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
    .action(async ({ project, host, port }: ServeOptions) => {
      const served = await serve(await loadProject(findProjectFile(project)), {
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
      });
      stopOnSignals(() => served.close());
    });
}
