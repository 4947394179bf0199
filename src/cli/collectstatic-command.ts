import { Command, Option } from "commander";

import { staticFinder } from "../project/index.js";
import { collectStatic, StaticUrls } from "../static-files/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, withProjectOption } from "./options.js";

interface CollectstaticOptions extends ProjectOptions {
  readonly ignore: readonly string[];
  readonly clear?: boolean;
  readonly compress: boolean;
  readonly dryRun?: boolean;
}

/** `hotclub collectstatic` */
export function collectstaticCommand(): Command {
  return withProjectOption(new Command("collectstatic"))
    .description("Collect the static files of all apps in STATIC_ROOT, with hashed names and compressed variants.")
    .addOption(new Option("-i, --ignore <pattern...>", "leave out names that fit, such as *.scss").default([]))
    .addOption(new Option("-c, --clear", "remove first what was collected before"))
    .addOption(new Option("--no-compress", "make no compressed variants"))
    .addOption(new Option("-n, --dry-run", "say what would be written, and write nothing"))
    .action(async ({ project: given, ignore, clear = false, compress, dryRun = false }: CollectstaticOptions) => {
      const project = await loadProject(findProjectFile(given));
      const { staticRoot, staticUrl } = project.settings;
      const { path: prefix } = new StaticUrls(staticUrl);
      const finder = staticFinder(project);
      const report = await collectStatic({ finder, root: staticRoot, prefix, ignore, clear, compress, dryRun });
      if (dryRun) for (const name of report.written) process.stdout.write(`${name}\n`);
      const count = Object.keys(report.manifest.files).length;
      const did = dryRun ? "would be written" : "written";
      process.stdout.write(
        `${count} static files in ${staticRoot}: ${report.written.length} ${did}, ${report.unchanged} unchanged, with variants.\n`,
      );
    });
}
