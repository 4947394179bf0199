import { ModelInvalid } from "../errors.js";
import { CompositeKeyField } from "../fields/data/composite-key-field.js";
import { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { PartedReferenceField } from "../fields/relations/parted-reference-field.js";
import { ManyToManyDeclaration } from "../fields/relations/many-to-many-declaration.js";
import { ReverseDeclaration } from "../fields/relations/reverse-declaration.js";
import type { Meta } from "../meta.js";
import type { ModelClass } from "../model-class.js";
import { collectDeclarations, type Constructible, type Declaration } from "./construction.js";
import { ModelSchema, type SchemaParts, type SetDeclaration } from "./model-schema.js";
import { fitsAsName, snakeCase } from "./naming.js";
import { suggestion } from "./nearest.js";
import { ParentLinkField } from "../fields/relations/parent-link-field.js";
import { databaseAction, SetTo } from "./on-delete.js";
import type { Schema } from "./schema.js";

const schemaKey: unique symbol = Symbol("hotclub.orm.schema");

/** Slots that the ORM keeps on a model class. */
interface ModelStatics {
  [schemaKey]?: Schema;
  meta?: Meta;
}

const everySchema = new Set<Schema>();
const rootClasses = new Set<object>();
const unlisted = new WeakSet<object>();

/** Called when a schema was made, to finish what stands above this file (the accessors of reverse sides). */
let onSchemaMade: (schema: Schema) => void = () => {};

/** Says which classes are no models themselves (`Model`), and what to do with each new schema. */
export function installModelRoots(roots: readonly object[], onMade: (schema: Schema) => void): void {
  for (const root of roots) rootClasses.add(root);
  onSchemaMade = onMade;
}

/** Keeps a model out of `knownSchemas`: one of many that stand for the same table, as migrations make them. */
export function leaveUnlisted(model: object): void {
  unlisted.add(model);
}

/** Whether a model is kept out of `knownSchemas`. */
export function isUnlisted(model: object): boolean {
  return unlisted.has(model);
}

/** The schema of `model`, made at first use. Throws `ModelInvalid` for a model that cannot work. */
export function schemaOf(model: ModelClass): Schema {
  const statics = model as ModelStatics;
  // A class inherits the slot of the class it extends, whose schema is not its own.
  const known = statics[schemaKey];
  if (known !== undefined && known.model === model) return known;
  const schema = makeSchema(model);
  Object.defineProperty(model, schemaKey, { value: schema });
  if (!unlisted.has(model)) everySchema.add(schema);
  onSchemaMade(schema);
  return schema;
}

/** Every schema made so far. */
export function knownSchemas(): Iterable<Schema> {
  return everySchema;
}

function makeSchema(model: ModelClass): Schema {
  const invalid = (problem: string): never => {
    throw new ModelInvalid({ model: model.name, problem });
  };
  const meta = ownMeta(model);
  if (rootClasses.has(model) || meta.abstract === true) invalid("is abstract: it has no table and no rows");
  const proxied = meta.proxy === true ? proxiedBy(model, invalid) : undefined;
  const parent = proxied === undefined ? parentOf(model, invalid) : proxied.parent;
  const { declarations, instance } = lookAt(model);
  const names = new Map<Declaration, string>();
  for (const [name, value] of Object.entries(instance)) {
    if (isDeclaration(value)) names.set(value, name);
    else {
      invalid(
        `has a class field ${JSON.stringify(name)} that is not made by f; ` +
          "rows from the database would not have it. Use a getter, a method or a static property, or declare the type only",
      );
    }
  }
  if (parent !== undefined) refuseChanges(parent, declarations, names, invalid);
  const sorted = sortDeclarations(declarations, names, invalid, parent);
  const parts: SchemaParts = {
    model,
    meta: metaOfChild(metaOfProxy(meta, proxied), parent),
    schemaOf,
    proxied,
    parent,
    ...sorted,
  };
  checkNames(parts, invalid);
  if (proxied === undefined) refuseShadowing(parts, invalid);
  else refuseOwnFields(proxied, names, invalid);
  checkMeta(parts, invalid);
  return new ModelSchema(parts);
}

function isDeclaration(value: unknown): value is Declaration {
  return value instanceof Field || value instanceof ReverseDeclaration || value instanceof ManyToManyDeclaration;
}

type Invalid = (problem: string) => never;

function ownMeta(model: ModelClass): Meta {
  const { meta } = model as ModelStatics;
  if (meta === undefined || Object.hasOwn(model, "meta")) return meta ?? {};
  // Of a model with a table nothing is inherited but what `metaOfChild` says.
  if (!isAbstract(ownerOfMeta(model))) return {};
  // Inherited from an abstract model; that the parent is abstract, and its table, are not.
  const { abstract: _abstract, dbTable: _dbTable, ...inherited } = meta;
  return inherited;
}

/** The class whose `meta` it is that `model` has. */
function ownerOfMeta(model: ModelClass): ModelClass {
  return Object.hasOwn(model, "meta") ? model : ownerOfMeta(Object.getPrototypeOf(model) as ModelClass);
}

function isAbstract(model: ModelClass): boolean {
  return Object.hasOwn(model, "meta") && (model as ModelStatics).meta?.abstract === true;
}

/** A model that extends one with a table is ordered as that one, unless it says otherwise; as in Django. */
function metaOfChild(meta: Meta, parent: Schema | undefined): Meta {
  if (parent === undefined) return meta;
  const { ordering, getLatestBy } = parent.meta;
  return { ...(ordering !== undefined && { ordering }), ...(getLatestBy !== undefined && { getLatestBy }), ...meta };
}

/** The schema of the model whose table a proxy shows. */
function proxiedBy(model: ModelClass, invalid: Invalid): Schema {
  const parent = Object.getPrototypeOf(model) as ModelClass & ModelStatics;
  const isModel = typeof parent === "function" && parent !== Function.prototype && !rootClasses.has(parent);
  const isConcrete = isModel && !(Object.hasOwn(parent, "meta") && parent.meta?.abstract === true);
  if (!isConcrete) invalid("is a proxy, and extends no model that has a table");
  return schemaOf(parent).concrete;
}

/** What a proxy does not say about itself is as its model says. */
function metaOfProxy(meta: Meta, proxied: Schema | undefined): Meta {
  if (proxied === undefined) return meta;
  const { indexes: _indexes, dbTable: _dbTable, ...inherited } = proxied.meta;
  return { ...inherited, ...meta };
}

function refuseOwnFields(proxied: Schema, names: ReadonlyMap<Declaration, string>, invalid: Invalid): void {
  const known = new Set([
    ...proxied.fieldsByName.keys(),
    ...proxied.reverseNames,
    ...proxied.foreignKeys.map(({ name }) => name),
    proxied.keyName,
  ]);
  for (const name of names.values()) {
    if (!known.has(name)) invalid(`has a field ${JSON.stringify(name)} of its own, which a proxy cannot have`);
  }
}

/** The schema of the nearest model with a table that `model` extends. */
function parentOf(model: ModelClass, invalid: Invalid): Schema | undefined {
  let parent = Object.getPrototypeOf(model) as ModelClass;
  while (!rootClasses.has(parent)) {
    if (typeof parent !== "function" || parent === Function.prototype) return invalid("does not extend Model");
    if (!isAbstract(parent)) return childless(schemaOf(parent).concrete, invalid);
    parent = Object.getPrototypeOf(parent) as ModelClass;
  }
  return undefined;
}

function childless(parent: Schema, invalid: Invalid): Schema {
  if (parent.keyFields.length > 1 || parent.partedReferences.length > 0) {
    invalid(`extends ${parent.name}, which has a composite key or a reference to one; give it a one to one instead`);
  }
  return parent;
}

/** A field of the parent is in the parent's table: it cannot be another one here. */
function refuseChanges(
  parent: Schema,
  declarations: readonly Declaration[],
  names: ReadonlyMap<Declaration, string>,
  invalid: Invalid,
): void {
  for (const [index, name] of parent.constructionPlan.entries()) {
    const declaration = declarations[index];
    if (name !== undefined && declaration !== undefined && names.get(declaration) === undefined) {
      invalid(`declares ${JSON.stringify(name)} again, which is a field of ${parent.name}, the model that it extends`);
    }
  }
}

function lookAt(model: ModelClass): { declarations: Declaration[]; instance: object } {
  try {
    // Abstract in TypeScript only: `abstract` leaves no trace at run time.
    return collectDeclarations(model as unknown as Constructible);
  } catch (thrown) {
    if (thrown instanceof ModelInvalid) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ModelInvalid(
      {
        model: model.name,
        problem: `cannot be made without arguments, which is how its fields are found (${reason}); put set-up work into a static method`,
      },
      { cause: thrown },
    );
  }
}

function sortDeclarations(
  declarations: readonly Declaration[],
  names: ReadonlyMap<Declaration, string>,
  invalid: Invalid,
  parent: Schema | undefined,
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

function checkNames(
  { fields, foreignKeys, reverses }: Pick<SchemaParts, "fields" | "foreignKeys" | "reverses">,
  invalid: Invalid,
): void {
  const columns = new Map<string, string>();
  for (const name of [...fields, ...foreignKeys].map((field) => field.name).concat([...reverses.keys()])) {
    if (name === "pk") invalid('has a field "pk", which is the name of every model\'s primary key in queries');
    if (name.includes("__") || name.endsWith("_") || name.startsWith("-")) {
      invalid(`has a field ${JSON.stringify(name)}; a name may not contain __, end in _ or begin with -`);
    }
  }
  for (const field of fields) {
    if (!fitsAsName(field.column)) {
      invalid(`has a column name that not every database takes (1 to 63 bytes): ${JSON.stringify(field.column)}`);
    }
    const other = columns.get(field.column.toLowerCase());
    if (other !== undefined) invalid(`has the same column ${field.column} for ${other} and ${field.name}`);
    columns.set(field.column.toLowerCase(), field.name);
  }
  for (const field of foreignKeys) if (field instanceof ForeignKeyField) checkOnDelete(field, invalid);
}

function checkOnDelete(
  { name, onDelete, isNullable, options, hasConstraint }: ForeignKeyField,
  invalid: Invalid,
): void {
  if (onDelete instanceof SetTo) return;
  const needs = (what: string): never =>
    invalid(`has ${name} with onDelete: ${JSON.stringify(onDelete)}, which needs ${what}`);
  if ((onDelete === "setNull" || onDelete === "dbSetNull") && !isNullable) needs("null: true");
  if (onDelete === "setDefault" && options.default === undefined) needs("a default");
  if (onDelete === "dbSetDefault" && options.dbDefault === undefined) needs("a dbDefault");
  if (databaseAction(onDelete) !== "" && !hasConstraint) needs("dbConstraint");
}

/** A field hides what the prototype has under its name. */
function refuseShadowing(
  { model, fields, foreignKeys, reverses, parent }: Omit<SchemaParts, "schemaOf">,
  invalid: Invalid,
) {
  const inherited = new Set(parent?.reverseNames);
  for (const name of [...fields, ...foreignKeys].map((field) => field.name).concat([...reverses.keys()])) {
    if (name in model.prototype && !inherited.has(name))
      invalid(`has a field ${JSON.stringify(name)}, which would hide its method of that name`);
  }
}

function checkMeta(
  { meta, fields, foreignKeys, reverses, parent }: Omit<SchemaParts, "schemaOf">,
  invalid: Invalid,
): void {
  const known = [...fields, ...foreignKeys].map((field) => field.name);
  for (const key of meta.ordering ?? []) {
    const [name = ""] = key.replace(/^-/, "").split("__");
    if (name !== "pk" && name !== "?" && !known.includes(name) && !reverses.has(name)) {
      invalid(`is ordered by ${JSON.stringify(key)}, which is no field.${suggestion(name, known)}`);
    }
  }
  const withColumn = fields.filter(({ name }) => !(parent?.fieldsByName.has(name) === true)).map(({ name }) => name);
  for (const definition of [...(meta.indexes ?? []), ...(meta.constraints ?? [])]) {
    for (const key of definition.fields) {
      const name = key.replace(/^-/, "");
      if (name !== "pk" && !withColumn.includes(name)) {
        invalid(
          `has ${wordFor(definition)} over ${JSON.stringify(key)}, which is no field.${suggestion(name, withColumn)}`,
        );
      }
    }
    if (definition.name !== undefined && !fitsAsName(definition.name)) {
      invalid(
        `has ${wordFor(definition)} with a name that not every database takes: ${JSON.stringify(definition.name)}`,
      );
    }
  }
}

function wordFor({ kind }: { readonly kind: string }): string {
  return kind === "index" ? "an index" : `a ${kind} rule`;
}
