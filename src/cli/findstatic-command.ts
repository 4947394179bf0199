import { Argument, Command, Option } from "commander";

import { staticFinder } from "../project/index.js";
import { StaticFileMissing } from "../static-files/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, withProjectOption } from "./options.js";

interface FindstaticOptions extends ProjectOptions {
  readonly first?: boolean;
}

/** `hotclub findstatic` */
export function findstaticCommand(): Command {
  return withProjectOption(new Command("findstatic"))
    .description("Print where static files come from; of several of one name, the first counts.")
    .addArgument(new Argument("<name...>", "such as css/site.css"))
    .addOption(new Option("--first", "only the one that counts"))
    .action(async (names: readonly string[], { project, first = false }: FindstaticOptions) => {
      const finder = staticFinder(await loadProject(findProjectFile(project)));
      for (const name of names) {
        const paths = await finder.findAll(name);
        if (paths.length === 0) throw new StaticFileMissing({ name, looked: finder.directories.join(", ") });
        for (const path of first ? paths.slice(0, 1) : paths) process.stdout.write(`${path}\n`);
      }
    });
}
