#!/usr/bin/env node
import { createRequire } from "node:module";

import { Command } from "commander";

import { loadEnvironment, reportFailure } from "./process.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** In the order in which help names them. Each is loaded when it is asked for: most bring much with them. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["serve", async () => (await import("./serve-command.js")).serveCommand()],
  ["dev", async () => (await import("./dev-command.js")).devCommand()],
  ["worker", async () => (await import("./worker-command.js")).workerCommand()],
  ["tasks", async () => (await import("./tasks-command.js")).tasksCommand()],
  ["routes", async () => (await import("./routes-command.js")).routesCommand()],
  ["layers", async () => (await import("./layers-command.js")).layersCommand()],
  ["bench", async () => (await import("./bench/bench-command.js")).benchCommand()],
  ["collectstatic", async () => (await import("./collectstatic-command.js")).collectstaticCommand()],
  ["findstatic", async () => (await import("./findstatic-command.js")).findstaticCommand()],
  ["shell", async () => (await import("./shell-command.js")).shellCommand()],
  ["makemigrations", async () => (await import("./migrations/make-migrations-command.js")).makeMigrationsCommand()],
  ["migrate", async () => (await import("./migrations/migrate-command.js")).migrateCommand()],
  ["showmigrations", async () => (await import("./migrations/show-migrations-command.js")).showMigrationsCommand()],
  ["sqlmigrate", async () => (await import("./migrations/sql-migrate-command.js")).sqlMigrateCommand()],
  [
    "squashmigrations",
    async () => (await import("./migrations/squash-migrations-command.js")).squashMigrationsCommand(),
  ],
  [
    "optimizemigration",
    async () => (await import("./migrations/optimize-migration-command.js")).optimizeMigrationCommand(),
  ],
  ["createsuperuser", async () => (await import("./accounts/create-superuser-command.js")).createSuperuserCommand()],
  ["changepassword", async () => (await import("./accounts/change-password-command.js")).changePasswordCommand()],
]);

const program = new Command("hotclub").description("Serves, works and looks after a Hotclub project.").version(version);

const asked = commands.get(process.argv[2] ?? "");
for (const load of asked === undefined ? commands.values() : [asked]) program.addCommand(await load());

loadEnvironment();
try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
