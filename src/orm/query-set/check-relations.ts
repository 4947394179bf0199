import { QueryInvalid } from "../errors.js";
import type { Schema } from "../schema/schema.js";

/** Throws for a path that does not follow relations. */
export function checkRelations(schema: Schema, path: string): void {
  let model = schema;
  for (const name of path.split("__")) {
    const relation = model.relation(name);
    if (relation === undefined) {
      if (!model.fieldsByName.has(name)) throw model.unknown(name, path);
      throw new QueryInvalid({
        model: schema.name,
        problem: `cannot prefetch ${JSON.stringify(path)}, which is no relation`,
      });
    }
    model = relation.target;
  }
}
