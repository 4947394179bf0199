import type { ProjectState } from "../state/project-state.js";
import { alterOptions, renameTable } from "./alter-models.js";
import { addDefinitions, removeDefinitions } from "./change-definitions.js";
import { addFields, alterFields, removeFields } from "./change-fields.js";
import { refuseUnusedAnswers } from "./check-answers.js";
import { Comparison, type DetectOptions } from "./comparison.js";
import { createModels } from "./create-models.js";
import { deleteModels } from "./delete-models.js";
import { sortDrafts } from "./draft.js";
import { renameFields } from "./rename-fields.js";
import { renameModels } from "./rename-models.js";
import { type MigrationDraft, splitIntoMigrations } from "./split-migrations.js";

/**
 * Finds the migrations that lead from the models in `from` to those in `to`. Asks where the states do not tell: whether
 * something was renamed, and what rows get in new fields.
 */
export async function detectChanges(
  from: ProjectState,
  to: ProjectState,
  options: DetectOptions,
): Promise<MigrationDraft[]> {
  const comparison = new Comparison(from, to, options);
  // What is renamed comes first: all else is compared under the new names.
  await renameModels(comparison);
  const kept = [...to.models.keys()].filter((label) => comparison.state.has(label));
  for (const label of kept) await renameFields(comparison, label);
  for (const label of kept) removeDefinitions(comparison, label);
  for (const label of kept) renameTable(comparison, label);
  createModels(comparison);
  for (const label of kept) removeFields(comparison, label);
  for (const label of kept) await addFields(comparison, label);
  for (const label of kept) await alterFields(comparison, label);
  for (const label of kept) alterOptions(comparison, label);
  for (const label of kept) addDefinitions(comparison, label);
  deleteModels(comparison);
  refuseUnusedAnswers(options.answers ?? {}, comparison, from, to);
  return splitIntoMigrations(sortDrafts(comparison.drafts));
}
