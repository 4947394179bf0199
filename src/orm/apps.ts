import type { AppConfig } from "../core/index.js";
import { ModelInvalid } from "./errors.js";
import type { ModelClass } from "./model-class.js";
import { schemaOf } from "./schema/schema-of.js";

declare module "../core/app.js" {
  interface AppParts {
    /** The app's models. Their tables are called after the app: `chat_room`. */
    readonly models?: readonly ModelClass[];
  }
}

/**
 * Makes the models of `apps` known: each gets its table's name from its app, and all of them can refer to each other.
 * Gives them all, in order. Call it once at start, before the first query. Throws `ModelInvalid`.
 */
export function installModels(apps: Iterable<AppConfig>): ModelClass[] {
  const models: ModelClass[] = [];
  const tables = new Map<string, ModelClass>();
  for (const app of apps) {
    for (const model of app.models ?? []) {
      const schema = schemaOf(model);
      schema.joinApp(app.name);
      models.push(model);
      // A proxy shares the table of the model that it shows.
      if (schema.concrete !== schema) continue;
      const other = tables.get(schema.table);
      if (other !== undefined && other !== model) {
        throw new ModelInvalid({
          model: schema.label,
          problem: `has the same table as ${schemaOf(other).label}: ${schema.table}`,
        });
      }
      tables.set(schema.table, model);
    }
  }
  return [...new Set(models)];
}
