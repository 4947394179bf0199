import { AlterField } from "../operations/alter-field.js";
import { CreateModel } from "../operations/create-model.js";
import { DeleteModel } from "../operations/delete-model.js";
import type { Operation } from "../operations/operation.js";
import { RemoveField } from "../operations/remove-field.js";
import { RenameModel } from "../operations/rename-model.js";
import { reduce } from "./reduce.js";

/** Fewer operations of `app` that do the same: a field that is added to a new model stands in the model itself. */
export function optimize(operations: readonly Operation[], app: string): readonly Operation[] {
  for (let current = operations; ;) {
    const next = optimizeOnce(current, app);
    if (next === undefined) return current;
    current = next;
  }
}

/** After the first two operations that are fewer together; `undefined` where there are none. */
function optimizeOnce(operations: readonly Operation[], app: string): readonly Operation[] | undefined {
  for (const [index, one] of operations.entries()) {
    for (let other = index + 1; other < operations.length; other++) {
      const two = operations[other];
      if (two === undefined) break;
      const between = operations.slice(index + 1, other);
      const result = reduce(one, two, app);
      if (result !== undefined) {
        const [before, after] = [operations.slice(0, index), operations.slice(other + 1)];
        // Either the later one comes forward to the earlier one, or that one goes back to it.
        if (between.every((operation) => commute(operation, two, app)))
          return [...before, ...result, ...between, ...after];
        if (between.every((operation) => commute(one, operation, app)))
          return [...before, ...between, ...result, ...after];
      }
    }
  }
  return undefined;
}

/** Whether two operations do the same in either order. */
export function commute(one: Operation, two: Operation, app: string): boolean {
  const [ofOne, ofTwo] = [one.subjects(app), two.subjects(app)];
  if (ofOne === undefined || ofTwo === undefined) return false;
  if (ofOne.some((subject) => ofTwo.some((other) => isWithin(subject, other) || isWithin(other, subject))))
    return false;
  return !mayFree(one, two) && !mayFree(two, one) && !dependsOn(two, one, app) && !dependsOn(one, two, app);
}

/** Whether `one` may take away what led to the model that `two` deletes: neither says where that field led. */
function mayFree(one: Operation, two: Operation): boolean {
  return (
    two instanceof DeleteModel &&
    (one instanceof RemoveField || one instanceof AlterField || one instanceof DeleteModel)
  );
}

/** Whether `one` leads to a model that `two` makes, deletes or renames. */
function dependsOn(one: Operation, two: Operation, app: string): boolean {
  if (!(two instanceof CreateModel || two instanceof DeleteModel || two instanceof RenameModel)) return false;
  const subjects = two.subjects(app) ?? [];
  return one.references(app).some((label) => subjects.includes(label));
}

function isWithin(subject: string, other: string): boolean {
  return subject === other || subject.startsWith(`${other}.`);
}
