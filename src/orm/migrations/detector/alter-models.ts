import { isDeepStrictEqual } from "node:util";

import { alterModelOptions, alterModelTable, alterModelTableComment } from "../operations/alter-model.js";
import type { Comparison } from "./comparison.js";
import { made } from "./draft.js";
import { freed } from "./places.js";

/** Moves the rows of a model that is declared to have another table. */
export function renameTable(comparison: Comparison, label: string): void {
  const model = comparison.to.get(label);
  const old = comparison.state.get(label);
  if (old.options.dbTable === model.options.dbTable) return;
  comparison.perform(model.app, alterModelTable(model.name, model.options.dbTable ?? null), {
    gives: freed(old, model),
    needs: [made(label), ...comparison.taken(old, model)],
  });
}

/** Changes what a model says of itself beyond its fields, indexes and constraints. */
export function alterOptions(comparison: Comparison, label: string): void {
  const { app, name, options } = comparison.to.get(label);
  const before = comparison.state.get(label).options;
  const keys = new Set([...Object.keys(before), ...Object.keys(options)]);
  for (const key of ["dbTable", "dbTableComment", "indexes", "constraints"]) keys.delete(key);
  const { dbTableComment: comment } = options;
  if (before["dbTableComment"] !== comment) {
    comparison.add(app, alterModelTableComment(name, (comment as string | undefined) ?? null));
  }
  const changed = [...keys].filter((key) => !isDeepStrictEqual(before[key], options[key]));
  if (changed.length === 0) return;
  comparison.add(app, alterModelOptions(name, Object.fromEntries(changed.map((key) => [key, options[key] ?? null]))));
}
