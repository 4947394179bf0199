import { Command, Option } from "commander";

import { MigrationAppUnknown, readHistory } from "../../orm/index.js";
import { type ProjectOptions, withProjectOption } from "../options.js";
import {
  databaseOf,
  type DatabaseOptions,
  databaseOption,
  openMigrations,
  print,
  withDatabase,
} from "./open-migrations.js";

interface Options extends ProjectOptions, DatabaseOptions {
  readonly plan?: boolean;
}

/** `hotclub showmigrations` */
export function showMigrationsCommand(): Command {
  return withProjectOption(new Command("showmigrations"))
    .description("List migrations: [X] applied, [~] begun, [ ] not applied.")
    .argument("[apps...]", "the apps (default: all)")
    .addOption(databaseOption())
    .addOption(new Option("--list", "by app, with a mark for each: as without options").conflicts("plan"))
    .addOption(new Option("--plan", "in the order in which they are applied, with what each depends on"))
    .action(async (apps: readonly string[], options: Options) => {
      const project = await openMigrations(options);
      const unknown = apps.find((name) => !project.apps.some((app) => app.name === name));
      if (unknown !== undefined) throw new MigrationAppUnknown({ app: unknown, problem: "is not installed" });
      await withDatabase(databaseOf(project, options), async (using) => {
        const { graph, applied } = await readHistory(project.nodes, using);
        const mark = (node: Parameters<typeof applied.has>[0]) => {
          if (applied.has(node)) return "[X]";
          return applied.doneOf(node) > 0 ? "[~]" : "[ ]";
        };
        const shown = graph.nodes.filter(({ app }) => apps.length === 0 || apps.includes(app));
        if (options.plan === true) {
          for (const node of shown) {
            const parents = graph.parentsOf(node.key);
            print(`${mark(node)} ${node.key}${parents.length === 0 ? "" : ` (after ${parents.join(", ")})`}`);
          }
          return;
        }
        for (const app of [...new Set(shown.map((node) => node.app))].sort()) {
          print(app);
          for (const node of shown.filter((one) => one.app === app)) {
            const { replaces } = node.migration;
            print(`  ${mark(node)} ${node.name}${replaces.length === 0 ? "" : ` (${replaces.length} squashed)`}`);
          }
        }
      });
    });
}
