import type { SqlNode } from "../compiler/nodes.js";
import { QueryInvalid } from "../errors.js";
import type { Operand } from "../lookups/lookup.js";
import { transformOf } from "../lookups/registry.js";
import type { Schema } from "../schema/schema.js";

/** `node` with the transforms called `names` applied in turn. Throws `QueryInvalid` for a name that is none. */
export function applyTransforms(
  schema: Schema,
  path: string,
  kind: Operand["kind"],
  names: readonly string[],
  node: SqlNode,
  zone: string | undefined,
): SqlNode {
  let current = kind;
  return names.reduce((item, name) => {
    const transform = transformOf(current, name, zone);
    if (transform === undefined) {
      throw new QueryInvalid({
        model: schema.name,
        problem: `cannot use ${JSON.stringify(path)}: ${name} is no transform of that field`,
      });
    }
    current = transform.output.kind;
    return transform.build(item);
  }, node);
}
