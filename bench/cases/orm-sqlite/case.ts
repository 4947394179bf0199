import { ormCases } from "../../load/orm-case.js";

export const ormSqlite = ormCases("orm-sqlite", "queries on SQLite beside better-sqlite3 alone");
