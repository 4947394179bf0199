import { ModelInvalid, QueryInvalid } from "../errors.js";
import { baseSetOf } from "../query-set/default-set.js";
import type { Instance } from "../schema/instance-state.js";
import { plainValue } from "../schema/reference.js";
import type { Schema } from "../schema/schema.js";

/** The lookups that name a row: the fields of its natural key, and in place of references those of what they refer to. */
function pathsOf(schema: Schema, through: readonly Schema[] = []): string[] {
  const { naturalKey } = schema.meta;
  if (naturalKey === undefined) {
    throw new ModelInvalid({
      model: schema.name,
      problem: "has no natural key; name its fields in meta({ naturalKey })",
    });
  }
  if (through.includes(schema)) {
    throw new ModelInvalid({ model: schema.name, problem: "has a natural key that leads back to itself" });
  }
  return naturalKey.flatMap((name) => {
    const target = schema.relation(name)?.target;
    if (target?.meta.naturalKey === undefined) return [name];
    return pathsOf(target, [...through, schema]).map((path) => `${name}__${path}`);
  });
}

/** The values of the natural key of `instance`. */
export async function naturalKeyOf(schema: Schema, instance: object): Promise<readonly unknown[]> {
  return Promise.all(pathsOf(schema).map((path) => valueAt(schema, instance, path.split("__"))));
}

async function valueAt(schema: Schema, instance: object, [name = "", ...rest]: readonly string[]): Promise<unknown> {
  if (rest.length === 0) return plainValue(schema, name, instance);
  const object: unknown = await (instance as Instance)[name];
  const target = schema.relation(name)?.target;
  return typeof object === "object" && object !== null && target !== undefined ? valueAt(target, object, rest) : null;
}

/** The row with this natural key. Rejects with `DoesNotExist`. */
export async function getByNaturalKey(schema: Schema, values: readonly unknown[]): Promise<object> {
  const paths = pathsOf(schema);
  if (paths.length !== values.length) {
    const problem = `is asked for by ${values.length} values; its natural key is ${paths.join(", ")}`;
    throw new QueryInvalid({ model: schema.name, problem });
  }
  const where = Object.fromEntries(paths.map((path, index) => [path, values[index]]));
  return baseSetOf<object>(schema).filterBy(where).get();
}
