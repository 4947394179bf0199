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

/** The tables of the database, without the one that migrations are written down in; whose parts stand in an order of their own. */
export async function tables(): Promise<Map<string, FoundTable>> {
  const database = databases.get();
  const found = await database.backend.schemaEditor(database).introspect();
  const sorted = <T>(list: readonly T[]) => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return new Map(
    [...found]
      .filter(([name]) => name !== "hotclub_migrations")
      .map(([name, table]) => {
        const columns = table.columns.toSorted((a, b) => (a.name < b.name ? -1 : 1));
        const { indexes, foreignKeys, checks } = table;
        const parts = { indexes: sorted(indexes), foreignKeys: sorted(foreignKeys), checks: sorted(checks) };
        return [name, { name, columns, ...parts }];
      }),
  );
}
