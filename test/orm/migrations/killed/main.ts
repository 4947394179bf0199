import { closeDatabases, connectDatabase, databases, installModels, loadProjectMigrations, migrate } from "hotclub/orm";

import { apps } from "./project.js";

// As `hotclub migrate` does it, without the rest of the framework, which each of many processes would have to load.
installModels(apps);
databases.set("default", await connectDatabase(process.env["DATABASE_URL"] ?? ""));
const { nodes, base } = await loadProjectMigrations(apps);
await migrate(nodes, {
  base,
  onEvent(event) {
    if (event.kind === "end") process.stdout.write(`${event.step.node.app}.${event.step.node.name} ${event.outcome}\n`);
  },
});
await closeDatabases();
