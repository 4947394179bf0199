import { isDeepStrictEqual } from "node:util";

import { renameModel } from "../operations/rename-model.js";
import { labelOf, type ModelState } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import type { Comparison } from "./comparison.js";
import { couples } from "./couples.js";
import { made } from "./draft.js";
import { orderRenames } from "./order-renames.js";
import { freed } from "./places.js";
import { saidFor } from "./said-renames.js";

/** Finds the models that are there under another name. */
export async function renameModels(comparison: Comparison): Promise<void> {
  await exchangeModels(comparison);
  const added = [...comparison.to.models.values()].filter((model) => !comparison.state.has(labelOf(model)));
  for (const model of added) {
    const candidates = [...comparison.state.models.values()].filter(
      (old) => old.app === model.app && !comparison.to.has(labelOf(old)),
    );
    for (const old of candidates) {
      if (!(await isRenamed(comparison, old, model))) continue;
      rename(comparison, old, model.name);
      break;
    }
  }
}

/** Does the renames of models that were said, and of two that exchanged their names. */
async function exchangeModels(comparison: Comparison): Promise<void> {
  for (const app of new Set([...comparison.to.models.values()].map((model) => model.app))) {
    const own = ({ models }: ProjectState) => [...models.values()].filter((model) => model.app === app);
    const names = (models: readonly ModelState[]) => models.map(({ name }) => name);
    const renames = saidFor(comparison.options.answers, app, names(own(comparison.to)));
    const isLike = (old: ModelState, other: ModelState) =>
      isDeepStrictEqual(withoutTargets(old), withoutTargets(comparison.to.get(labelOf(other))));
    const changed = own(comparison.state).filter(
      (old) => comparison.to.has(labelOf(old)) && !renames.has(old.name) && !isLike(old, old),
    );
    for (const [one, other] of couples(changed)) {
      if (renames.has(one.name) || renames.has(other.name) || !isLike(one, other) || !isLike(other, one)) continue;
      if (!(await comparison.options.questioner.areModelsExchanged(app, one.name, other.name))) continue;
      renames.set(one.name, other.name).set(other.name, one.name);
    }
    for (const [from, to] of orderRenames(renames, names(own(comparison.state)))) {
      rename(comparison, comparison.state.get(`${app}.${from}`), to);
    }
  }
}

function rename(comparison: Comparison, old: ModelState, name: string): void {
  const renamed = { ...old, name };
  const facts = { gives: [made(labelOf(renamed)), ...freed(old, renamed)], needs: comparison.taken(old, renamed) };
  comparison.perform(old.app, renameModel(old.name, name), facts);
}

async function isRenamed(comparison: Comparison, old: ModelState, model: ModelState): Promise<boolean> {
  // What was said of it is done by now.
  if (comparison.options.answers?.renames?.has(labelOf(old)) === true) return false;
  if (!isDeepStrictEqual(withoutTargets(old), withoutTargets(model))) return false;
  return comparison.options.questioner.isModelRenamed(model.app, old.name, model.name);
}

/** The fields of a model without what their relations lead to, which may have another name by now. */
function withoutTargets({ fields }: ModelState): unknown {
  return [...fields]
    .map(
      ([
        name,
        {
          type,
          options: { through, ...options },
        },
      ]) => [name, type, through === undefined, options] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
