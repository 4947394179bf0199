import type { SchemaEditor } from "../../backends/schema-editor.js";
import type { TableShape } from "../../backends/table-shape.js";
import type { ForeignKey, ManyToMany, Schema } from "../../schema/schema.js";
import type { HistoricalModels } from "../state/historical-models.js";
import type { OperationRun } from "./operation.js";

/** The same links, before and after an operation. */
export interface LinkPair {
  readonly from: ManyToMany;
  readonly to: ManyToMany;
}

/** The relations of many to many of a model whose links have a table that was not declared as a model. */
export function linksOf(schema: Schema): ManyToMany[] {
  return schema.manyToMany.filter(({ isAutomatic, links }) => isAutomatic && links.schema.meta.managed !== false);
}

/** Makes the table of links. */
export async function createLinkTable(editor: SchemaEditor, { links }: ManyToMany): Promise<void> {
  const table = editor.shapeOf(links.schema);
  await editor.createTable(table);
  await editor.addForeignKeys(table);
  for (const index of table.indexes) await editor.createIndex(table.name, index);
}

/** Drops the table of links. */
export async function dropLinkTable(editor: SchemaEditor, { links }: ManyToMany): Promise<void> {
  await editor.dropTable(editor.shapeOf(links.schema));
}

/** Gives a table of links the names that follow from its models, and keeps its rows. */
export async function alterLinkTable(editor: SchemaEditor, { from, to }: LinkPair): Promise<void> {
  const [before, after] = [editor.shapeOf(from.links.schema), editor.shapeOf(to.links.schema)];
  const renamedColumns = new Map(
    (["near", "far"] as const).map((side) => [from.links[side].column, to.links[side].column]),
  );
  await editor.alterTable(followed(before, after, renamedColumns), after, { renamedColumns });
}

/** What leads to a table that was renamed follows by itself: its foreign keys say the new name already. */
function followed(before: TableShape, after: TableShape, renamed: ReadonlyMap<string, string>): TableShape {
  const constraints = before.constraints.map((one) => {
    if (one.kind !== "foreignKey") return one;
    const columns = one.columns.map((column) => renamed.get(column) ?? column);
    const same = after.constraints.find(({ kind, columns: own }) => kind === "foreignKey" && own[0] === columns[0]);
    if (same?.target === undefined) return one;
    // With the column under its old name, as a shape before the rename has it.
    const body = same.body.replace(`"${columns[0]}"`, `"${one.columns[0]}"`);
    return { ...one, body, target: same.target };
  });
  return { ...before, constraints };
}

/** The links that lead to `label`, of other models as well, before and after it was renamed. */
export function incomingLinks(
  { from, to }: Pick<OperationRun, "from" | "to">,
  before: string,
  after: string,
): LinkPair[] {
  const target = from.schema(before);
  return [...from.state.models.keys()]
    .flatMap((label) => {
      if (label === before || !to.state.has(label)) return [];
      const own = linksOf(from.schema(label)).filter((one) => one.target === target);
      return own.length === 0 ? [] : pairs(own, linksOf(to.schema(label)));
    })
    .filter((pair) => pair.to.target === to.schema(after));
}

/** The same relations in two lists, by name. */
export function pairs(
  before: readonly ManyToMany[],
  after: readonly ManyToMany[],
  renamed: ReadonlyMap<string, string> = new Map(),
): LinkPair[] {
  return before.flatMap((from) => {
    const to = after.find(({ name }) => name === (renamed.get(from.name) ?? from.name));
    return to === undefined ? [] : [{ from, to }];
  });
}

/** The models of links, which have keys of those that they link. */
export function linkSchemas(models: HistoricalModels, label: string): Map<string, Schema> {
  return new Map(linksOf(models.schema(label)).map(({ name, links }) => [name, links.schema]));
}

/** Whether one of the foreign keys of `schema` leads to `target`. */
export function leadsTo(schema: Schema, target: Schema): boolean {
  return schema.foreignKeys.some((field: ForeignKey) => field.target === target);
}
