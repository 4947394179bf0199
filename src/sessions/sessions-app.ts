import { defineApp } from "../core/index.js";
import { SessionRow } from "./engines/session-table.js";

/** The table of `databaseSessions`, with its migrations: put it among the project's `apps`. */
export const sessionsApp = defineApp({
  name: "sessions",
  models: [SessionRow],
  migrations: new URL("./migrations/", import.meta.url),
});
