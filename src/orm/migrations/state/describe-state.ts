import type { AppConfig } from "../../../core/index.js";
import type { ConstraintDefinition, IndexDefinition } from "../../definitions.js";
import { describeModel, isProxy } from "../../schema/describe-model.js";
import { modelsOf } from "../../swaps.js";
import { historicalField } from "./field-state.js";
import type { ModelState, ModelStateOptions } from "./model-state.js";
import { ProjectState } from "./project-state.js";

/** What a model says of itself that changes neither its table nor its rows. */
const withoutEffect: ReadonlySet<string> = new Set([
  "abstract",
  "announce",
  "baseManager",
  "defaultManager",
  "defaultPermissions",
  "defaultRelatedName",
  "getLatestBy",
  "naturalKey",
  "orderWithRespectTo",
  "permissions",
  "swappable",
  "verboseName",
  "verboseNamePlural",
]);

/** The models that the apps list now, as data. */
export interface DescribedApps {
  readonly state: ProjectState;
  /** Defaults that are functions, which the state does not keep, by field: `chat.Room.token`. */
  readonly computedDefaults: ReadonlyMap<string, () => unknown>;
}

/** Describes the models that the apps list now. `installModels` must have been called with the apps. */
export function describeState(apps: Iterable<AppConfig>): DescribedApps {
  const models: ModelState[] = [];
  const computedDefaults = new Map<string, () => unknown>();
  for (const app of apps) {
    for (const model of modelsOf(app)) {
      // A proxy has no table.
      if (isProxy(model)) continue;
      const { name, fields, manyToMany, options } = describeModel(model);
      for (const [field, description] of fields) {
        const { default: value } = description.options;
        if (typeof value === "function") computedDefaults.set(`${app.name}.${name}.${field}`, value as () => unknown);
      }
      models.push({
        app: app.name,
        name,
        fields: new Map(
          [...fields, ...manyToMany].map(([field, description]) => [field, historicalField(description)]),
        ),
        options: historicalOptions(withOwnOrder(options, new Set([...fields.keys(), ...manyToMany.keys(), "pk", "?"]))),
      });
    }
  }
  return { state: new ProjectState(models), computedDefaults };
}

/** Without an order by what models of the past do not have: fields of the model that it extends, and ways back. */
function withOwnOrder(
  options: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const { ordering, ...others } = options;
  const isOwn = (key: unknown) => typeof key === "string" && names.has(key.replace(/^-/, "").split("__")[0] ?? "");
  return Array.isArray(ordering) && ordering.every(isOwn) ? options : others;
}

/** The options of a model that migrations keep. */
export function historicalOptions(options: Readonly<Record<string, unknown>>): ModelStateOptions {
  const kept = Object.entries(options).filter(
    ([name, value]) =>
      value !== undefined &&
      !withoutEffect.has(name) &&
      typeof value !== "function" &&
      !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept);
}

/** The indexes of a model's options. */
export function indexesIn({ indexes }: ModelStateOptions): readonly IndexDefinition[] {
  return indexes ?? [];
}

/** The constraints of a model's options. */
export function constraintsIn({ constraints }: ModelStateOptions): readonly ConstraintDefinition[] {
  return constraints ?? [];
}
