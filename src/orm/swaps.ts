import type { AppConfig } from "../core/index.js";
import { ModelInvalid } from "./errors.js";
import type { Meta } from "./meta.js";
import type { ModelClass } from "./model-class.js";
import { modelLabel } from "./schema/describe-model.js";

declare module "../core/app.js" {
  interface AppParts {
    /**
     * Models that stand for those of other apps which let themselves be swapped (`meta({ swappable: true })`), by the
     * labels of these: `{ "auth.User": Member }`.
     */
    readonly swaps?: Readonly<Record<string, ModelClass>>;
  }
}

/** What stands for each model that may be swapped: itself, or the project's own. */
const standIns = new Map<string, ModelClass>();
const swappedOut = new Set<string>();

/** Reads what the apps swap. Throws `ModelInvalid`. */
export function readSwaps(apps: readonly AppConfig[]): void {
  for (const app of apps) {
    for (const model of app.models ?? []) {
      const label = `${app.name}.${model.name}`;
      if (!isSwappable(model)) continue;
      standIns.set(label, model);
      swappedOut.delete(label);
    }
  }
  const swappers = new Map<string, string>();
  for (const { name: app, swaps = {} } of apps) {
    for (const [label, model] of Object.entries(swaps)) {
      const problem = problemOf(apps, label, model, swappers.get(label));
      if (problem !== undefined) throw new ModelInvalid({ model: model.name, problem });
      swappers.set(label, app);
      standIns.set(label, model);
      swappedOut.add(label);
    }
  }
}

/** What a model says itself: one that extends it is another. */
function isSwappable(model: ModelClass & { readonly meta?: Meta }): boolean {
  return Object.hasOwn(model, "meta") && model.meta?.swappable === true;
}

function problemOf(
  apps: readonly AppConfig[],
  label: string,
  model: ModelClass,
  swapper: string | undefined,
): string | undefined {
  if (swapper !== undefined) return `stands for ${label}, for which the app ${swapper} gives another model already`;
  const original = apps
    .flatMap((app) => (app.models ?? []).map((one) => ({ one, its: `${app.name}.${one.name}` })))
    .find(({ its }) => its === label)?.one;
  if (original === undefined) return `stands for ${label}, which no app of the project lists`;
  if (!isSwappable(original)) return `stands for ${label}, which does not let itself be swapped`;
  if (original === model) return `stands for ${label}, which it is itself`;
  if (apps.some((app) => app.models?.includes(model))) return undefined;
  return `stands for ${label}, and no app of the project lists it among its models`;
}

/** Whether another model stands for the one called `label`, which then has no table. */
export function isSwappedOut(label: string): boolean {
  return swappedOut.has(label);
}

/** The models that an app has in this project: those that it lists, without the ones that are swapped for others. */
export function modelsOf({ name, models = [] }: AppConfig): readonly ModelClass[] {
  return models.filter((model) => !isSwappedOut(`${name}.${model.name}`));
}

/**
 * The model that `label` means in this project: where `auth.User` may be swapped, that is the project's own or `auth`'s.
 * For relations of apps that others use: `f.foreignKey(() => swappableModel("auth.User"), …)`. Throws `ModelInvalid`
 * before `installModels` was called.
 */
export function swappableModel(label: string): ModelClass {
  const model = standIns.get(label);
  if (model !== undefined) return model;
  throw new ModelInvalid({
    model: label,
    problem: "is no model of the installed apps that may be swapped; install the apps first",
  });
}

/** Whether `label` is that of a model of the installed apps that may be swapped. */
export function hasSwappableModel(label: string): boolean {
  return standIns.has(label);
}

/**
 * The label of the model that stands for `label` in this project, in the files of migrations: for a relation,
 * `field.foreignKey(swappable("auth.User"), …)`, and among the dependencies, where it means the migration that makes it.
 */
export function swappable(label: string): string {
  return standIns.has(label) ? modelLabel(swappableModel(label)) : label;
}

/** The label of the swappable model for which the one called `label` stands. */
export function swappableLabel(label: string): string | undefined {
  for (const [name, model] of standIns) if (modelLabel(model) === label) return name;
  return undefined;
}
