import type { AppConfig } from "../../core/index.js";
import { createTables } from "../create-tables.js";
import type { ModelClass } from "../model-class.js";
import { schemaOf } from "../schema/schema-of.js";
import type { Schema } from "../schema/schema.js";
import { modelsOf } from "../swaps.js";
import { migrationsFolder } from "./history/load-migrations.js";

/**
 * Makes the tables of apps without migrations that are not there: `first` those that lead only to each other, which
 * migrations may lead to, then the others.
 */
export async function createUnmigratedTables(
  apps: Iterable<AppConfig>,
  part: "first" | "others",
  using?: string,
): Promise<void> {
  const migrated = new Set<Schema>();
  const models: ModelClass[] = [];
  for (const app of apps) {
    const own = modelsOf(app);
    if (migrationsFolder(app) === undefined) models.push(...own);
    else for (const model of own) migrated.add(schemaOf(model));
  }
  const isDependent = (schema: Schema, seen = new Set<Schema>()): boolean => {
    if (migrated.has(schema)) return true;
    if (seen.has(schema)) return false;
    seen.add(schema);
    if (schema.foreignKeys.some((field) => isDependent(field.target, seen))) return true;
    return schema.manyToMany.some(({ links }) => isDependent(links.schema, seen));
  };
  const chosen = models.filter((model) => isDependent(schemaOf(model)) === (part === "others"));
  if (chosen.length > 0) await createTables(chosen, using === undefined ? {} : { using });
}
