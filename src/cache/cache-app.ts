import { defineApp } from "../core/index.js";
import { CacheRow } from "./engines/cache-table.js";

/** The table of `databaseCache`, with its migrations: put it among the project's `apps`. */
export const cacheApp = defineApp({
  name: "cache",
  models: [CacheRow],
  migrations: new URL("./migrations/", import.meta.url),
});
