import type { AppConfig } from "../core/index.js";
import { ModelInvalid } from "./errors.js";
import type { ModelClass } from "./model-class.js";
import { schemaOf } from "./schema/schema-of.js";
import { isSwappedOut, modelsOf, readSwaps } from "./swaps.js";

declare module "../core/app.js" {
  interface AppParts {
    /** The app's models. Their tables are called after the app: `chat_room`. */
    readonly models?: readonly ModelClass[];
    /** Called after migrations were applied to a database, or were found to be: makes the rows that must be there. */
    readonly afterMigrate?: (run: AfterMigrate) => unknown;
  }
}

/** What `afterMigrate` of an app is given. */
export interface AfterMigrate {
  /** All apps of the project. */
  readonly apps: Iterable<AppConfig>;
  /** The alias of the database. */
  readonly using: string;
}

/** Calls what the apps have to do after migrations, one after the other. */
export async function runAfterMigrate(apps: Iterable<AppConfig>, using = "default"): Promise<void> {
  for (const app of apps) await app.afterMigrate?.({ apps, using });
}

/**
 * Makes the models of `apps` known: each gets its table's name from its app, and all of them can refer to each other.
 * Gives them all, in order. Call it once at start, before the first query. Throws `ModelInvalid`.
 */
export function installModels(apps: Iterable<AppConfig>): ModelClass[] {
  const list = [...apps];
  readSwaps(list);
  const models: ModelClass[] = [];
  const tables = new Map<string, ModelClass>();
  for (const app of list) {
    for (const model of modelsOf(app)) {
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
  refuseSwappedTargets(list, models);
  return [...new Set(models)];
}

/** Relations must lead to what stands for a model, where another one does. */
function refuseSwappedTargets(apps: readonly AppConfig[], models: readonly ModelClass[]): void {
  const gone = new Map<ModelClass, string>();
  for (const { name, models: own = [] } of apps) {
    for (const model of own) if (isSwappedOut(`${name}.${model.name}`)) gone.set(model, `${name}.${model.name}`);
  }
  if (gone.size === 0) return;
  for (const model of models) {
    const { label, foreignKeys, manyToMany } = schemaOf(model);
    for (const { name, target } of [...foreignKeys, ...manyToMany]) {
      const swapped = gone.get(target.model);
      if (swapped === undefined) continue;
      const problem = `leads to ${swapped}, for which another model stands here; let it lead to swappableModel("${swapped}")`;
      throw new ModelInvalid({ model: `${label}.${name}`, problem });
    }
  }
}
