import { QueryInvalid, UnknownField, ValidationError, type FieldIssue } from "../errors.js";
import type { Field } from "../fields/field.js";
import { ProblemFound } from "../fields/problem.js";
import { suggestion } from "../schema/nearest.js";
import type { Schema } from "../schema/schema.js";

/** Throws `UnknownField` for a key of `values` that is no field with a column, or one that nobody can write. */
export function refuseUnknownKeys(schema: Schema, values: object): void {
  // Not `Object.keys`, which makes an array.
  for (const key in values) {
    const field = schema.fieldsByName.get(key);
    if (field !== undefined) {
      if (field.isComputed && Object.hasOwn(values, key)) {
        throw new QueryInvalid({ model: schema.name, problem: `cannot write ${key}, which the database computes` });
      }
      continue;
    }
    if (key === "pk" || !Object.hasOwn(values, key)) continue;
    const hint =
      schema.relation(key) === undefined
        ? suggestion(key, schema.fieldsByName.keys())
        : " It is the other side of a foreign key; set that one instead.";
    throw new UnknownField({ model: schema.name, field: key, path: key, hint });
  }
}

/**
 * The values to write for `fields`, in their order: what `valueOf` gives for each, checked and converted, or null for
 * those in `omitted`, which the database gives. Throws one `ValidationError` with everything that is wrong.
 */
export function cleanValues(
  schema: Schema,
  fields: readonly Field[],
  valueOf: (field: Field, index: number) => unknown,
  omitted: readonly Field[] = [],
): unknown[] {
  const cleaned: unknown[] = [];
  try {
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as Field;
      cleaned.push(omitted.includes(field) ? null : field.clean(valueOf(field, index)));
    }
    return cleaned;
  } catch (thrown) {
    if (!(thrown instanceof ProblemFound)) throw thrown;
    throw new ValidationError({ model: schema.name, issues: issuesOf(fields, valueOf, omitted) });
  }
}

/** All that is wrong: looked for only when something is. */
function issuesOf(
  fields: readonly Field[],
  valueOf: (field: Field, index: number) => unknown,
  omitted: readonly Field[],
): FieldIssue[] {
  return fields.flatMap((field, index) => {
    if (omitted.includes(field)) return [];
    const value = valueOf(field, index);
    try {
      field.clean(value);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof ProblemFound)) throw thrown;
      return [Object.assign({}, thrown.problem, { field: field.name, value })];
    }
  });
}
