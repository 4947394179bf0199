import { connectDatabase, type Database } from "hotclub/orm";
import { afterAll } from "vitest";

import { newSqliteFile } from "../orm/engines.js";
import { postgresUrl } from "../services/index.js";

/** The databases that tasks are kept in. */
export const taskDatabases = ["sqlite", "libsql", "postgres"] as const;

export type TaskDatabase = (typeof taskDatabases)[number];

const opened: Database[] = [];

afterAll(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

/** Where a new, empty database of this kind is. */
export async function newDatabaseUrl(name: TaskDatabase): Promise<string> {
  return name === "postgres" ? postgresUrl() : `sqlite:${newSqliteFile()}`;
}

/** A new, empty database, as two processes have it; closed after all tests of the file. */
export async function connectTwice(name: TaskDatabase): Promise<readonly [Database, Database]> {
  const url = await newDatabaseUrl(name);
  const options =
    name === "postgres" ? { poolSize: 4 } : ({ driver: name === "sqlite" ? "better-sqlite3" : name } as const);
  const pair = [await connectDatabase(url, options), await connectDatabase(url, options)] as const;
  opened.push(...pair);
  return pair;
}
