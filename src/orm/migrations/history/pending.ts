import type { AppConfig } from "../../../core/index.js";
import { databases } from "../../database/databases.js";
import { migrationFiles, migrationsFolder } from "./load-migrations.js";
import { keyOf } from "./migration-node.js";
import { Recorder } from "./recorder.js";

/**
 * Whether the database may lack migrations of `apps`, by the names of the files alone: at each start of a process that
 * costs one query, and no file is loaded.
 */
export async function mayBePending(apps: Iterable<AppConfig>, using?: string): Promise<boolean> {
  const { backend } = databases.get(using);
  const recorder = new Recorder(backend.schemaEditor(backend), (place) => backend.dialect.placeholder(place));
  const records = await recorder.read();
  for (const app of apps) {
    const folder = migrationsFolder(app);
    if (folder === undefined) continue;
    for (const name of migrationFiles(folder).keys()) {
      if (records.get(keyOf(app.name, name))?.appliedAt === undefined) return true;
    }
  }
  return false;
}
