import { ValidationError } from "../errors.js";
import type { Field } from "../fields/field.js";
import { ProblemFound } from "../fields/problem.js";
import { stateOf, type Instance } from "../schema/instance-state.js";
import { keyText } from "../schema/key-text.js";
import { plainValue, Reference } from "../schema/reference.js";
import type { PartedReference, Relation, Schema } from "../schema/schema.js";

/** What a reference without a column was last made of, for each instance and name. */
interface Made {
  readonly key: string;
  readonly reference: Reference;
}

const made = new WeakMap<object, Map<string, Made>>();

/** Properties that the ORM put on instances itself: what they hold is no wish of the program's. */
const given = new WeakMap<object, Map<string, unknown>>();

/** `values` with the parts of references in place of the references. Throws `ValidationError` for what is none. */
export function withParts(schema: Schema, values: object): object {
  if (schema.partedReferences.length === 0) return values;
  const { ...spread } = values as Record<string, unknown>;
  for (const field of schema.partedReferences) {
    const value = spread[field.name];
    delete spread[field.name];
    if (value === undefined) continue;
    const key = keyIn(schema, field, value);
    for (const [index, part] of field.parts.entries()) {
      // What others need too, as the tenant of a row, stays as it is.
      if (key !== null) spread[part.name] ??= key[index];
      else if (part.isNullable) spread[part.name] = null;
    }
  }
  return spread;
}

function keyIn(schema: Schema, field: PartedReference, value: unknown): readonly unknown[] | null {
  try {
    return field.clean(value) as readonly unknown[] | null;
  } catch (thrown) {
    if (!(thrown instanceof ProblemFound)) throw thrown;
    throw new ValidationError({
      model: schema.name,
      issues: [{ ...thrown.problem, field: field.name, value }],
    });
  }
}

/** The fields that `name` stands for: of a reference without a column its parts, else the field itself. */
export function fieldsNamed(schema: Schema, name: string): readonly Field[] {
  const parted = schema.partedReferences.find((field) => field.name === name);
  return parted === undefined ? [schema.field(name)] : parted.parts;
}

/** What the reference `field` of `instance` is, by the fields that hold its key: null where one of them is null. */
export function partedReference(schema: Schema, field: PartedReference, instance: object): Reference | null {
  const key = field.parts.map((part) => plainValue(schema, part.name, instance));
  if (key.some((part) => part === null || part === undefined)) return null;
  const text = keyText(key);
  const known = made.get(instance)?.get(field.name);
  if (known?.key === text) return known.reference;
  return remember(
    instance,
    field.name,
    text,
    new Reference(schema.relation(field.name) as Relation, key, stateOf(instance)),
  );
}

function remember(instance: object, name: string, key: string, reference: Reference): Reference {
  const references = made.get(instance) ?? new Map<string, Made>();
  made.set(instance, references.set(name, { key, reference }));
  return reference;
}

/** Writes the key of `value` into the fields that hold it. */
export function assignParted(schema: Schema, field: PartedReference, instance: object, value: unknown): void {
  const key = keyIn(schema, field, value);
  for (const [index, part] of field.parts.entries()) {
    if (key === null && !part.isNullable) continue;
    const held = key?.[index] ?? null;
    const relation = schema.relation(part.name);
    (instance as Instance)[part.name] =
      relation === undefined || held === null ? held : new Reference(relation, held, undefined);
  }
  const loaded = value instanceof Reference ? value.loaded : value instanceof field.target.model ? value : undefined;
  if (key === null || loaded === undefined) return;
  const relation = schema.relation(field.name) as Relation;
  remember(instance, field.name, keyText(key), new Reference(relation, key, undefined, loaded));
}

/** Puts what was loaded with a row onto it as an object. */
export function keepLoaded(instance: object, name: string, object: unknown): object {
  Object.defineProperty(instance, name, { value: object, configurable: true, writable: true, enumerable: false });
  markGiven(instance, name, object);
  return instance;
}

/** Says that the ORM put `value` there. */
export function markGiven(instance: object, name: string, value: unknown): void {
  const values = given.get(instance) ?? new Map<string, unknown>();
  given.set(instance, values.set(name, value));
}

/** Takes over what a program assigned to references of an instance, before it is written. */
export function adoptReferences(schema: Schema, instance: object): void {
  for (const field of schema.partedReferences) {
    // What was made by `new` has a property of its own; others have the accessors of their prototype.
    if (!Object.hasOwn(instance, field.name)) continue;
    const value = (instance as Instance)[field.name];
    delete (instance as Instance)[field.name];
    const isOwn = given.get(instance)?.has(field.name) === true && given.get(instance)?.get(field.name) === value;
    if (!isOwn && value !== undefined) assignParted(schema, field, instance, value);
  }
}
