import type { ForeignKeyField } from "../fields/foreign-key-field.js";
import type { ModelSchema } from "./model-schema.js";

/**
 * A step that a path can take from one model to another, and the columns that it joins.
 *
 * A foreign key gives a relation to one row; the reverse side of it gives one to many.
 */
export interface Relation {
  readonly kind: "reference" | "set";
  /** The property's name. */
  readonly name: string;
  readonly source: ModelSchema;
  readonly target: ModelSchema;
  /** The foreign key that it follows, or follows backward. */
  readonly field: ForeignKeyField;
  /** The column of the source's table that equals `targetColumn`. */
  readonly sourceColumn: string;
  readonly targetColumn: string;
  /** Whether it can lead to more than one row. */
  readonly isMany: boolean;
  /** Whether it can lead to none, so that an inner join would lose rows. */
  readonly isNullable: boolean;
}
