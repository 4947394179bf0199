import { databases } from "../../database/databases.js";
import { MigrationGraphInvalid } from "../errors.js";
import { AppliedMigrations } from "./plan.js";
import type { MigrationNode } from "./migration-node.js";
import { Recorder } from "./recorder.js";

/**
 * Forgets what a database has written down of migrations of `app` that are there no longer. Gives their keys. Rejects
 * with `MigrationGraphInvalid` where one of them is all that tells that a squashed migration is applied.
 */
export async function pruneHistory(nodes: readonly MigrationNode[], app: string, using?: string): Promise<string[]> {
  const database = databases.get(using);
  const recorder = new Recorder(database.backend.schemaEditor(database), (place) =>
    database.backend.dialect.placeholder(place),
  );
  const applied = new AppliedMigrations(await recorder.read());
  const known = new Set(nodes.map(({ key }) => key));
  const gone = [...applied.records.keys()].filter((key) => key.startsWith(`${app}.`) && !known.has(key)).sort();
  const user = nodes.find(
    (node) => applied.records.get(node.key) === undefined && node.migration.replaces.some((key) => gone.includes(key)),
  );
  if (user !== undefined) {
    const problem = `${user.key} replaces migrations that are still needed to tell that it is applied; run hotclub migrate first`;
    throw new MigrationGraphInvalid({ problem });
  }
  for (const key of gone) await recorder.remove(key);
  return gone;
}
