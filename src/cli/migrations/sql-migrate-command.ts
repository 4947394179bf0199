import { Command, Option } from "commander";

import { collectSql, MigrationGraph } from "../../orm/index.js";
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
  readonly backwards?: boolean;
}

/** `hotclub sqlmigrate` */
export function sqlMigrateCommand(): Command {
  return withProjectOption(new Command("sqlmigrate"))
    .description("Print the SQL of a migration.")
    .argument("<app>")
    .argument("<name>", "its name, or how it begins")
    .addOption(databaseOption())
    .addOption(new Option("--backwards", "the SQL that takes it back"))
    .action(async (app: string, name: string, options: Options) => {
      const project = await openMigrations(options);
      const graph = new MigrationGraph(project.nodes);
      const node = graph.find(app, name);
      const before = graph.stateAfter(
        graph.upTo([node.key]).filter((one) => one !== node),
        project.base.clone(),
      );
      await withDatabase(databaseOf(project, options), async (using) => {
        const backwards = options.backwards === true;
        for (const line of await collectSql(node, before, { using, backwards })) print(line);
      });
    });
}
