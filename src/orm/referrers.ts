import { incomingOf } from "./instances/incoming.js";
import type { ModelClass } from "./model-class.js";
import type { OnDelete } from "./schema/on-delete.js";
import { knownSchemas, schemaOf } from "./schema/schema-of.js";

/** A foreign key that refers to a model. */
export interface Referrer {
  /** The model that has it. */
  readonly model: ModelClass;
  /** Its property. */
  readonly field: string;
  readonly onDelete: OnDelete;
  /** Whether its rows are the links of a relation of many to many, of a model that Hotclub made. */
  readonly isLink: boolean;
}

/** The foreign keys of all models that refer to `model`: what a deletion of its rows reaches. */
export function referrersOf(model: ModelClass): readonly Referrer[] {
  const incoming = incomingOf(schemaOf(model));
  const links = new Set(
    [...knownSchemas()].flatMap(({ manyToMany }) =>
      manyToMany.flatMap((many) => (many.isAutomatic ? [many.links.schema] : [])),
    ),
  );
  return incoming.map(({ schema, field }) => ({
    model: schema.model,
    field: field.name,
    onDelete: field.onDelete,
    isLink: links.has(schema),
  }));
}
