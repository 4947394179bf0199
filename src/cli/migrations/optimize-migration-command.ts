import { writeFile } from "node:fs/promises";

import { Command, Option } from "commander";

import { MigrationGraph, optimizeMigration } from "../../orm/index.js";
import { type ProjectOptions, withProjectOption } from "../options.js";
import { openMigrations, print } from "./open-migrations.js";

interface Options extends ProjectOptions {
  readonly check?: boolean;
}

/** `hotclub optimizemigration` */
export function optimizeMigrationCommand(): Command {
  return withProjectOption(new Command("optimizemigration"))
    .description("Put the operations of a migration together where that does the same.")
    .argument("<app>")
    .argument("<name>", "its name, or how it begins")
    .addOption(new Option("--check", "write nothing; exit with 1 where it can be shorter"))
    .action(async (app: string, name: string, options: Options) => {
      const { nodes } = await openMigrations(options);
      const node = new MigrationGraph(nodes).find(app, name);
      const text = optimizeMigration(node);
      if (text === undefined) {
        print("There is nothing to put together, or its code keeps it as it is.");
        return;
      }
      print(`${node.key} can be shorter.`);
      if (options.check === true) process.exitCode = 1;
      else if (node.file !== undefined) await writeFile(node.file, text);
    });
}
