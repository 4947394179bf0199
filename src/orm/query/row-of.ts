import type { Schema } from "../schema/schema.js";
import { buildQuery } from "./build-query.js";
import type { BuildPlace } from "./resolved.js";
import { rootShapeOf } from "./root-shape.js";
import { Aliases, TableNode } from "./table-node.js";

/** The one row that a definition is about. Its columns have no alias: there is no other table. */
export function rowOf(schema: Schema): BuildPlace {
  const aliases = new Aliases();
  const { place } = buildQuery(rootShapeOf(schema), aliases, 0, undefined);
  return { ...place, root: new TableNode(schema, aliases, undefined, undefined, "") };
}
