import type { ModelClass } from "./model-class.js";
import { inWords, modelFieldsOf, type ModelField } from "./schema/model-field.js";
import type { Schema } from "./schema/schema.js";
import { schemaOf } from "./schema/schema-of.js";

/** The other side of a relation, as a model declares it. */
export interface ModelReverse {
  /** The property: `messages`. */
  readonly name: string;
  /** The model whose rows it leads to. */
  readonly model: ModelClass;
  /** The foreign key that leads back, or `undefined` for a relation of many to many. */
  readonly field: string | undefined;
  /** Whether it leads to any number of rows. */
  readonly isMany: boolean;
}

/** What a model says about itself, with the defaults filled in: what forms, the admin and serializers go by. */
export class ModelOptions {
  readonly model: ModelClass;
  readonly #schema: Schema;
  #fields: readonly ModelField[] | undefined;
  #byName: ReadonlyMap<string, ModelField> | undefined;

  constructor(schema: Schema) {
    this.model = schema.model;
    this.#schema = schema;
  }

  /** The class's name. */
  get name(): string {
    return this.#schema.name;
  }

  /** The app that lists the model. */
  get appName(): string | undefined {
    return this.#schema.appName;
  }

  /** `chat.Room`, or `Room` for a model of no app. */
  get label(): string {
    return this.#schema.label;
  }

  get table(): string {
    return this.#schema.table;
  }

  /** What people call one of these. Default: the class's name in words, `chat room`. */
  get verboseName(): string {
    return this.#schema.meta.verboseName ?? inWords(this.name);
  }

  /** What people call several. Default: `verboseName` with an s. */
  get verboseNamePlural(): string {
    return this.#schema.meta.verboseNamePlural ?? `${this.verboseName}s`;
  }

  get ordering(): readonly string[] {
    return this.#schema.meta.ordering ?? [];
  }

  /** The permissions of `meta`, the default ones among them: `add_room`, with what people call each. */
  get permissions(): Readonly<Record<string, string>> {
    const { defaultPermissions = ["add", "change", "delete", "view"], permissions = {} } = this.#schema.meta;
    const codeOf = (action: string): string => `${action}_${this.name.toLowerCase()}`;
    const defaults = defaultPermissions.map((action) => [codeOf(action), `Can ${action} ${this.verboseName}`]);
    return { ...(Object.fromEntries(defaults) as Record<string, string>), ...permissions };
  }

  get isManaged(): boolean {
    return this.#schema.meta.managed !== false;
  }

  /** Whether the model shows the table of another. */
  get isProxy(): boolean {
    return this.#schema.concrete !== this.#schema;
  }

  /** The nearest model with a table of its own that this one extends. */
  get parent(): ModelClass | undefined {
    return this.#schema.parent?.model;
  }

  /** The fields, inherited ones among them: in the order of the class, relations of many to many last. */
  get fields(): readonly ModelField[] {
    return (this.#fields ??= modelFieldsOf(this.#schema));
  }

  /** The fields that the primary key consists of: one, unless it is composite. */
  get keyFields(): readonly ModelField[] {
    return this.#schema.keyFields.map(({ name }) => this.field(name));
  }

  /** The other sides of relations that the model declares, with `f.reverse` and its like. */
  get reverses(): readonly ModelReverse[] {
    const own = new Set(this.fields.map(({ name }) => name));
    return [...this.#schema.reverseNames].flatMap((name) => {
      const relation = own.has(name) ? undefined : this.#schema.relation(name);
      if (relation === undefined) return [];
      const { target, links, field, isMany } = relation;
      return { name, model: target.model, field: links === undefined ? field.name : undefined, isMany };
    });
  }

  /** The field called `name`; `pk` is the primary key where that is one field. Throws `UnknownField`. */
  field(name: string): ModelField {
    this.#byName ??= new Map(this.fields.map((field) => [field.name, field]));
    const wanted = name === "pk" ? this.#schema.keyName : name;
    const field = this.#byName.get(wanted);
    if (field === undefined) throw this.#schema.unknown(name, name);
    return field;
  }

  /** Whether there is a field called `name`. */
  has(name: string): boolean {
    return this.fields.some((field) => field.name === name);
  }
}

const known = new WeakMap<Schema, ModelOptions>();

/**
 * What `model` says about itself and its fields:
 *
 * ```ts
 * const { verboseName, fields } = modelOptions(Room);
 * for (const { name, type, verboseName, maxLength, choices, relation } of fields) { … }
 * ```
 *
 * Throws `ModelInvalid` for a model that cannot work.
 */
export function modelOptions(model: ModelClass): ModelOptions {
  const schema = schemaOf(model);
  const options = known.get(schema) ?? new ModelOptions(schema);
  known.set(schema, options);
  return options;
}
