import { knownSchemas } from "../schema/schema-of.js";
import type { ForeignKey, Schema } from "../schema/schema.js";

/** A foreign key that refers to a model, and the model that has it. */
export interface Incoming {
  readonly schema: Schema;
  readonly field: ForeignKey;
}

/** The foreign keys of all known models that refer to `target`. */
export function incomingOf(target: Schema): Incoming[] {
  const incoming: Incoming[] = [];
  // The reverse sides that the model itself declares make those models known.
  for (const name of target.reverseNames) target.relation(name);
  // Asking a foreign key for its target may make another schema known, which is then looked at too.
  for (const schema of knownSchemas()) {
    // A proxy has the foreign keys of its model.
    if (schema.concrete !== schema) continue;
    // So do relations of many to many, whose links refer to both sides.
    void schema.manyToMany;
    for (const field of schema.foreignKeys)
      if (field.target.concrete === target.concrete) incoming.push({ schema, field });
  }
  return incoming;
}
