import { getByNaturalKey } from "./instances/natural-key.js";
import { writeDatabase } from "./database/routing.js";
import { type DoesNotExist, type MultipleObjectsReturned } from "./errors.js";
import { createInstance } from "./instances/create-instance.js";
import type { InstanceOf, ModelClass } from "./model-class.js";
import { doesNotExistOf, multipleObjectsReturnedOf } from "./model-errors.js";
import { type QuerySet } from "./query-set.js";
import { promised } from "./promised.js";
import { defaultSetOf } from "./query-set/default-set.js";
import type { RawColumns, RawOptions, RawQuery, RawRow } from "./raw/raw-query.js";
import type { Sql } from "./raw/sql.js";
import { schemaOf } from "./schema/schema-of.js";
import type { ColumnName, DefaultValues, NewValues } from "./typing/creation.js";
import type { OrderHint, OrderKeys, ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { BulkCreateOptions } from "./instances/bulk-create.js";
import type { Condition, RunTimeLookups } from "./expressions/condition.js";
import type { Expression, OrderBy } from "./expressions/expression.js";
import type { PrefetchSpec, WithPrefetched } from "./query-set/prefetch.js";
import type { Fits } from "./typing/fits.js";
import type { Checked, Results } from "./typing/result.js";
import type {
  AfterPaths,
  Annotated,
  Annotations,
  BulkKey,
  DeferredRow,
  ExpressionsRow,
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

/** What every model can be asked: queries of its rows. The methods of `QuerySet` say more of each. */
// oxlint-disable-next-line typescript/no-extraneous-class -- models inherit these methods, and `this` in them is the model
export abstract class ModelQueries {
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
    condition: Condition<C> & NoInfer<Fits<InstanceOf<M>, {}, C>>,
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
    condition: Condition<C> & NoInfer<Fits<InstanceOf<M>, {}, C>>,
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
  static filterBy<M extends ModelClass>(this: M, where: RunTimeLookups): QuerySet<InstanceOf<M>> {
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
  static values<
    M extends ModelClass,
    const Paths extends readonly ValueHint<InstanceOf<M>, {}>[],
    const A extends Annotations,
  >(
    this: M,
    ...chosen: [...paths: Paths, expressions: A & AfterPaths<InstanceOf<M>, {}, Paths, A>]
  ): QuerySet<
    InstanceOf<M>,
    ValuesRow<InstanceOf<M>, {}, Paths> & ExpressionsRow<InstanceOf<M>, {}, A>,
    Results<InstanceOf<M>, {}, A>
  >;
  static values(this: ModelClass, ...chosen: readonly (string | object)[]): never {
    return defaultSetOf(schemaOf(this)).values(...(chosen as readonly never[])) as never;
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
  ): QuerySet<InstanceOf<M>, WithPrefetched<InstanceOf<M>, InstanceOf<M>, Specs>> {
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
    options?: { readonly defaults?: DefaultValues<NewValues<InstanceOf<M>>> },
  ): Promise<[row: InstanceOf<M>, isNew: boolean]> {
    return defaultSetOf<InstanceOf<M>>(schemaOf(this)).getOrCreate<K>(where, options);
  }

  /** Changes the row that meets `where`, or makes a new one; see `QuerySet.updateOrCreate`. */
  static updateOrCreate<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
    options?: {
      readonly defaults?: DefaultValues<NewValues<InstanceOf<M>>>;
      readonly createDefaults?: DefaultValues<NewValues<InstanceOf<M>>>;
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

  /** All rows with what foreign keys and one to ones lead to; see `QuerySet.selectRelated`. */
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
  static get<M extends ModelClass, C extends object>(
    this: M,
    condition: Condition<C> & NoInfer<Fits<InstanceOf<M>, {}, C>>,
  ): Promise<InstanceOf<M>>;
  static get<M extends ModelClass>(this: M, condition: Expression<boolean>): Promise<InstanceOf<M>>;
  static get<M extends ModelClass, const K extends string>(
    this: M,
    where: Where<InstanceOf<M>, {}, K>,
  ): Promise<InstanceOf<M>>;
  static get(this: ModelClass, where: object): Promise<object> {
    return defaultSetOf(schemaOf(this)).get(where as Expression<boolean>);
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
  static create<M extends ModelClass>(
    this: M,
    values: NewValues<InstanceOf<M>>,
    { using }: { readonly using?: string } = {},
  ): Promise<InstanceOf<M>> {
    return promised(() => createInstance(writeDatabase(this, using), schemaOf(this), values) as InstanceOf<M>);
  }

  /**
   * The row that people know by these values: those of the fields that `meta({ naturalKey })` names, where a reference
   * stands for the natural key of what it refers to. Rejects with `DoesNotExist`.
   */
  static async getByNaturalKey<M extends ModelClass>(this: M, ...values: readonly unknown[]): Promise<InstanceOf<M>> {
    return (await getByNaturalKey(schemaOf(this), values)) as InstanceOf<M>;
  }
}
