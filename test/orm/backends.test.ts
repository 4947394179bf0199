import { connectDatabase } from "hotclub/orm";

import { describeDatabaseBackend, type BackendEngine } from "../contracts/database-backend.contract.js";
import { postgresUrl } from "../services/index.js";
import { newSqliteFile } from "./engines.js";

const backends: readonly BackendEngine[] = [
  {
    name: "sqlite in memory",
    open: (options) => connectDatabase("sqlite::memory:", { driver: "better-sqlite3", ...options }),
  },
  {
    name: "sqlite",
    open: (options) => connectDatabase(`sqlite:${newSqliteFile()}`, { driver: "better-sqlite3", ...options }),
  },
  { name: "libsql", open: (options) => connectDatabase(`sqlite:${newSqliteFile()}`, { driver: "libsql", ...options }) },
  { name: "postgres", open: async (options) => connectDatabase(await postgresUrl(), options) },
];

for (const backend of backends) describeDatabaseBackend(backend);
