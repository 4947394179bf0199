import { type AppConfig, defineApp } from "../../core/index.js";
import { listColumns } from "../list/columns.js";
import { listFilters } from "../list/filters/list-filters.js";
import { checkSearch } from "../list/search-rows.js";
import { LogEntry } from "../history/log-entry.js";
import { tellAdmins } from "../live/live-groups.js";
import { admin as defaultSite } from "./admin.js";
import type { AdminSite } from "./admin-site.js";

/**
 * The app of one or several admins: put it among the project's `apps`, behind those of sessions and auth. It brings the
 * history's table, the templates and the static files, and tells open pages of changes wherever they are made.
 */
export function adminApp(...sites: readonly AdminSite[]): AppConfig {
  const all = sites.length === 0 ? [defaultSite] : sites;
  let stop: (() => void) | undefined;
  return defineApp({
    name: "admin",
    dependsOn: ["sessions"],
    models: [LogEntry],
    migrations: new URL("../migrations/", import.meta.url),
    templates: new URL("../templates/", import.meta.url),
    staticFiles: new URL("../static/", import.meta.url),
    ready() {
      for (const site of all) check(site);
      stop?.();
      stop = tellAdmins([...new Set(all.flatMap(({ admins }) => [...admins].map(({ model }) => model)))]);
    },
    lifespan: {
      shutdown() {
        stop?.();
      },
    },
  });
}

/** Finds names that are nothing when the site starts, not when somebody opens the page. Throws `AdminInvalid`. */
function check(site: AdminSite): void {
  for (const admin of site.admins) {
    listColumns(admin);
    listFilters(admin, site);
    checkSearch(admin);
  }
}
