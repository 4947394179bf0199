import {
  closeDatabases,
  databases,
  migrate,
  MigrationGraph,
  migration,
  type MigrateOptions,
  type MigrationNode,
  type MigrationOptions,
  type Operation,
} from "hotclub/orm";
import { afterEach, beforeEach } from "vitest";

import type { FoundTable } from "../../../src/orm/backends/database-shape.js";
import { HistoricalModels } from "../../../src/orm/migrations/state/historical-models.js";
import type { OrmEngine } from "../../contracts/orm.contract.js";

export type { MigrationNode } from "hotclub/orm";

/** Opens the engine's database for each test. */
export function withDatabase(engine: OrmEngine): void {
  beforeEach(async () => {
    databases.set("default", await engine.open());
  });
  afterEach(closeDatabases);
}

/** Migrations by key; each depends on the one before it of the same app unless it says otherwise. */
export function nodesOf(
  migrations: Readonly<Record<string, MigrationOptions | readonly Operation[]>>,
): MigrationNode[] {
  const last = new Map<string, string>();
  return Object.entries(migrations).map(([key, given]) => {
    const [app = "", name = ""] = key.split(".");
    const options: MigrationOptions = Array.isArray(given)
      ? { operations: given as Operation[] }
      : (given as MigrationOptions);
    const before = last.get(app);
    const dependencies = options.dependencies ?? (before === undefined ? [] : [before]);
    last.set(app, key);
    return { key, app, name, file: undefined, migration: migration({ ...options, dependencies }) };
  });
}

/** The models after all of `nodes`. */
export function modelsAfter(nodes: readonly MigrationNode[]): HistoricalModels {
  return new HistoricalModels(new MigrationGraph(nodes).stateAfter());
}

/** Goes to one migration of the app `shop`. */
export async function goTo(nodes: readonly MigrationNode[], name: string, options: MigrateOptions = {}): Promise<void> {
  await migrate(nodes, { app: "shop", name, ...options });
}

/** The tables of the database, without the one that migrations are written down in; columns by name. */
export async function tables(): Promise<Map<string, FoundTable>> {
  const database = databases.get();
  const found = await database.backend.schemaEditor(database).introspect();
  return new Map(
    [...found]
      .filter(([name]) => name !== "hotclub_migrations")
      // PostgreSQL puts a column that comes back at the end.
      .map(([name, table]) => [
        name,
        { ...table, columns: table.columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)) },
      ]),
  );
}
