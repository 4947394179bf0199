import { NotFound } from "../core/index.js";
import {
  DoesNotExist,
  type InstanceOf,
  LookupValueInvalid,
  type ModelClass,
  modelOptions,
  QuerySet,
  type Where,
} from "../orm/index.js";

/**
 * The one row that meets `where`. Rejects with 404 (`NotFound`) where there is none, also for a value that cannot be
 * one of the field, such as a word for a number: `getOr404(Room, { slug })`, `getOr404(room.messages.all(), { pk })`.
 */
export function getOr404<M extends ModelClass, const K extends string>(
  model: M,
  where: Where<InstanceOf<M>, {}, K>,
): Promise<InstanceOf<M>>;
export function getOr404<T extends object, Row, X, const K extends string = never>(
  rows: QuerySet<T, Row, X>,
  where?: Where<T, X, K>,
): Promise<Row>;
export async function getOr404(source: ModelClass | QuerySet<object>, where: object = {}): Promise<unknown> {
  const rows = rowsOf(source);
  return orNotFound(rows, () => rows.filterBy(where as Readonly<Record<string, unknown>>).get());
}

/** All rows that meet `where`. Rejects with 404 (`NotFound`) where there are none. */
export function getListOr404<M extends ModelClass, const K extends string>(
  model: M,
  where: Where<InstanceOf<M>, {}, K>,
): Promise<InstanceOf<M>[]>;
export function getListOr404<T extends object, Row, X, const K extends string = never>(
  rows: QuerySet<T, Row, X>,
  where?: Where<T, X, K>,
): Promise<Row[]>;
export async function getListOr404(source: ModelClass | QuerySet<object>, where: object = {}): Promise<unknown[]> {
  const rows = rowsOf(source);
  return orNotFound(rows, async () => {
    const found = await rows.filterBy(where as Readonly<Record<string, unknown>>);
    if (found.length === 0) throw notFound(rows);
    return found;
  });
}

function rowsOf(source: ModelClass | QuerySet<object>): QuerySet<object> {
  return source instanceof QuerySet ? source : (source as unknown as { all(): QuerySet<object> }).all();
}

async function orNotFound<T>(rows: QuerySet<object>, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (thrown) {
    if (!(thrown instanceof DoesNotExist) && !(thrown instanceof LookupValueInvalid)) throw thrown;
    throw notFound(rows, thrown);
  }
}

function notFound(rows: QuerySet<object>, cause?: Error): NotFound {
  const { verboseName } = modelOptions(rows.model);
  return new NotFound({ what: `The ${verboseName}` }, cause === undefined ? {} : { cause });
}
