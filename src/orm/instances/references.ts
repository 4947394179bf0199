import { Expression } from "../expressions/expression.js";
import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { Reference } from "../schema/reference.js";
import type { Relation, Schema } from "../schema/schema.js";

/**
 * The value of a field as an instance holds it. For a foreign key that is a reference, which has the object at hand if
 * `given` is one or has one; for other fields what was written, or `given` where nothing is written yet.
 */
export function heldValue(schema: Schema, field: Field, given: unknown, written: unknown = given): unknown {
  if (written instanceof Expression) return written;
  if (!(field instanceof ForeignKeyField) || !field.holdsReference || written === null || written === undefined)
    return written;
  const relation = schema.relation(field.name) as Relation;
  if (given instanceof Reference) {
    // Shared between rows, it would be loaded for the wrong siblings.
    return given.siblings === undefined ? given : new Reference(relation, given.id, undefined, given.loaded);
  }
  return given instanceof relation.target.model
    ? new Reference(relation, undefined, undefined, given)
    : new Reference(relation, written, undefined);
}
