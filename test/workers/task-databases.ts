import { connectDatabase, createTables, type Database, databases, describeModel } from "hotclub/orm";
import { taskModels } from "hotclub/workers";
import { afterAll } from "vitest";

import { newSqliteFile } from "../orm/engines.js";
import { postgresUrl } from "../services/index.js";

/** The databases that tasks are kept in. */
export const taskDatabases = ["sqlite", "libsql", "postgres"] as const;

export type TaskDatabase = (typeof taskDatabases)[number];

/** A database as two processes have it. */
export type DatabasePair = readonly [Database, Database];

const opened = new Map<TaskDatabase, Promise<DatabasePair>>();

afterAll(async () => {
  for (const pair of opened.values()) await Promise.all((await pair).map((database) => database.close()));
  opened.clear();
});

/**
 * A database with the tables of tasks, all empty; the first of the two is called `alias`. The tests of a file share it,
 * as a new one for each would take most of their time.
 */
export async function emptyTaskDatabase(name: TaskDatabase, alias: string): Promise<DatabasePair> {
  const making = opened.get(name) ?? makeDatabase(name, alias);
  opened.set(name, making);
  const pair = await making;
  databases.set(alias, pair[0]);
  for (const model of taskModels) {
    await pair[0].query(`DELETE FROM ${describeModel(model).table}`, [], { hasRows: false });
  }
  return pair;
}

async function makeDatabase(name: TaskDatabase, alias: string): Promise<DatabasePair> {
  const url = name === "postgres" ? await postgresUrl() : `sqlite:${newSqliteFile()}`;
  const options =
    name === "postgres" ? { poolSize: 4 } : ({ driver: name === "sqlite" ? "better-sqlite3" : name } as const);
  const pair = [await connectDatabase(url, options), await connectDatabase(url, options)] as const;
  databases.set(alias, pair[0]);
  await createTables(taskModels, { using: alias });
  return pair;
}
