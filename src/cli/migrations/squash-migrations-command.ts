import { relative } from "node:path";

import { Command, Option } from "commander";

import { squashMigrations, writeMigrationFiles } from "../../orm/index.js";
import { type ProjectOptions, withProjectOption } from "../options.js";
import { noInputOption, openMigrations, print } from "./open-migrations.js";

interface Options extends ProjectOptions {
  readonly dryRun?: boolean;
  readonly optimize: boolean;
  readonly squashedName?: string;
}

/** `hotclub squashmigrations` */
export function squashMigrationsCommand(): Command {
  return withProjectOption(new Command("squashmigrations"))
    .description("Write one migration that stands for several.")
    .argument("<app>")
    .argument("<names...>", "the last one, or the first and the last")
    .addOption(new Option("--dry-run", "print what would be written"))
    .addOption(noInputOption())
    .addOption(new Option("--no-input").hideHelp())
    .addOption(new Option("--no-optimize", "keep all operations as they are"))
    .addOption(new Option("--squashed-name <name>", "the name after the number"))
    .action(async (app: string, names: readonly string[], options: Options) => {
      const project = await openMigrations(options);
      const squashed = squashMigrations(project, {
        app,
        end: names.at(-1) ?? "",
        start: names.length > 1 ? names[0] : undefined,
        name: options.squashedName,
        optimize: options.optimize,
      });
      const { file, text, replaces, before, operations, borrowed } = squashed;
      print(`${replaces.length} migrations with ${before} operations become one with ${operations.length}:`);
      print(relative(process.cwd(), file));
      if (borrowed.length > 0) {
        print(`${borrowed.length} operations are taken from the old files; move them over before you delete those:`);
        for (const operation of borrowed) print(`  ${operation.describe()}`);
      }
      if (options.dryRun === true) print(`\n${text}`);
      else await writeMigrationFiles([squashed]);
    });
}
