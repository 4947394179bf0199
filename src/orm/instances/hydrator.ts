import type { Converter, Dialect } from "../compiler/dialect.js";
import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import type { ExtraColumn, RowLayout, ValuesLayout } from "../query/row-layout.js";
import type { InstanceState } from "../schema/instance-state.js";
import { Reference } from "../schema/reference.js";
import { placeOne } from "./loaded-ones.js";
import { keepLoaded } from "./parted-references.js";
import { rowConstructorOf } from "./row-constructor.js";
import type { Relation, Schema } from "../schema/schema.js";

/**
 * Makes the instance of one row. `states` has one state for each model in the row, in the order of the layout; of
 * those after the first, the instances are added to the state's rows.
 */
export type Hydrate = (row: readonly unknown[], states: readonly InstanceState[]) => unknown;

/** A function that makes what rows laid out like `layout` are to be, and what it needs for that. */
export interface Hydrator {
  readonly hydrate: Hydrate;
  /** For each state that it needs, the fields that are not loaded; `undefined` where all are. */
  readonly deferred: readonly (ReadonlySet<string> | undefined)[];
}

/** Writes the function that makes instances of rows, or values: see `row-constructor.ts` for why it is written. */
export function hydratorOf(layout: RowLayout | ValuesLayout, dialect: Dialect): Hydrator {
  const writer = new HydratorWriter(dialect);
  const expression = layout.kind === "instance" ? writer.instance(layout) : writer.plain(layout);
  // Safe: the text is made of the words below and of numbers; whatever has a name is handed in through `values`, but
  // for the names of values, which stand in it as JSON strings.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  const make = new Function("values", `${writer.declarations()} return (row, states) => ${expression};`) as (
    values: readonly unknown[],
  ) => Hydrate;
  return { hydrate: make(writer.values), deferred: writer.deferred };
}

class HydratorWriter {
  /** What the written function uses: constructors, relations and converters. */
  readonly values: unknown[] = [referenceOf, addRow, placeOne];
  readonly deferred: (ReadonlySet<string> | undefined)[] = [];
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  declarations(): string {
    return `const [${this.values.map((_, index) => `x${index}`).join(", ")}] = values;`;
  }

  #name(value: unknown): string {
    const index = this.values.indexOf(value);
    return `x${index >= 0 ? index : this.values.push(value) - 1}`;
  }

  /** A row that is no instance. */
  plain({ form, columns }: ValuesLayout): string {
    const values = columns.map((column) => this.#extra(column));
    if (form === "single") return values[0] ?? "undefined";
    if (form === "list") return `[${values.join(", ")}]`;
    if (form === "named") {
      const prototype = this.#name(namedPrototype(columns.map(({ name }) => name)));
      return `${this.#name(Object.setPrototypeOf)}([${values.join(", ")}], ${prototype})`;
    }
    return `({ ${columns.map(({ name }, index) => `[${JSON.stringify(name)}]: ${values[index] ?? "undefined"}`).join(", ")} })`;
  }

  #extra({ index, type }: ExtraColumn): string {
    if (type.kind === "row") {
      const parts = type.parts.map((part, at) => this.#extra({ name: "", index: index + at, type: part.type }));
      return `(row[${index}] === null ? null : [${parts.join(", ")}])`;
    }
    return this.#converted(`row[${index}]`, this.#dialect.fromDatabase(type)).orNull;
  }

  instance({ schema, fields, offset, related, annotations }: RowLayout): string {
    const state = `states[${this.deferred.push(deferredOf(schema, fields)) - 1}]`;
    const loaded = new Map(related.map(({ relation, layout }) => [relation, layout]));
    const values = fields.map((field, index) => {
      const column = `row[${offset + index}]`;
      const value = this.#converted(column, this.#dialect.fromDatabase(field.columnType));
      const relation = field instanceof ForeignKeyField ? schema.relation(field.name) : undefined;
      if (relation === undefined) return value.orNull;
      const layout = loaded.get(relation);
      return layout === undefined ? this.#reference(column, relation, value.present, state) : this.#loaded(layout);
    });
    const more = annotations.map((column) => this.#extra(column));
    const names = annotations.map(({ name }) => name);
    const constructor = rowConstructorOf(schema, fields, names);
    const made = `new ${this.#name(constructor)}(${[state, ...values, ...more].join(", ")})`;
    // References whose keys are in other fields have no place among the fields.
    const whole = schema.partedReferences.reduce((row, { name }) => {
      const layout = loaded.get(schema.relation(name) as Relation);
      return layout === undefined
        ? row
        : `${this.#name(keepLoaded)}(${row}, ${JSON.stringify(name)}, ${this.#loaded(layout)})`;
    }, made);
    const ones = related.filter(({ relation }) => relation.kind === "set");
    return ones.reduce(
      (row, { relation, layout }) => `x2(${row}, ${this.#name(relation)}, ${this.#loaded(layout)})`,
      whole,
    );
  }

  #converted(column: string, converter: Converter): { present: string; orNull: string } {
    if (converter === undefined) return { present: column, orNull: column };
    const present = `${this.#name(converter)}(${column})`;
    return { present, orNull: `(${column} === null ? null : ${present})` };
  }

  #reference(column: string, relation: Relation, key: string, state: string): string {
    return `(${column} === null ? null : x0(${this.#name(relation)}, ${key}, ${state}))`;
  }

  #loaded(layout: RowLayout): string {
    const key = layout.offset + layout.fields.findIndex((field) => layout.schema.keyFields.includes(field));
    const state = `states[${this.deferred.length}]`;
    return `(row[${key}] === null ? null : x1(${state}, ${this.instance(layout)}))`;
  }
}

function deferredOf(schema: Schema, loaded: readonly Field[]): ReadonlySet<string> | undefined {
  if (loaded.length === schema.fields.length) return undefined;
  return new Set(schema.fields.filter((field) => !loaded.includes(field)).map(({ name }) => name));
}

/** What lists inherit from whose items have these names. */
function namedPrototype(names: readonly string[]): object {
  const prototype = Object.create(Array.prototype) as object;
  for (const [index, name] of names.entries()) {
    Object.defineProperty(prototype, name, {
      get(this: readonly unknown[]) {
        return this[index];
      },
    });
  }
  return prototype;
}

/** What a row of `state` holds of the row that it refers to. */
function referenceOf(relation: Relation, key: unknown, state: InstanceState): object {
  const { shared } = state;
  const known = shared !== undefined && shared.relation === relation ? shared.byKey.get(key) : undefined;
  return known ?? new Reference(relation, key, state);
}

function addRow(state: InstanceState, instance: object): object {
  state.addRow(instance);
  return instance;
}
