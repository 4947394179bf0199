import type { Instance } from "../schema/instance-state.js";
import { ownerKey, Reference } from "../schema/reference.js";
import type { Relation, Schema } from "../schema/schema.js";

/** The row on the other side of a one to one, null where there is none, or the query on the way for it. */
type LoadedOne = object | null | Promise<object | null>;

/** What was loaded for each instance, by the name of the relation. */
const loadedFor = new WeakMap<object, Map<string, LoadedOne>>();

/** What was loaded of the relation called `name`, or is on the way; `undefined` where nothing was. */
export function knownOne(owner: object, name: string): LoadedOne | undefined {
  return loadedFor.get(owner)?.get(name);
}

/** The row that was loaded, by itself or with `owner`; `undefined` where it was not, or is only on the way. */
export function loadedOne(owner: object, relation: Relation): object | null | undefined {
  if (standsOn(owner, relation)) return (owner as Instance)[relation.name] as object | null;
  const known = knownOne(owner, relation.name);
  return known instanceof Promise ? undefined : known;
}

/** Keeps what was loaded, or the query on the way, for whoever awaits it. */
export function keepOne(owner: object, relation: Relation, one: LoadedOne): void {
  if (standsOn(owner, relation) && !(one instanceof Promise)) {
    placeOne(owner, relation, one);
    return;
  }
  const known = loadedFor.get(owner) ?? new Map<string, LoadedOne>();
  loadedFor.set(owner, known.set(relation.name, one));
}

/**
 * Puts a row that `selectRelated` loaded onto its owner, as an object in place of what is awaited, and the owner into
 * the reference of that row. Gives the owner.
 */
export function placeOne(owner: object, relation: Relation, row: object | null): object {
  const { name, field } = relation;
  Object.defineProperty(owner, name, { value: row, configurable: true, writable: true, enumerable: false });
  const wayBack = (row as Instance | null)?.[field.name];
  // An owner whose key was not loaded would not say what the row refers to.
  if (wayBack instanceof Reference && ownerKey(relation, owner) !== undefined) wayBack.fill(owner);
  return owner;
}

/**
 * Says to the rows at hand that `instance`, which was just written, is on the other side of its one to ones with them:
 * what they knew of that, such as that there is none, is true no longer.
 */
export function tellOwners(schema: Schema, instance: object): void {
  for (const way of waysBackOf(schema)) {
    const held = (instance as Instance)[way.field.name];
    const owner = held instanceof Reference ? held.loaded : held;
    if (owner instanceof way.source.model) keepOne(owner, way, instance);
  }
}

/** The relations of other models that lead to one row of `schema`. */
function waysBackOf(schema: Schema): readonly Relation[] {
  const known = waysBack.get(schema);
  if (known !== undefined) return known;
  const found = schema.foreignKeys.concat(schema.partedReferences).flatMap(({ name, isUnique }) => {
    const target = isUnique ? schema.relation(name)?.target : undefined;
    const names = target === undefined ? [] : [...target.reverseNames].filter((one) => target.leadsToOne(one));
    return names.flatMap((one) => {
      const way = target?.relation(one);
      return way?.field.name === name && isOf(schema, way.target) ? [way] : [];
    });
  });
  waysBack.set(schema, found);
  return found;
}

const waysBack = new WeakMap<Schema, readonly Relation[]>();

function isOf(schema: Schema, other: Schema): boolean {
  return schema === other || schema.model.prototype instanceof other.model;
}

/** Whether `selectRelated` put a row onto `owner`. */
function standsOn(owner: object, { name, target }: Relation): boolean {
  if (!Object.hasOwn(owner, name)) return false;
  const value = (owner as Instance)[name];
  return value === null || value instanceof target.model;
}

/** Forgets what was loaded of the relation called `name`: it is read anew when it is awaited again. */
export function forgetOne(owner: object, name: string): void {
  loadedFor.get(owner)?.delete(name);
}

/** Forgets what was loaded for `owner`, an instance of `schema`, of all its relations to one row. */
export function forgetOnes(owner: object, schema: Schema): void {
  loadedFor.delete(owner);
  for (const name of schema.reverseNames) {
    const relation = schema.leadsToOne(name) ? schema.relation(name) : undefined;
    // Behind it is what is awaited.
    if (relation !== undefined && standsOn(owner, relation)) delete (owner as Instance)[name];
  }
}
