import type { MaybePromise } from "../backends/backend.js";
import { IntegrityError } from "../database-errors.js";
import { atomic } from "../database/atomic.js";
import type { Condition } from "../expressions/condition.js";
import { bulkCreate, type BulkCreateOptions } from "../instances/bulk-create.js";
import { bulkUpdate } from "../instances/bulk-update.js";
import { createInstance } from "../instances/create-instance.js";
import { deleteRows } from "../instances/delete-rows.js";
import type { Deleted } from "../instances/matching-rows.js";
import { updateQuery } from "../instances/update-rows.js";
import { multipleObjectsReturnedOf } from "../model-errors.js";
import { promised } from "../promised.js";
import { describeQuery } from "../query/describe.js";
import { queryStateKey, withWindow } from "../query/query-state.js";
import type { ColumnName, DefaultValues, NewValues, UpdateValues } from "../typing/creation.js";
import type { Fits } from "../typing/fits.js";
import type { Where } from "../typing/where.js";
import { AskingQuery } from "./asking-query.js";
import { calledValues, changedFields, creationValues } from "./get-or-create.js";
import { load } from "./load-rows.js";
import { filtered, refuse, refuseCombined, refuseSliced, schemaOfQuery, writerOf } from "./steps.js";

/** What a query set writes: new rows, and changes of those that it is about. */
export class WritingQuery<T extends object, Row, X> extends AskingQuery<T, Row, X> {
  /** Makes and saves an instance. Rejects with `ValidationError`, and with what the database says. */
  create(values: NewValues<T>): Promise<T> {
    return promised(() => createInstance(writerOf(this), schemaOfQuery(this), values) as T);
  }

  /**
   * The row that meets `where`, or a new one with the values of `where` (those without a lookup) and `defaults`; and
   * whether it is new. Two that ask at once get the same row, if a unique rule forbids a second.
   */
  async getOrCreate<const K extends string>(
    where: Where<T, X, K>,
    { defaults = {} }: { readonly defaults?: DefaultValues<NewValues<T>> } = {},
  ): Promise<[row: Row, isNew: boolean]> {
    const set = filtered(this.using(writerOf(this).alias), where, false);
    const found = await set.#one();
    if (found !== undefined) return [found, false];
    const values = creationValues(schemaOfQuery(this), where, defaults);
    try {
      const made = await atomic(() => createInstance(writerOf(this), schemaOfQuery(this), values), this.#alias);
      return [made as Row, true];
    } catch (thrown) {
      if (!(thrown instanceof IntegrityError)) throw thrown;
      const other = await set.#one();
      if (other !== undefined) return [other, false];
      throw thrown;
    }
  }

  /**
   * Changes the row that meets `where` to have `defaults`, or makes a new one of `where`, `defaults` and
   * `createDefaults`; and says whether it is new. The row is locked meanwhile, where the database can.
   */
  async updateOrCreate<const K extends string>(
    where: Where<T, X, K>,
    {
      defaults = {},
      createDefaults = defaults,
    }: { readonly defaults?: DefaultValues<NewValues<T>>; readonly createDefaults?: DefaultValues<NewValues<T>> } = {},
  ): Promise<[row: Row, isNew: boolean]> {
    if (this[queryStateKey].shape.hasValues) refuse(this, "gives plain values, which cannot be changed and saved");
    return atomic(async () => {
      const set = this.selectForUpdate();
      const [row, isNew] = await set.getOrCreate(where, { defaults: createDefaults });
      if (isNew) return [row, true];
      const { assign, save } = row as unknown as {
        assign(values: object): object;
        save(options: { updateFields: readonly string[] }): Promise<unknown>;
      };
      const values = calledValues(defaults);
      assign.call(row, values);
      await save.call(row, { updateFields: changedFields(schemaOfQuery(this), values) });
      return [row, false];
    }, this.#alias);
  }

  async #one(): Promise<Row | undefined> {
    const { shape, values } = withWindow(this[queryStateKey]);
    const [row, another] = await load<Row>(this, shape.forGet, values);
    if (another === undefined) return row;
    const where = describeQuery(this[queryStateKey]);
    throw new (multipleObjectsReturnedOf(this.model))({ model: schemaOfQuery(this).name, where });
  }

  get #alias(): { readonly using: string } {
    return { using: writerOf(this).alias };
  }

  /**
   * Writes many new rows, a few thousand values to a statement, in one transaction; gives the instances with their
   * keys. What is given are values as for `create`, or instances. With `ignoreConflicts`, rows that break a unique rule
   * are left out (and keys are not told); with `updateConflicts`, `updateFields` of the row that is there are changed.
   */
  async bulkCreate(rows: readonly (NewValues<T> | T)[], options: BulkCreateOptions<ColumnName<T>> = {}): Promise<T[]> {
    return (await bulkCreate(writerOf(this), schemaOfQuery(this), rows, options)) as T[];
  }

  /** Writes `fields` of many instances that are saved, a few hundred rows to a statement. Gives how many rows changed. */
  async bulkUpdate(
    instances: readonly T[],
    fields: readonly ColumnName<T>[],
    { batchSize }: { readonly batchSize?: number } = {},
  ): Promise<number> {
    return bulkUpdate(writerOf(this), schemaOfQuery(this), instances, fields, batchSize);
  }

  /**
   * Changes all rows in one statement and gives how many there were. Instances that were loaded before keep what they
   * have, and fields with `autoNow` are left alone. A value may be an expression, and of a field that is true or false a
   * condition: `update({ isLong: Q({ likes__gt: 9 }) })`. Rejects with `ValidationError` before anything is written.
   */
  update<C extends object = never>(values: UpdateValues<T, Condition<C> & NoInfer<Fits<T, X, C>>>): Promise<number> {
    return promised(() => this.#update(values));
  }

  #update(values: object): MaybePromise<number> {
    const state = this[queryStateKey];
    const { shape } = state;
    if (state.window !== undefined) refuseSliced(this, "updated");
    if (shape.isCombined) refuseCombined(this, "updated");
    if (shape.hasFirstRows) refuse(this, "cannot be updated after distinct(fields); filter by its keys instead");
    return updateQuery(writerOf(this), state, values);
  }

  /**
   * Deletes all rows, and what `onDelete` says of rows that refer to them. Gives how many were deleted, by model.
   * Rejects with `ProtectedError`; then nothing is deleted.
   */
  async delete(): Promise<Deleted> {
    const state = this[queryStateKey];
    if (state.window !== undefined) refuseSliced(this, "deleted");
    if (state.shape.isCombined) refuseCombined(this, "deleted");
    if (state.shape.hasValues) refuse(this, "cannot be deleted after values(); leave that step out");
    if (state.shape.hasFirstRows) refuse(this, "cannot be deleted after distinct(fields); filter by its keys instead");
    return deleteRows(writerOf(this), state);
  }
}
