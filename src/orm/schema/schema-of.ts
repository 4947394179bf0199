import { ModelInvalid } from "../errors.js";
import { Field } from "../fields/field.js";
import { ManyToManyDeclaration } from "../fields/relations/many-to-many-declaration.js";
import { ReverseDeclaration } from "../fields/relations/reverse-declaration.js";
import type { Meta } from "../meta.js";
import type { ModelClass } from "../model-class.js";
import { collectDeclarations, type Constructible, type Declaration } from "./construction.js";
import { checkMeta, checkNames, refuseShadowing, type Invalid } from "./check-model.js";
import { ModelSchema, type SchemaParts } from "./model-schema.js";
import { PlaceField } from "./place-field.js";
import { sortDeclarations } from "./sort-declarations.js";
import type { Schema } from "./schema.js";

const schemaKey: unique symbol = Symbol("hotclub.orm.schema");

/** Slots that the ORM keeps on a model class. */
interface ModelStatics {
  [schemaKey]?: Schema;
  meta?: Meta;
}

const everySchema = new Set<Schema>();
/** Models by the name that they have on those they refer to; see `MetaOptions.defaultRelatedName`. */
const byRelatedName = new Map<string, Schema[]>();
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
  if (!unlisted.has(model)) {
    everySchema.add(schema);
    const { defaultRelatedName: name } = schema.meta;
    if (name !== undefined && schema.concrete === schema) {
      byRelatedName.set(name, [...(byRelatedName.get(name) ?? []), schema]);
    }
  }
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
  const fullMeta = metaOfChild(metaOfProxy(meta, proxied), parent);
  const hasPlaces = fullMeta.orderWithRespectTo !== undefined;
  const sorted = sortDeclarations(declarations, names, { invalid, parent, hasPlaces, schemaOf });
  const parts: SchemaParts = {
    model,
    meta: hasPlaces && meta.ordering === undefined ? { ...fullMeta, ordering: [PlaceField.fieldName] } : fullMeta,
    schemaOf,
    namedOnOthers: (name) => byRelatedName.get(name) ?? [],
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
  const parent = modelAbove(model, () => invalid("does not extend Model"));
  return parent === undefined ? undefined : childless(schemaOf(parent).concrete, invalid);
}

/** Whether `model`, or one that it extends, has a method of its own in place of the one that all models have. */
export function overrides(model: ModelClass, method: string): boolean {
  let from: ModelClass = model;
  while (typeof from === "function" && !rootClasses.has(from)) {
    if (Object.hasOwn(from.prototype as object, method)) return true;
    from = Object.getPrototypeOf(from) as ModelClass;
  }
  return false;
}

/** The nearest model that `model` extends, abstract ones left out. `outside` is called where it is none itself. */
export function modelAbove(model: ModelClass, outside: () => undefined = () => undefined): ModelClass | undefined {
  let above = Object.getPrototypeOf(model) as ModelClass;
  while (!rootClasses.has(above)) {
    if (typeof above !== "function" || above === Function.prototype) return outside();
    if (!isAbstract(above)) return above;
    above = Object.getPrototypeOf(above) as ModelClass;
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
