import { shownInTemplates } from "../core/index.js";
import { assignParted, markGiven, partedReference } from "./instances/parted-references.js";
import { RelatedOne } from "./related-one.js";
import { RelatedSet } from "./related-set.js";
import type { Instance } from "./schema/instance-state.js";
import { Reference } from "./schema/reference.js";
import type { Relation, Schema } from "./schema/schema.js";

/** Rows from the database have no properties of their own for relations without a column: the prototype has them. */
export function addReverseSides(schema: Schema): void {
  // Templates reach own properties, which the columns are, and these.
  Object.defineProperty(schema.model.prototype as object, shownInTemplates, {
    configurable: true,
    value: ["pk", "isSaved", ...schema.partedReferences.map(({ name }) => name), ...schema.reverseNames],
  });
  for (const field of schema.partedReferences) {
    Object.defineProperty(schema.model.prototype as object, field.name, {
      configurable: true,
      get(this: object): unknown {
        return partedReference(schema, field, this);
      },
      set(this: object, value: unknown) {
        assignParted(schema, field, this, value);
      },
    });
  }
  for (const name of schema.reverseNames) {
    Object.defineProperty(schema.model.prototype as object, name, {
      configurable: true,
      get(this: object): unknown {
        return relatedTo(this, schema, name);
      },
      // Compilers that assign class fields instead of defining them come through here at `new`.
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
}

/** What a class field gives at `new` that has no column: a relation, a reference whose key is elsewhere, or nothing. */
export function withoutColumn(
  owner: object,
  schema: Schema,
  name: string,
  given: Instance,
  values: ReadonlyMap<string | undefined, unknown>,
): unknown {
  const field = schema.partedReferences.find((candidate) => candidate.name === name);
  if (field === undefined) return name === schema.keyName ? undefined : relatedTo(owner, schema, name);
  const wanted = given[name];
  const made = wanted ?? partedReference(schema, field, Object.fromEntries(values));
  const held =
    wanted === null
      ? null
      : made === null
        ? null
        : new Reference(
            schema.relation(name) as Relation,
            field.toValue(made),
            undefined,
            made instanceof field.target.model ? made : made instanceof Reference ? made.loaded : undefined,
          );
  markGiven(owner, name, held);
  return held;
}

/** What the relation called `name`, which has no column, is on `owner`. */
function relatedTo(owner: object, schema: Schema, name: string): RelatedSet<object> | RelatedOne<object> {
  return schema.leadsToOne(name) ? new RelatedOne(owner, schema, name) : new RelatedSet(owner, schema, name);
}
