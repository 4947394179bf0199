import type { SchemaEditor } from "../../backends/schema-editor.js";
import { CreateModel } from "../operations/create-model.js";
import type { HistoricalModels } from "../state/historical-models.js";
import { linksOf } from "../operations/link-tables.js";
import { isManaged, labelIn } from "../state/model-state.js";
import type { MigrationNode } from "./migration-node.js";

/**
 * Whether the tables that a migration makes are there, each with all its columns: then somebody else has made them, and
 * the migration can be taken for applied. Only for migrations that make models, and do nothing else to the rows.
 */
export async function initialIsThere(
  { app, migration }: MigrationNode,
  { after, editor }: { readonly after: HistoricalModels; readonly editor: SchemaEditor },
): Promise<boolean> {
  const created = migration.operations.filter((operation) => operation instanceof CreateModel);
  const labels = created
    .map(({ name }) => labelIn(app, name))
    .filter((label) => after.state.has(label) && isManaged(after.state.get(label)));
  if (labels.length === 0) return false;
  const models = labels.map((label) => after.schema(label));
  const schemas = models.concat(models.flatMap(linksOf).map(({ links }) => links.schema));
  for (const schema of schemas) {
    const { name, columns } = editor.shapeOf(schema);
    const there = await editor.columnsOf(name);
    if (there === undefined || !columns.every((column) => there.includes(column.name))) return false;
  }
  return true;
}
