import { CompositeKeyField } from "../fields/data/composite-key-field.js";
import { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { ParentLinkField } from "../fields/relations/parent-link-field.js";
import { PartedReferenceField } from "../fields/relations/parted-reference-field.js";
import type { ModelClass } from "../model-class.js";
import type { Invalid } from "./check-model.js";
import type { Declaration } from "./construction.js";
import type { SchemaParts, SetDeclaration } from "./model-schema.js";
import { snakeCase } from "./naming.js";
import { suggestion } from "./nearest.js";
import { PlaceField } from "./place-field.js";
import type { Schema } from "./schema.js";

/** What is known of the model besides its declarations. */
interface SortOptions {
  readonly invalid: Invalid;
  readonly parent: Schema | undefined;
  /** Whether its rows have places. */
  readonly hasPlaces: boolean;
  readonly schemaOf: (model: ModelClass) => Schema;
}

/** What the declarations of a model are, by kind; `names` has the property of each. */
export function sortDeclarations(
  declarations: readonly Declaration[],
  names: ReadonlyMap<Declaration, string>,
  { invalid, parent, hasPlaces, schemaOf }: SortOptions,
): Pick<
  SchemaParts,
  "fields" | "foreignKeys" | "reverses" | "primaryKey" | "keyFields" | "partedReferences" | "constructionPlan"
> {
  const fields: Field[] = [];
  const composites: CompositeKeyField[] = [];
  const partedReferences: PartedReferenceField[] = [];
  const reverses = new Map<string, SetDeclaration>();
  for (const declaration of declarations) {
    const name = names.get(declaration);
    // Not on the instance: a subclass declared the property again.
    if (name === undefined) continue;
    if (!(declaration instanceof Field)) {
      reverses.set(name, declaration);
      continue;
    }
    const isReference = declaration instanceof ForeignKeyField;
    declaration.bind(name, isReference ? `${snakeCase(name)}_id` : snakeCase(name));
    if (isReference) declaration.bindTarget(schemaOf);
    if (parent !== undefined && name === parent.keyName) {
      const link = new ParentLinkField(parent);
      link.bind(name, "");
      fields.push(link);
    } else if (declaration instanceof CompositeKeyField) composites.push(declaration);
    else if (declaration instanceof PartedReferenceField) partedReferences.push(declaration);
    else fields.push(declaration);
  }
  // The rows of a model that extends one with places have them in its table.
  if (hasPlaces || parent?.places !== undefined) fields.push(new PlaceField());
  for (const field of partedReferences) field.bindParts(partsOf(field, fields, invalid));
  for (const field of composites) field.bindParts(keyPartsOf(field, fields, invalid));
  const keys = [...composites, ...fields.filter((field) => field.isPrimaryKey)];
  const [primaryKey] = keys;
  if (primaryKey === undefined) {
    return invalid("extends ModelBase and has no field with primaryKey: true, and no f.compositeKey");
  }
  if (keys.length > 1) {
    invalid(
      `has more than one primary key: ${keys.map((key) => key.name).join(", ")}; extend ModelBase to have a key of your own`,
    );
  }
  const foreignKeys = [...fields.filter((field) => field instanceof ForeignKeyField), ...partedReferences];
  const keyFields = primaryKey instanceof CompositeKeyField ? primaryKey.parts : [primaryKey];
  const constructionPlan = declarations.map((one) => names.get(one));
  return { fields, foreignKeys, reverses, primaryKey, keyFields, partedReferences, constructionPlan };
}

/** The fields that `field` names as those which hold its key. */
function partsOf(
  field: CompositeKeyField | PartedReferenceField,
  fields: readonly Field[],
  invalid: Invalid,
): readonly Field[] {
  const known = fields.map(({ name }) => name);
  return field.partNames.map((name): Field => {
    const part = fields.find((candidate) => candidate.name === name);
    return (
      part ?? invalid(`has ${field.name} over ${JSON.stringify(name)}, which is no field.${suggestion(name, known)}`)
    );
  });
}

function keyPartsOf(field: CompositeKeyField, fields: readonly Field[], invalid: Invalid): readonly Field[] {
  const parts = partsOf(field, fields, invalid);
  if (new Set(parts).size !== parts.length || parts.length < 2) {
    invalid(`has a composite key ${field.name} that is not of two or more different fields`);
  }
  for (const { name, isNullable, isComputed } of parts) {
    if (isNullable || isComputed) invalid(`has ${name} in its composite key, which may be null or is computed`);
  }
  return parts;
}
