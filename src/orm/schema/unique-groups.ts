import type { Field } from "../fields/field.js";
import { shortName } from "./naming.js";
import type { Schema } from "./schema.js";

/** Fields whose values no two rows of a table share. */
export interface UniqueGroup {
  /** The name of the constraint in the database; `undefined` for the primary key, which the database names. */
  readonly name: string | undefined;
  readonly fields: readonly Field[];
}

/** Every rule of uniqueness that a model has: its primary key, its unique fields, and those of its meta. */
export function uniqueGroupsOf(schema: Schema): UniqueGroup[] {
  const group = (fields: readonly Field[], name: string | undefined): UniqueGroup => {
    const columns = fields.map((field) => field.column);
    return { fields, name: name ?? shortName(schema.table, columns, "uniq") };
  };
  const single = schema.fields.filter((field) => field.isUnique && !field.isPrimaryKey);
  return [
    { fields: [schema.primaryKey], name: undefined },
    ...single.map((field) => group([field], undefined)),
    ...(schema.meta.constraints ?? []).map(({ fields, name }) =>
      group(
        fields.map((fieldName) => schema.field(fieldName)),
        name,
      ),
    ),
  ];
}
