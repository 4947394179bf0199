import { inspect, type InspectOptions } from "node:util";

import { homeOf, setHome, writeDatabase } from "./database/routing.js";
import { NotSaved, ValidationError, type DoesNotExist, type MultipleObjectsReturned } from "./errors.js";
import { f } from "./fields/f/f.js";
import { refuseUnknownKeys } from "./instances/clean-values.js";
import { createInstance, valuesOf } from "./instances/create-instance.js";
import { InstanceCheck, type FullCleanOptions } from "./instances/full-clean.js";
import { deleteRows } from "./instances/delete-rows.js";
import { loadReference } from "./instances/load-reference.js";
import type { Deleted } from "./instances/matching-rows.js";
import {
  adoptReferences,
  assignParted,
  fieldsNamed,
  markGiven,
  partedReference,
  withParts,
} from "./instances/parted-references.js";
import { heldValue } from "./instances/references.js";
import { saveInstance, type SaveOptions } from "./instances/save-instance.js";
import type { InstanceOf, ModelClass } from "./model-class.js";
import { doesNotExistOf, multipleObjectsReturnedOf } from "./model-errors.js";
import { querySetOf, type QuerySet } from "./query-set.js";
import { baseSetOf, defaultSetOf } from "./query-set/default-set.js";
import { queryStateKey } from "./query/query-state.js";
import type { RawColumns, RawOptions, RawQuery, RawRow } from "./raw/raw-query.js";
import type { Sql } from "./raw/sql.js";
import { RelatedOne } from "./related-one.js";
import { RelatedSet } from "./related-set.js";
import { beginConstruction, isCollecting } from "./schema/construction.js";
import { stateKey, stateOf, type Instance } from "./schema/instance-state.js";
import { installThroughMaker } from "./schema/many-to-many.js";
import { keyText } from "./schema/key-text.js";
import { installReferenceLoader, Reference } from "./schema/reference.js";
import { installModelRoots, isUnlisted, leaveUnlisted, schemaOf } from "./schema/schema-of.js";
import { makeThroughModel } from "./through-model.js";
import type { ColumnName, NewValues, SomeValues } from "./typing/creation.js";
import type { KeyOf } from "./typing/relation.js";
import type { OrderHint, OrderKeys, ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { BulkCreateOptions } from "./instances/bulk-create.js";
import type { Condition } from "./expressions/condition.js";
import type { Expression, OrderBy } from "./expressions/expression.js";
import { loadPrefetched } from "./query-set/load-prefetched.js";
import type { PrefetchSpec, WithPrefetched } from "./query-set/prefetch.js";
import { installPrefetcher } from "./query-set/prefetcher.js";
import type { Checked, Results } from "./typing/result.js";
import type {
  Annotated,
  Annotations,
  BulkKey,
  DeferredRow,
  ExpressionsRow,
  Fits,
  ListRow,
  NamedOption,
  NamedRow,
  OnlyRow,
  PrefetchHint,
  PrefetchPath,
  ValueHint,
  ValuePaths,
  ValuesRow,
} from "./typing/rows.js";
import type { Where } from "./typing/where.js";
import type { Relation, Schema } from "./schema/schema.js";

/** Options of `refreshFromDb`. */
export interface RefreshOptions<Name extends string = string> {
  /** The fields to read. Default: all. */
  readonly fields?: readonly Name[];
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string;
}

/** Options of `delete` of an instance. */
export interface DeleteOptions {
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string;
  /** Leave the row of the model that this one extends, where that has a table of its own. Default false. */
  readonly keepParents?: boolean;
}

/** What the constructor of a model takes: checked where the model names itself, `extends Model<Room>`. */
export type InitialValues<Self> = unknown extends Self ? Readonly<Record<string, unknown>> : NewValues<Self>;

/**
 * A model without fields: for models with a primary key of their own.
 *
 * ```ts
 * class Country extends ModelBase {
 *   code = f.char({ maxLength: 2, primaryKey: true });
 * }
 * ```
 *
 * `Self` is the model itself, given where the compiler is to check what `new` is called with.
 */
export abstract class ModelBase<Self = unknown> {
  declare private readonly [stateKey]?: unknown;

  /** An instance that is not in the database until `save`. `create` makes and saves one. */
  constructor(values?: InitialValues<Self>) {
    const model = new.target as unknown as ModelClass;
    if (isCollecting(model)) return;
    const schema = schemaOf(model);
    const given = withParts(schema, values ?? {});
    refuseUnknownKeys(schema, given);
    const fieldValues = new Map(
      valuesOf(schema, given).map((value, index) => [schema.fields[index]?.name, value] as const),
    );
    beginConstruction(
      schema.constructionPlan.map((name) => {
        if (name === undefined) return undefined;
        const field = schema.fieldsByName.get(name);
        if (field === undefined) return withoutColumn(this, schema, name, values ?? {}, fieldValues);
        return heldValue(schema, field, fieldValues.get(name));
      }),
    );
  }

  /** The primary key, whatever its name; `undefined` until the instance is saved. */
  get pk(): KeyOf<this> {
    return schemaOfInstance(this).keyOf(this) as KeyOf<this>;
  }

  /** Whether the instance came from the database or was written to it. */
  get isSaved(): boolean {
    return stateOf(this) !== undefined;
  }

  /** Sets several fields at once; foreign keys take an instance, a reference or a key. Nothing is written. */
  assign(values: SomeValues<this>): this {
    const schema = schemaOfInstance(this);
    adoptReferences(schema, this);
    const given = withParts(schema, values);
    refuseUnknownKeys(schema, given);
    for (const field of schema.partedReferences) {
      const value = (values as Instance)[field.name];
      if (value !== undefined) assignParted(schema, field, this, value);
    }
    for (const [name, value] of Object.entries(given)) {
      const field = schema.field(name);
      inside(this)[field.name] = heldValue(schema, field, value);
    }
    return this;
  }

  /**
   * Writes the instance: changes its row, or inserts one if it has none. Rejects with `ValidationError` before
   * anything is written, and with what the database says (`UniqueViolation`, …).
   */
  async save(options: SaveOptions<ColumnName<this>> = {}): Promise<this> {
    await saveInstance(schemaOfInstance(this), inside(this), options);
    return this;
  }

  /**
   * Deletes the row, and what `onDelete` says of rows that refer to it. The instance keeps its values; saved again, it
   * is inserted again. Rejects with `ProtectedError`.
   */
  async delete(options: DeleteOptions = {}): Promise<Deleted> {
    const schema = schemaOfInstance(this);
    const database = writeDatabase(schema.model, options.using, stateOf(this)?.database);
    const set = querySetOf(schema).filterBy({ pk: keyOfSaved(schema, this, "deleted") });
    const deleted = await deleteRows(database, set[queryStateKey], this, options);
    inside(this)[stateKey] = undefined;
    return deleted;
  }

  /** Reads the row again, all fields or those named. Rejects with `DoesNotExist` when it is gone. */
  async refreshFromDb({ fields, using }: RefreshOptions<ColumnName<this>> = {}): Promise<this> {
    const schema = schemaOfInstance(this);
    const key = keyOfSaved(schema, this, "refreshed");
    adoptReferences(schema, this);
    const fresh = await baseSetOf(schema, { using: using ?? stateOf(this)?.database })
      .filterBy({ pk: key })
      .get();
    const wanted = fields?.flatMap((name) => fieldsNamed(schema, name)) ?? schema.fields;
    for (const { name } of wanted) inside(this)[name] = inside(fresh)[name];
    return this;
  }

  /**
   * Checks the instance as a form would, before it is saved: each field by itself (and that what it refers to is there),
   * then `clean`, then what must be unique, then the rules in `meta`. Rejects with `ValidationError`, which has all that
   * is wrong by field.
   */
  async fullClean(options: FullCleanOptions<ColumnName<this>> = {}): Promise<void> {
    const { exclude = [], validateUnique = true, validateConstraints = true, using } = options;
    const database = writeDatabase(schemaOfInstance(this).model, using, stateOf(this)?.database);
    adoptReferences(schemaOfInstance(this), this);
    const check = new InstanceCheck(database, schemaOfInstance(this), this, exclude);
    await check.fields();
    try {
      await this.clean();
    } catch (thrown) {
      if (!(thrown instanceof ValidationError)) throw thrown;
      check.issues.push(...thrown.issues);
    }
    if (validateUnique) await check.unique();
    if (validateConstraints && check.issues.length === 0) await check.constraints();
    check.finish();
  }

  /**
   * What `fullClean` checks beyond the fields: for a model to override. Throws what `this.invalid` gives:
   * `if (this.endsAt < this.startsAt) throw this.invalid({ endsAt: "is before it starts" });`
   */
  clean(): void | Promise<void> {}

  /** A `ValidationError` with a message for each field named; under `""` what is wrong with the whole. */
  invalid(messages: Readonly<Record<string, string>>, code = "invalid"): ValidationError {
    const schema = schemaOfInstance(this);
    const issues = Object.entries(messages).map(([name, message]) => {
      const field = name === "" ? "" : schema.field(name).name;
      return { code, message, field, value: field === "" ? undefined : inside(this)[field] };
    });
    return new ValidationError({ model: schema.name, issues });
  }

  /** What people call the value of a field with choices; the value as text where it has none. */
  display(name: ColumnName<this>): string {
    const field = schemaOfInstance(this).field(name);
    const value = inside(this)[name];
    if (value === null || value === undefined) return "";
    return field.choices?.get(value) ?? String(value);
  }

  /** Whether `other` is an instance of the same model with the same primary key. An unsaved one is like itself only. */
  isSame(other: unknown): boolean {
    if (other === this) return true;
    if (!(other instanceof ModelBase)) return false;
    if (schemaOfInstance(other).concrete !== schemaOfInstance(this).concrete) return false;
    return this.pk !== undefined && this.pk !== null && keyText(this.pk) === keyText(other.pk);
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this.constructor.name} ${inspect(Object.fromEntries(Object.entries(this)), options)}`;
  }

  /** Thrown when a `get` of this model finds no row; an HTTP page that does not catch it answers 404. */
  static get DoesNotExist(): typeof DoesNotExist {
    return doesNotExistOf(this);
  }

  /** Thrown when a `get` of this model finds more than one row. */
  static get MultipleObjectsReturned(): typeof MultipleObjectsReturned {
    return multipleObjectsReturnedOf(this);
  }

  /** All rows. */
  static all<M extends ModelClass>(this: M): QuerySet<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this));
  }

  /** The rows that meet all of `where`; see `QuerySet.filter`. */
  static filter<M extends ModelClass, C extends object>(
    this: M,
    condition: Condition<C> & Fits<InstanceOf<M>, {}, C>,
  ): QuerySet<InstanceOf<M>>;
  static filter<M extends ModelClass>(this: M, condition: Expression<boolean>): QuerySet<InstanceOf<M>>;
  static filter<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
  ): QuerySet<InstanceOf<M>>;
  static filter(this: ModelClass, where: object): QuerySet<object> {
    return defaultSetOf(schemaOf(this)).filter(where as Expression<boolean>);
  }

  /** The rows that do not meet all of `where`; see `QuerySet.exclude`. */
  static exclude<M extends ModelClass, C extends object>(
    this: M,
    condition: Condition<C> & Fits<InstanceOf<M>, {}, C>,
  ): QuerySet<InstanceOf<M>>;
  static exclude<M extends ModelClass>(this: M, condition: Expression<boolean>): QuerySet<InstanceOf<M>>;
  static exclude<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
  ): QuerySet<InstanceOf<M>>;
  static exclude(this: ModelClass, where: object): QuerySet<object> {
    return defaultSetOf(schemaOf(this)).exclude(where as Expression<boolean>);
  }

  /** `filter` for keys that are known at run time only. */
  static filterBy<M extends ModelClass>(this: M, where: Readonly<Record<string, unknown>>): QuerySet<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).filterBy(where);
  }

  /** All rows in the order of `keys`; see `QuerySet.orderBy`. */
  static orderBy<M extends ModelClass, const Keys extends readonly (OrderHint<InstanceOf<M>> | Expression | OrderBy)[]>(
    this: M,
    ...keys: Keys & OrderKeys<InstanceOf<M>, {}, Keys>
  ): QuerySet<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).orderBy(...(keys as readonly string[]));
  }

  /** All rows with more values each; see `QuerySet.annotate`. */
  static annotate<M extends ModelClass, const A extends Annotations>(
    this: M,
    annotations: A & Checked<InstanceOf<M>, {}, A>,
  ): QuerySet<InstanceOf<M>, Annotated<InstanceOf<M>, InstanceOf<M>, {}, A>, Results<InstanceOf<M>, {}, A>> {
    return defaultSetOf(schemaOf(this)).annotate(annotations as never) as never;
  }

  /** All rows, with more names for later steps; see `QuerySet.alias`. */
  static alias<M extends ModelClass, const A extends Annotations>(
    this: M,
    annotations: A & Checked<InstanceOf<M>, {}, A>,
  ): QuerySet<InstanceOf<M>, InstanceOf<M>, Results<InstanceOf<M>, {}, A>> {
    return defaultSetOf(schemaOf(this)).alias(annotations as never) as never;
  }

  /** All rows as plain objects; see `QuerySet.values`. */
  static values<M extends ModelClass, const Paths extends readonly ValueHint<InstanceOf<M>, {}>[]>(
    this: M,
    ...paths: Paths & ValuePaths<InstanceOf<M>, {}, Paths>
  ): QuerySet<InstanceOf<M>, ValuesRow<InstanceOf<M>, {}, Paths>>;
  static values<M extends ModelClass, const A extends Annotations>(
    this: M,
    expressions: A & Checked<InstanceOf<M>, {}, A>,
  ): QuerySet<InstanceOf<M>, ExpressionsRow<InstanceOf<M>, {}, A>, Results<InstanceOf<M>, {}, A>>;
  static values(this: ModelClass, ...chosen: readonly never[]): never {
    return defaultSetOf(schemaOf(this)).values(...chosen) as never;
  }

  /** All rows as lists; see `QuerySet.valuesList`. */
  static valuesList<M extends ModelClass, const P extends ValueHint<InstanceOf<M>, {}>>(
    this: M,
    path: P & ValuePaths<InstanceOf<M>, {}, readonly [P]>[0],
    options: { readonly flat: true },
  ): QuerySet<InstanceOf<M>, ListRow<InstanceOf<M>, {}, readonly [P]>[0]>;
  static valuesList<M extends ModelClass, const Paths extends readonly ValueHint<InstanceOf<M>, {}>[]>(
    this: M,
    ...given: [...paths: Paths, options: NamedOption<InstanceOf<M>, {}, Paths>]
  ): QuerySet<InstanceOf<M>, NamedRow<InstanceOf<M>, {}, Paths>>;
  static valuesList<M extends ModelClass, const Paths extends readonly ValueHint<InstanceOf<M>, {}>[]>(
    this: M,
    ...paths: Paths & ValuePaths<InstanceOf<M>, {}, Paths>
  ): QuerySet<InstanceOf<M>, ListRow<InstanceOf<M>, {}, Paths>>;
  static valuesList(this: ModelClass, ...chosen: readonly (string | object)[]): never {
    return defaultSetOf(schemaOf(this)).valuesList(...(chosen as readonly never[])) as never;
  }

  /** Aggregates over all rows; see `QuerySet.aggregate`. */
  static aggregate<M extends ModelClass, const A extends Annotations>(
    this: M,
    aggregates: A & Checked<InstanceOf<M>, {}, A>,
  ): Promise<Results<InstanceOf<M>, {}, A>> {
    return defaultSetOf(schemaOf(this)).aggregate(aggregates as never);
  }

  /** All rows with relations loaded; see `QuerySet.prefetchRelated`. */
  static prefetchRelated<
    M extends ModelClass,
    const Specs extends readonly (PrefetchHint<InstanceOf<M>> | PrefetchSpec)[],
  >(
    this: M,
    ...specs: Specs & {
      readonly [I in keyof Specs]: Specs[I] extends string ? PrefetchPath<InstanceOf<M>, Specs[I], Specs[I]> : Specs[I];
    }
  ): QuerySet<InstanceOf<M>, WithPrefetched<InstanceOf<M>, Specs>> {
    return defaultSetOf(schemaOf(this)).prefetchRelated(...(specs as never)) as never;
  }

  /** All rows, as one would expect; see `QuerySet.strict`. */
  static strict<M extends ModelClass>(this: M): QuerySet<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).strict();
  }

  /** All rows with these fields only; see `QuerySet.only`. */
  static only<M extends ModelClass, const Paths extends readonly ValueHint<InstanceOf<M>, {}>[]>(
    this: M,
    ...paths: Paths & ValuePaths<InstanceOf<M>, {}, Paths>
  ): QuerySet<InstanceOf<M>, OnlyRow<InstanceOf<M>, InstanceOf<M>, Paths[number]>> {
    return defaultSetOf(schemaOf(this)).only(...(paths as never)) as never;
  }

  /** All rows without these fields; see `QuerySet.defer`. */
  static defer<M extends ModelClass, const Paths extends readonly ValueHint<InstanceOf<M>, {}>[]>(
    this: M,
    ...paths: Paths & ValuePaths<InstanceOf<M>, {}, Paths>
  ): QuerySet<InstanceOf<M>, DeferredRow<InstanceOf<M>, Paths[number]>> {
    return defaultSetOf(schemaOf(this)).defer(...(paths as never)) as never;
  }

  /** What SQL of your own gives, as instances; see `QuerySet.raw`. */
  static raw<M extends ModelClass, const C extends RawColumns = {}>(
    this: M,
    text: Sql,
    options?: RawOptions<C>,
  ): RawQuery<InstanceOf<M> & RawRow<C>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).raw<C>(text, options);
  }

  /** No rows. */
  static none<M extends ModelClass>(this: M): QuerySet<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).none();
  }

  /** The rows by their primary keys, or by another unique field; see `QuerySet.inBulk`. */
  static inBulk<M extends ModelClass, const P extends ColumnName<InstanceOf<M>> | "pk" = "pk">(
    this: M,
    keys?: readonly BulkKey<InstanceOf<M>, P>[],
    options?: { readonly field?: P },
  ): Promise<Map<BulkKey<InstanceOf<M>, P>, InstanceOf<M>>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).inBulk<P>(keys, options);
  }

  /** The row that meets `where`, or a new one; see `QuerySet.getOrCreate`. */
  static getOrCreate<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
    options?: { readonly defaults?: Partial<NewValues<InstanceOf<M>>> },
  ): Promise<[row: InstanceOf<M>, isNew: boolean]> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).getOrCreate<K>(where, options);
  }

  /** Changes the row that meets `where`, or makes a new one; see `QuerySet.updateOrCreate`. */
  static updateOrCreate<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
    options?: {
      readonly defaults?: Partial<NewValues<InstanceOf<M>>>;
      readonly createDefaults?: Partial<NewValues<InstanceOf<M>>>;
    },
  ): Promise<[row: InstanceOf<M>, isNew: boolean]> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).updateOrCreate<K>(where, options);
  }

  /** Writes many new rows; see `QuerySet.bulkCreate`. */
  static bulkCreate<M extends ModelClass>(
    this: M,
    rows: readonly (NewValues<InstanceOf<M>> | InstanceOf<M>)[],
    options?: BulkCreateOptions<ColumnName<InstanceOf<M>>>,
  ): Promise<InstanceOf<M>[]> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).bulkCreate(rows, options);
  }

  /** Writes fields of many instances; see `QuerySet.bulkUpdate`. */
  static bulkUpdate<M extends ModelClass>(
    this: M,
    instances: readonly InstanceOf<M>[],
    fields: readonly ColumnName<InstanceOf<M>>[],
    options?: { readonly batchSize?: number },
  ): Promise<number> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).bulkUpdate(instances, fields, options);
  }

  /** All rows with what foreign keys refer to; see `QuerySet.selectRelated`. */
  static selectRelated<M extends ModelClass, const Paths extends readonly ReferenceHint<InstanceOf<M>>[]>(
    this: M,
    ...paths: Paths & ReferencePaths<InstanceOf<M>, Paths>
  ): QuerySet<InstanceOf<M>, WithLoaded<InstanceOf<M>, InstanceOf<M>, Paths[number]>> {
    const set = defaultSetOf<InstanceOf<M>>(schemaOf(this)).selectRelated(...(paths as readonly string[]));
    return set as unknown as QuerySet<InstanceOf<M>, WithLoaded<InstanceOf<M>, InstanceOf<M>, Paths[number]>>;
  }

  /** All rows of the database called `alias`. */
  static using<M extends ModelClass>(this: M, alias: string): QuerySet<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this), { using: alias });
  }

  /** The one row that meets `where`. Rejects with `DoesNotExist` or `MultipleObjectsReturned`. */
  static get<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
  ): Promise<InstanceOf<M>> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).get<K>(where);
  }

  /** The first row, or `null`. */
  static first<M extends ModelClass>(this: M): Promise<InstanceOf<M> | null> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).first();
  }

  /** The last row, or `null`. */
  static last<M extends ModelClass>(this: M): Promise<InstanceOf<M> | null> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).last();
  }

  /** How many rows there are. */
  static count(this: ModelClass): Promise<number> {
    return defaultSetOf(schemaOf(this)).count();
  }

  /** Whether there is any row. */
  static exists(this: ModelClass): Promise<boolean> {
    return defaultSetOf(schemaOf(this)).exists();
  }

  /** Makes and saves an instance. Rejects with `ValidationError`, and with what the database says. */
  static async create<M extends ModelClass>(
    this: M,
    values: NewValues<InstanceOf<M>>,
    { using }: { readonly using?: string } = {},
  ): Promise<InstanceOf<M>> {
    return (await createInstance(writeDatabase(this, using), schemaOf(this), values)) as InstanceOf<M>;
  }
}

/**
 * A model: its class fields are its columns and relations, made with `f`, and the types of its queries follow from
 * them. It has a primary key `id` that the database counts up.
 *
 * ```ts
 * class Room extends Model {
 *   slug = f.slug({ unique: true });
 *   messages = f.reverse(() => Message, "room");
 * }
 * ```
 */
export abstract class Model<Self = unknown> extends ModelBase<Self> {
  id = f.auto();
}

function inside(instance: object): Instance {
  return instance as Instance;
}

function schemaOfInstance(instance: object): Schema {
  return schemaOf(instance.constructor as ModelClass);
}

function keyOfSaved(schema: Schema, instance: object, action: string): unknown {
  const key = schema.keyOf(instance);
  if (key === undefined || key === null) throw new NotSaved({ model: schema.name, action });
  return key;
}

/** Rows from the database have no properties of their own for relations without a column: the prototype has them. */
function addReverseSides(schema: Schema): void {
  for (const field of schema.partedReferences) {
    Object.defineProperty(schema.model.prototype as object, field.name, {
      configurable: true,
      get(this: object): unknown {
        return partedReference(schema, field, this);
      },
      set(this: object, value: unknown) {
        assignParted(schema, field, this, value);
      },
    });
  }
  for (const name of schema.reverseNames) {
    Object.defineProperty(schema.model.prototype as object, name, {
      configurable: true,
      get(this: object): unknown {
        return relatedTo(this, schema, name);
      },
      // Compilers that assign class fields instead of defining them come through here at `new`.
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
}

/** What a class field gives at `new` that has no column: a relation, a reference whose key is elsewhere, or nothing. */
function withoutColumn(
  owner: object,
  schema: Schema,
  name: string,
  given: Instance,
  values: ReadonlyMap<string | undefined, unknown>,
): unknown {
  const field = schema.partedReferences.find((candidate) => candidate.name === name);
  if (field === undefined) return name === schema.keyName ? undefined : relatedTo(owner, schema, name);
  const wanted = given[name];
  const made = wanted ?? partedReference(schema, field, Object.fromEntries(values));
  const held =
    wanted === null
      ? null
      : made === null
        ? null
        : new Reference(
            schema.relation(name) as Relation,
            field.toValue(made),
            undefined,
            made instanceof field.target.model ? made : made instanceof Reference ? made.loaded : undefined,
          );
  markGiven(owner, name, held);
  return held;
}

/** What the relation called `name`, which has no column, is on `owner`. */
function relatedTo(owner: object, schema: Schema, name: string): RelatedSet<object> | RelatedOne<object> {
  return schema.leadsToOne(name) ? new RelatedOne(owner, schema, name) : new RelatedSet(owner, schema, name);
}

installModelRoots([ModelBase, Model], addReverseSides);
installReferenceLoader(loadReference);
installThroughMaker((source, name, declaration) => {
  const links = makeThroughModel(Model, source, name, declaration);
  if (isUnlisted(source.model)) leaveUnlisted(links);
  setHome(links, homeOf(source.model));
  return links;
});
installPrefetcher(loadPrefetched);
