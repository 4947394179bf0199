import { AddField } from "../operations/add-field.js";
import { AlterField } from "../operations/alter-field.js";
import { AlterModelOptions, AlterModelTable, AlterModelTableComment } from "../operations/alter-model.js";
import { CreateModel, creationOf } from "../operations/create-model.js";
import { AddDefinition, RemoveDefinition, RenameIndex } from "../operations/definition-operations.js";
import { DeleteModel } from "../operations/delete-model.js";
import { FieldOperation } from "../operations/field-operation.js";
import { ModelOperation } from "../operations/model-operation.js";
import type { Operation } from "../operations/operation.js";
import { RemoveField } from "../operations/remove-field.js";
import { RenameField } from "../operations/rename-field.js";
import { RenameModel } from "../operations/rename-model.js";
import { changeDefinition, sameDefinition } from "../state/definitions.js";
import { labelIn } from "../state/model-state.js";
import { ProjectState } from "../state/project-state.js";

/** What two operations, one right after the other, are together; `undefined` where they stay two. */
export function reduce(one: Operation, two: Operation, app: string): readonly Operation[] | undefined {
  if (one instanceof CreateModel) return reduceCreation(one, two, app);
  if (two instanceof DeleteModel) return reduceDeletion(one, two);
  if (one instanceof AddField) return reduceAddition(one, two);
  if (one instanceof AlterField) return reduceAlteration(one, two);
  if (one instanceof RenameField) return reduceFieldRename(one, two);
  if (one instanceof RenameModel && two instanceof RenameModel && one.to === two.from) {
    return one.from === two.to ? [] : [new RenameModel(one.from, two.to)];
  }
  if (one instanceof AddDefinition) return reduceDefinition(one, two);
  if (one instanceof AlterModelOptions && two instanceof AlterModelOptions && one.model === two.model) {
    return [new AlterModelOptions(one.model, { ...one.options, ...two.options })];
  }
  if (one instanceof AlterModelTable && two instanceof AlterModelTable && one.model === two.model) return [two];
  const isComment = one instanceof AlterModelTableComment && two instanceof AlterModelTableComment;
  return isComment && one.model === two.model ? [two] : undefined;
}

/** A new model takes in what is changed about it. */
function reduceCreation(one: CreateModel, two: Operation, app: string): readonly Operation[] | undefined {
  if (two instanceof DeleteModel) return two.name === one.name ? [] : undefined;
  const isOwn =
    ((two instanceof FieldOperation || two instanceof RenameField || two instanceof ModelOperation) &&
      two.model === one.name) ||
    (two instanceof RenameModel && two.from === one.name);
  if (!isOwn) return undefined;
  const state = new ProjectState();
  one.changeState(app, state);
  two.changeState(app, state);
  const name = two instanceof RenameModel ? two.to : one.name;
  return [creationOf(state.get(labelIn(app, name)))];
}

function reduceDeletion(one: Operation, two: DeleteModel): readonly Operation[] | undefined {
  if (one instanceof RenameModel && one.to === two.name) return [new DeleteModel(one.from)];
  const isOwn =
    (one instanceof FieldOperation || one instanceof RenameField || one instanceof ModelOperation) &&
    one.model === two.name;
  return isOwn ? [two] : undefined;
}

function reduceAddition(one: AddField, two: Operation): readonly Operation[] | undefined {
  if (two instanceof RenameField && two.model === one.model && two.from === one.field) {
    return [new AddField(one.model, two.to, one.description, one.options)];
  }
  if (!(two instanceof FieldOperation) || two.model !== one.model || two.field !== one.field) return undefined;
  if (two instanceof RemoveField) return [];
  if (two instanceof AlterField) {
    return [new AddField(one.model, one.field, two.description, { ...one.options, ...two.options })];
  }
  return undefined;
}

function reduceAlteration(one: AlterField, two: Operation): readonly Operation[] | undefined {
  if (two instanceof RenameField && two.model === one.model && two.from === one.field) {
    // A column, or a table of links, that has got its old name for good is not renamed for a moment.
    const { dbColumn, dbTable } = one.description.options;
    if (dbColumn !== undefined || dbTable !== undefined) return undefined;
    return [two, new AlterField(one.model, two.to, one.description, one.options)];
  }
  if (!(two instanceof FieldOperation) || two.model !== one.model || two.field !== one.field) return undefined;
  if (two instanceof RemoveField) return [two];
  if (two instanceof AlterField) {
    return [new AlterField(one.model, one.field, two.description, { ...one.options, ...two.options })];
  }
  return undefined;
}

function reduceFieldRename(one: RenameField, two: Operation): readonly Operation[] | undefined {
  if (two instanceof RenameField && two.model === one.model && two.from === one.to) {
    return one.from === two.to ? [] : [new RenameField(one.model, one.from, two.to)];
  }
  if (two instanceof RemoveField && two.model === one.model && two.field === one.to) {
    return [new RemoveField(one.model, one.from, two.options)];
  }
  return undefined;
}

function reduceDefinition(one: AddDefinition, two: Operation): readonly Operation[] | undefined {
  const isSame =
    (two instanceof RemoveDefinition || two instanceof RenameIndex) &&
    two.model === one.model &&
    sameDefinition(one.definition, two.definition);
  if (!isSame) return undefined;
  if (two instanceof RemoveDefinition) return [];
  return [new AddDefinition(one.model, changeDefinition(one.definition, { name: two.newName }))];
}
