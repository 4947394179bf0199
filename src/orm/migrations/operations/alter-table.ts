import type { AlterOptions } from "../../backends/schema-editor.js";
import type { TableShape } from "../../backends/table-shape.js";
import type { Schema } from "../../schema/schema.js";
import { isManaged } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import {
  alterLinkTable,
  createLinkTable,
  dropLinkTable,
  incomingLinks,
  leadsTo,
  linkSchemas,
  linksOf,
  pairs,
} from "./link-tables.js";
import type { OperationRun } from "./operation.js";

/** What an operation knows of its table besides the models before and after. */
export interface TableHints extends Pick<AlterOptions, "fills"> {
  /** The fields that get another name, before and after. */
  readonly renamedFields?: readonly (readonly [string, string])[];
}

/**
 * Makes the table of the model that is called `before` in the state before, and `after` in the state after, fit, and the
 * tables of its links with it.
 */
export async function alterTable(
  run: OperationRun,
  before: string,
  after: string,
  hints: TableHints = {},
): Promise<void> {
  const { from, to, editor } = run;
  const renamed = new Map(hints.renamedFields);
  const [old, now] = [linksOf(from.schema(before)), linksOf(to.schema(after))];
  const kept = pairs(old, now, renamed);
  for (const one of old) if (!kept.some((pair) => pair.from === one)) await dropLinkTable(editor, one);
  const hasNewKey = isManaged(to.state.get(after)) && (await alterOwnTable(run, before, after, hints));
  // With a new key, the tables of links have been altered along with all that keep that key.
  if (!hasNewKey) {
    const incoming = before === after ? [] : incomingLinks(run, before, after);
    for (const pair of [...kept, ...incoming]) await alterLinkTable(editor, pair);
  }
  for (const one of now) if (!kept.some((pair) => pair.to === one)) await createLinkTable(editor, one);
}

/** Gives whether the model has another key afterwards. */
async function alterOwnTable(
  { from, to, editor }: OperationRun,
  before: string,
  after: string,
  { renamedFields = [], fills }: TableHints,
): Promise<boolean> {
  const [old, schema] = [from.schema(before), to.schema(after)];
  const renamedColumns = new Map(
    renamedFields.flatMap(([name, newName]) => {
      const [field, newField] = [old.fieldsByName.get(name), schema.fieldsByName.get(newName)];
      // What has no column is a relation of many to many.
      return field === undefined || newField === undefined ? [] : [[field.column, newField.column] as const];
    }),
  );
  const [shapeBefore, shapeAfter] = [editor.shapeOf(old), editor.shapeOf(schema)];
  const referred = referredColumns(to.state, after, schema);
  const hasNewKey = keyType(shapeBefore, referred, renamedColumns) !== keyType(shapeAfter, referred);
  const referrers = hasNewKey ? referrersOf(old, schema) : [];
  await editor.alterTable(shapeBefore, shapeAfter, {
    renamedColumns,
    ...(fills !== undefined && { fills }),
    referrers: referrers.map((pair) => ({ from: editor.shapeOf(pair.from), to: editor.shapeOf(pair.to) })),
  });
  return hasNewKey;

  /** Other tables with columns that keep keys of this one: of models, and of links. */
  function referrersOf(target: Schema, targetAfter: Schema): { from: Schema; to: Schema }[] {
    const found: { from: Schema; to: Schema }[] = [];
    const take = (pair: { from: Schema; to: Schema }): void => {
      if (leadsTo(pair.from, target) && leadsTo(pair.to, targetAfter)) found.push(pair);
    };
    for (const [label, model] of to.state.models) {
      const isOwn = label === after;
      if (!isOwn && (!from.state.has(label) || !isManaged(model))) continue;
      const oldLabel = isOwn ? before : label;
      if (!isOwn) take({ from: from.schema(label), to: to.schema(label) });
      const now = linkSchemas(to, label);
      for (const [name, links] of linkSchemas(from, oldLabel)) {
        const same = now.get(name);
        if (same !== undefined) take({ from: links, to: same });
      }
    }
    return found;
  }
}

/** What other tables keep of this one: its key, and the columns that are `referred` to, under their new names. */
function keyType(
  { columns }: TableShape,
  referred: ReadonlySet<string>,
  renamed: ReadonlyMap<string, string> = new Map(),
): string {
  const newName = (name: string): string => renamed.get(name) ?? name;
  return columns
    .filter(({ isPrimaryKey, name }) => isPrimaryKey || referred.has(newName(name)))
    .map(({ isPrimaryKey, name, type }) => `${isPrimaryKey ? name : newName(name)} ${type}`)
    .toSorted()
    .join(", ");
}

/** The columns of a model that foreign keys keep instead of its primary key. */
function referredColumns({ models }: ProjectState, label: string, schema: Schema): ReadonlySet<string> {
  const names = [...models.values()].flatMap(({ fields }) =>
    [...fields.values()].flatMap(({ to, options }) => (to === label ? [options["toField"]] : [])),
  );
  return new Set(names.flatMap((name) => schema.fieldsByName.get(name as string)?.column ?? []));
}
