import { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import { isComputing } from "./computed-values.js";
import { omittedFields } from "./omitted-fields.js";

/** How new rows of a model are checked to whose columns the database adds nothing but a counted key. */
export interface RowCleaner {
  /**
   * What is written for each field, or null for a key that the database counts. Gives `undefined` where a value is for
   * the database to compute. Throws `ProblemFound` for the first that is wrong.
   */
  readonly clean: (held: readonly unknown[], isCounted: boolean) => unknown[] | undefined;
  /** The fields whose values the database gives: none, or the key. */
  readonly omitted: readonly Field[];
  readonly omittedWhenCounted: readonly Field[];
}

const cleaners = new WeakMap<readonly Field[], RowCleaner>();

/** The cleaner for rows of `fields`, a list that the schema keeps. */
export function rowCleanerOf(schema: Schema, fields: readonly Field[]): RowCleaner {
  const known = cleaners.get(fields);
  if (known !== undefined) return known;
  const cleaner: RowCleaner = {
    clean: writeCleaner(fields, schema.primaryKey),
    omitted: omittedFields(schema, () => false, false),
    omittedWhenCounted: omittedFields(schema, () => false, true),
  };
  cleaners.set(fields, cleaner);
  return cleaner;
}

/**
 * A function with lines for each field: V8 then knows at each line which class of field it calls, where a loop over the
 * fields calls any. All rows that are made go through here.
 */
function writeCleaner(fields: readonly Field[], primaryKey: Field): RowCleaner["clean"] {
  const lines = fields.map((field, at) => {
    // Whether it is computed is not left to the fields: one of a program's own may take anything.
    const read = `v${at} = ${setsItself(field) ? `f${at}.valueToSave(held[${at}], true)` : `held[${at}]`};
      if (typeof v${at} === "object" && isComputing(v${at})) return undefined;
      ${cleaningOf(field, at)}`;
    return field === primaryKey ? `if (isCounted) v${at} = null; else { ${read} }` : read;
  });
  const known = fields.map((_, at) => `const f${at} = fields[${at}];`);
  const all = fields.map((_, at) => `v${at}`).join(", ");
  // Safe: the text is made of the words here and of numbers.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  const make = new Function(
    "fields",
    "isComputing",
    `${known.join(" ")} return (held, isCounted) => { let ${all}; ${lines.join("\n")} return [${all}]; };`,
  ) as (...used: readonly unknown[]) => RowCleaner["clean"];
  return make(fields, isComputing);
}

/** Replaces the value of a field by what is written for it. */
function cleaningOf(field: Field, at: number): string {
  const cleaned = `v${at} = f${at}.clean(v${at});`;
  if (!field.cleansPlainly) return cleaned;
  const validated = field.validate === Field.prototype.validate ? "" : `f${at}.validate(v${at});`;
  return `if (v${at} === null || v${at} === undefined) ${cleaned} else { v${at} = f${at}.toValue(v${at}); ${validated} }`;
}

function setsItself(field: Field): boolean {
  return field.valueToSave !== Field.prototype.valueToSave;
}
