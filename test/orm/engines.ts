import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectDatabase } from "hotclub/orm";

import type { OrmEngine } from "../contracts/orm.contract.js";
import { postgresUrl } from "../services/index.js";

let count = 0;
let directory: string | undefined;

/** The path of a SQLite file that is not there yet. */
export function newSqliteFile(): string {
  directory ??= mkdtempSync(join(tmpdir(), "hotclub-orm-"));
  return join(directory, `${++count}.sqlite3`);
}

const all: readonly OrmEngine[] = [
  { name: "sqlite in memory", open: () => connectDatabase("sqlite::memory:", { driver: "better-sqlite3" }) },
  { name: "sqlite", open: () => connectDatabase(`sqlite:${newSqliteFile()}`, { driver: "better-sqlite3" }) },
  { name: "libsql", open: () => connectDatabase(`sqlite:${newSqliteFile()}`, { driver: "libsql" }) },
  { name: "postgres", open: async () => connectDatabase(await postgresUrl()) },
];

/** The databases to test on; `ENGINES=sqlite,postgres` narrows them. */
export const engines: readonly OrmEngine[] = all.filter(({ name }) => {
  const wanted = process.env["ENGINES"];
  return wanted === undefined || wanted.split(",").some((one) => one.trim() === name);
});
