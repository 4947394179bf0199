import { relative } from "node:path";

import { Command, Option } from "commander";

import {
  checkSafety,
  describeProblem,
  makeMigrations,
  type MakeMigrationsOptions,
  mergeMigrations,
  MigrationAppUnknown,
  MigrationGraph,
  type NewMigration,
  RefusingQuestioner,
  updateMigration,
  writeMigrationFiles,
} from "../../orm/index.js";
import { type ProjectOptions, withProjectOption } from "../options.js";
import { type AnswerOptions, answersOf, fillOption, renameOption } from "./answers.js";
import { InteractiveQuestioner } from "./interactive-questioner.js";
import { engineOf, type OpenedMigrations, noInputOption, openMigrations, print } from "./open-migrations.js";

interface Options extends ProjectOptions, AnswerOptions {
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly empty?: boolean;
  readonly force?: boolean;
  readonly input: boolean;
  readonly merge?: boolean;
  readonly name?: string;
  readonly noinput?: boolean;
  readonly renames: boolean;
  readonly update?: boolean;
}

/** `hotclub makemigrations` */
export function makeMigrationsCommand(): Command {
  return withProjectOption(new Command("makemigrations"))
    .description("Write migrations for what changed in the models.")
    .argument("[apps...]", "the apps to write for (default: all of the project)")
    .addOption(new Option("--check", "write nothing; exit with 1 where a migration is missing, or branches conflict"))
    .addOption(new Option("--dry-run", "print what would be written"))
    .addOption(new Option("--empty", "a migration without operations for each app that is named"))
    .addOption(new Option("--update", "add to an app's last migration, which was applied nowhere yet"))
    .addOption(new Option("--merge", "join the branches of a history that has several ends"))
    .addOption(new Option("--force", "with --merge: also where they touch the same things"))
    .addOption(new Option("-n, --name <name>", "the name after the number"))
    .addOption(new Option("--no-input", "ask nothing: what is not answered by options is refused"))
    .addOption(noInputOption())
    .addOption(new Option("--no-renames", "with --no-input: nothing was renamed"))
    .addOption(renameOption())
    .addOption(fillOption())
    .action(async (apps: readonly string[], options: Options) => {
      const project = await openMigrations(options);
      const questioner = isInteractive(options)
        ? new InteractiveQuestioner()
        : new RefusingQuestioner({ noRenames: !options.renames });
      try {
        const migrations =
          options.merge === true
            ? mergeMigrations(project, options)
            : await makeMigrations(project, { ...optionsFor(apps, options), questioner });
        const isUpdate = options.update === true && options.merge !== true;
        await report(isUpdate ? updateAll(migrations, project) : migrations, project, options);
      } finally {
        if (questioner instanceof InteractiveQuestioner) questioner.close();
      }
    });
}

/** The last migrations of their apps with what is new; of an app that is split in two, nothing can be added to one. */
function updateAll(migrations: readonly NewMigration[], project: OpenedMigrations): NewMigration[] {
  const apps = migrations.map(({ app }) => app);
  const split = apps.find((app, place) => apps.indexOf(app) !== place);
  if (split === undefined) return migrations.map((one) => updateMigration(project, one));
  const problem = "needs two migrations, one before and one after another app's: they cannot be added to its last one";
  throw new MigrationAppUnknown({ app: split, problem });
}

function isInteractive({ input, check, noinput }: Options): boolean {
  return input && noinput !== true && check !== true && process.stdin.isTTY;
}

function optionsFor(apps: readonly string[], options: Options): Omit<MakeMigrationsOptions, "questioner"> {
  return {
    answers: answersOf(options),
    name: options.name,
    empty: options.empty === true,
    ...(apps.length > 0 && { only: apps }),
  };
}

async function report(migrations: readonly NewMigration[], project: OpenedMigrations, options: Options): Promise<void> {
  if (migrations.length === 0) {
    print(options.merge === true ? "Every app's history has one end." : nothingToDo(project));
    return;
  }
  for (const { app, name, file, operations, text } of migrations) {
    print(`${app}: ${name} (${relative(process.cwd(), file)})`);
    for (const operation of operations) print(`  ${signs[operation.category]} ${operation.describe()}`);
    if (options.dryRun === true) print(`\n${text}`);
  }
  warn(migrations, project);
  if (options.check === true) process.exitCode = 1;
  else if (options.dryRun !== true) await writeMigrationFiles(migrations, { overwrite: options.update === true });
}

/** Says what is dangerous on a database that is in use; SQLite is in the use of one process, which is stopped. */
function warn(migrations: readonly NewMigration[], { project }: OpenedMigrations): void {
  const engine = engineOf(project.settings.databaseUrl);
  if (engine === "sqlite") return;
  for (const { app, name, operations, before } of migrations) {
    const migration = { operations, safe: undefined };
    const problems = checkSafety([{ app, key: `${app}.${name}`, migration }], before, engine);
    for (const problem of problems) print(`Mind, where code runs meanwhile: ${describeProblem(problem)}`);
  }
}

const signs = { addition: "+", removal: "-", alteration: "~", code: "*", sql: "*", mixed: "*" } as const;

function nothingToDo({ apps, nodes }: OpenedMigrations): string {
  const without = apps.filter((app) => app.migrations === undefined && (app.models ?? []).length > 0);
  if (without.length === 0 || new MigrationGraph(nodes).nodes.length > 0)
    return "The migrations lead to the models as they are.";
  const names = without.map(({ name }) => name).join(", ");
  return `No app says where its migrations are (${names}): give it migrations: new URL("./migrations/", import.meta.url).`;
}
