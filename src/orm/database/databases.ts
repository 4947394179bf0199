import { DatabaseNotConfigured } from "../errors.js";
import type { Database } from "./database.js";

const connected = new Map<string, Database>();
let defaultDatabase: Database | undefined;

/** The databases of this process, by alias. Queries use `default` unless they say otherwise. */
export const databases = {
  /** Makes `database` the one called `alias`. Gives the one that had the name before, which is not closed. */
  set(alias: string, database: Database): Database | undefined {
    const previous = connected.get(alias);
    database.alias = alias;
    connected.set(alias, database);
    if (alias === "default") defaultDatabase = database;
    return previous;
  },

  /** The database called `alias`, `default` unless given. Throws `DatabaseNotConfigured`. */
  get(alias?: string): Database {
    const database = alias === undefined || alias === "default" ? defaultDatabase : connected.get(alias);
    if (database !== undefined) return database;
    throw new DatabaseNotConfigured({ alias: alias ?? "default", known: [...connected.keys()] });
  },

  has(alias: string): boolean {
    return connected.has(alias);
  },

  /** The aliases, in the order in which they were set. */
  aliases(): string[] {
    return [...connected.keys()];
  },
};

/** Closes every database when what runs on it is done, and forgets them all. */
export async function closeDatabases(): Promise<void> {
  const all = new Set(connected.values());
  connected.clear();
  defaultDatabase = undefined;
  await Promise.all([...all].map((database) => database.close()));
}
