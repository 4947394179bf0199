import type { ForeignKeyField } from "../fields/foreign-key-field.js";
import type { ModelSchema } from "../schema/model-schema.js";
import { knownSchemas } from "../schema/schema-of.js";

/** A foreign key that refers to a model, and the model that has it. */
export interface Incoming {
  readonly schema: ModelSchema;
  readonly field: ForeignKeyField;
}

/** The foreign keys of all known models that refer to `target`. */
export function incomingOf(target: ModelSchema): Incoming[] {
  const incoming: Incoming[] = [];
  // The reverse sides that the model itself declares make those models known.
  for (const name of target.reverseNames) target.relation(name);
  // Asking a foreign key for its target may make another schema known, which is then looked at too.
  for (const schema of knownSchemas()) {
    for (const field of schema.foreignKeys) if (field.target === target) incoming.push({ schema, field });
  }
  return incoming;
}
