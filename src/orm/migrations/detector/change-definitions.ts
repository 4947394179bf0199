import {
  addConstraint,
  addIndex,
  alterConstraint,
  removeConstraint,
  removeIndex,
  renameIndex,
} from "../operations/definition-operations.js";
import { constraintsIn, indexesIn } from "../state/describe-state.js";
import { compareDefinitions } from "./compare-definitions.js";
import type { Comparison } from "./comparison.js";

/** Takes off a model the indexes and constraints that it has no more, before its fields change. */
export function removeDefinitions(comparison: Comparison, label: string): void {
  const { app, name, options } = comparison.to.get(label);
  const before = comparison.state.get(label).options;
  const {
    removed: constraints,
    renamed: moved,
    retold,
  } = compareDefinitions(constraintsIn(before), constraintsIn(options));
  // No operation renames a constraint: it goes, and comes back.
  for (const one of [...constraints, ...moved.map(([old]) => old)])
    comparison.perform(app, removeConstraint(name, one));
  const { removed, renamed } = compareDefinitions(indexesIn(before), indexesIn(options));
  for (const one of removed) comparison.perform(app, removeIndex(name, one));
  for (const [old, one] of renamed) comparison.perform(app, renameIndex(name, old, one.name));
  for (const [old, one] of retold) comparison.perform(app, alterConstraint(name, old, one));
}

/** Gives a model its new indexes and constraints, once its fields are there. */
export function addDefinitions(comparison: Comparison, label: string): void {
  const { app, name, options } = comparison.to.get(label);
  const before = comparison.state.get(label).options;
  for (const one of compareDefinitions(indexesIn(before), indexesIn(options)).added)
    comparison.perform(app, addIndex(name, one));
  for (const one of compareDefinitions(constraintsIn(before), constraintsIn(options)).added) {
    comparison.perform(app, addConstraint(name, one));
  }
}
