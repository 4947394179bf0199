import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/foreign-key-field.js";
import { Reference } from "../schema/reference.js";
import type { Relation, Schema } from "../schema/schema.js";

/**
 * `value` as an instance holds it: for a foreign key a reference, which an instance or a key becomes; for other fields
 * the value itself.
 */
export function heldValue(schema: Schema, field: Field, value: unknown): unknown {
  if (!(field instanceof ForeignKeyField) || value === null || value === undefined) return value;
  const relation = schema.relation(field.name) as Relation;
  if (value instanceof Reference) {
    // Shared between rows, it would be loaded for the wrong siblings.
    return value.siblings === undefined ? value : new Reference(relation, value.id, undefined, value.loaded);
  }
  return value instanceof relation.target.model
    ? new Reference(relation, undefined, undefined, value)
    : new Reference(relation, value, undefined);
}
