#!/usr/bin/env node
import { createRequire } from "node:module";

import { Command } from "commander";

import { changePasswordCommand } from "./accounts/change-password-command.js";
import { createSuperuserCommand } from "./accounts/create-superuser-command.js";
import { benchCommand } from "./bench/bench-command.js";
import { collectstaticCommand } from "./collectstatic-command.js";
import { devCommand } from "./dev-command.js";
import { findstaticCommand } from "./findstatic-command.js";
import { makeMigrationsCommand } from "./migrations/make-migrations-command.js";
import { migrateCommand } from "./migrations/migrate-command.js";
import { showMigrationsCommand } from "./migrations/show-migrations-command.js";
import { sqlMigrateCommand } from "./migrations/sql-migrate-command.js";
import { layersCommand } from "./layers-command.js";
import { optimizeMigrationCommand } from "./migrations/optimize-migration-command.js";
import { squashMigrationsCommand } from "./migrations/squash-migrations-command.js";
import { loadEnvironment, reportFailure } from "./process.js";
import { routesCommand } from "./routes-command.js";
import { serveCommand } from "./serve-command.js";
import { shellCommand } from "./shell-command.js";
import { tasksCommand } from "./tasks-command.js";
import { workerCommand } from "./worker-command.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const program = new Command("hotclub")
  .description("Serves, works and looks after a Hotclub project.")
  .version(version)
  .addCommand(serveCommand())
  .addCommand(devCommand())
  .addCommand(workerCommand())
  .addCommand(tasksCommand())
  .addCommand(routesCommand())
  .addCommand(layersCommand())
  .addCommand(benchCommand())
  .addCommand(collectstaticCommand())
  .addCommand(findstaticCommand())
  .addCommand(shellCommand())
  .addCommand(makeMigrationsCommand())
  .addCommand(migrateCommand())
  .addCommand(showMigrationsCommand())
  .addCommand(sqlMigrateCommand())
  .addCommand(squashMigrationsCommand())
  .addCommand(optimizeMigrationCommand())
  .addCommand(createSuperuserCommand())
  .addCommand(changePasswordCommand());

loadEnvironment();
try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
