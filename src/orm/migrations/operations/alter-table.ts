import type { AlterOptions } from "../../backends/schema-editor.js";
import type { TableShape } from "../../backends/table-shape.js";
import type { Schema } from "../../schema/schema.js";
import { isManaged } from "../state/model-state.js";
import type { OperationRun } from "./operation.js";

/** What an operation knows of its table besides the models before and after. */
export interface TableHints extends Pick<AlterOptions, "fills"> {
  /** The fields that get another name, before and after. */
  readonly renamedFields?: readonly (readonly [string, string])[];
}

/** Makes the table of the model that is called `before` in the state before, and `after` in the state after, fit. */
export async function alterTable(
  { from, to, editor }: OperationRun,
  before: string,
  after: string,
  { renamedFields = [], fills }: TableHints = {},
): Promise<void> {
  if (!isManaged(to.state.get(after))) return;
  const [old, schema] = [from.schema(before), to.schema(after)];
  const renamedColumns = new Map(
    renamedFields.map(([name, newName]) => [old.field(name).column, schema.field(newName).column]),
  );
  const [shapeBefore, shapeAfter] = [editor.shapeOf(old), editor.shapeOf(schema)];
  const referrers = keyType(shapeBefore) === keyType(shapeAfter) ? [] : referrersOf(old, schema);
  await editor.alterTable(shapeBefore, shapeAfter, {
    renamedColumns,
    ...(fills !== undefined && { fills }),
    referrers: referrers.map((pair) => ({ from: editor.shapeOf(pair.from), to: editor.shapeOf(pair.to) })),
  });

  /** Other models with columns that keep keys of this one. */
  function referrersOf(target: Schema, targetAfter: Schema): { from: Schema; to: Schema }[] {
    const pairs: { from: Schema; to: Schema }[] = [];
    for (const [label, model] of to.state.models) {
      if (!from.state.has(label) || label === after || !isManaged(model)) continue;
      const pair = { from: from.schema(label), to: to.schema(label) };
      const isReferrer =
        pair.from.foreignKeys.some((field) => field.target === target) &&
        pair.to.foreignKeys.some((field) => field.target === targetAfter);
      if (isReferrer) pairs.push(pair);
    }
    return pairs;
  }
}

function keyType({ columns }: TableShape): string {
  return columns
    .filter(({ isPrimaryKey }) => isPrimaryKey)
    .map(({ name, type }) => `${name} ${type}`)
    .join(", ");
}
