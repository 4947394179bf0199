import { defineError } from "../core/index.js";
import { show, type Problem } from "./fields/problem.js";

const quote = (name: string): string => JSON.stringify(name);

/** A model is written in a way that cannot work. */
export class ModelInvalid extends defineError({
  code: "ORM_MODEL_INVALID",
  fromProgram: true,
  message: (p: { model: string; problem: string }) => `The model ${p.model} ${p.problem}.`,
}) {}

/** A function of `f` was called where no model is being defined. */
export class FieldOutsideModel extends defineError({
  code: "ORM_FIELD_OUTSIDE_MODEL",
  fromProgram: true,
  message: (p: { type: string }) =>
    `f.${p.type}() was called outside of a model. Use it only as a class field: class Room extends Model { slug = f.slug(); }.`,
}) {}

/** A query names a field that its model does not have. */
export class UnknownField extends defineError({
  code: "ORM_UNKNOWN_FIELD",
  fromProgram: true,
  message: (p: { model: string; field: string; path: string; hint: string }) =>
    `${p.model} has no field ${quote(p.field)}${p.path === p.field ? "" : ` (in ${quote(p.path)})`}.${p.hint}`,
}) {}

/** A query uses a lookup that the field does not have. */
export class UnknownLookup extends defineError({
  code: "ORM_UNKNOWN_LOOKUP",
  fromProgram: true,
  message: (p: { model: string; path: string; lookup: string; hint: string }) =>
    `${quote(p.path)} on ${p.model} ends in ${quote(p.lookup)}, which is no lookup of that field.${p.hint}`,
}) {}

/** 400: a value in a query cannot be compared with its field. */
export class LookupValueInvalid extends defineError({
  code: "ORM_LOOKUP_VALUE_INVALID",
  fromProgram: true,
  message: (p: { model: string; path: string; problem: string }) =>
    `${p.model}: the value for ${quote(p.path)} ${p.problem}.`,
  status: 400,
  closeCode: 1007,
}) {}

/** A query was put together in a way that has no meaning. */
export class QueryInvalid extends defineError({
  code: "ORM_QUERY_INVALID",
  fromProgram: true,
  message: (p: { model: string; problem: string }) => `A query of ${p.model} ${p.problem}.`,
}) {}

/** A query needs something that its database does not have. */
export class NotSupported extends defineError({
  code: "ORM_NOT_SUPPORTED",
  fromProgram: true,
  message: (p: { feature: string; engine: string }) => `${p.engine} has no ${p.feature}.`,
}) {}

/** `selectForUpdate` was asked outside of a transaction, where a lock would end as soon as it is there. */
export class TransactionRequired extends defineError({
  code: "ORM_TRANSACTION_REQUIRED",
  fromProgram: true,
  message: (p: { model: string }) =>
    `A query of ${p.model} with selectForUpdate() was asked outside of atomic(). Put it and what follows into one.`,
}) {}

/** A reference or set of a strict query was awaited that was not loaded with it. Name it in `selectRelated` or `prefetchRelated`. */
export class NotLoaded extends defineError({
  code: "ORM_NOT_LOADED",
  fromProgram: true,
  message: (p: { model: string; relation: string }) =>
    `${p.model}.${p.relation} was not loaded, and its query is strict(). Load it with selectRelated(${quote(p.relation)}) or prefetchRelated(${quote(p.relation)}).`,
}) {}

/** 400: a cursor of a page is none that this query gave. */
export class CursorInvalid extends defineError({
  code: "ORM_CURSOR_INVALID",
  fromProgram: true,
  message: () => "The cursor of the page is none that this query gave.",
  status: 400,
  closeCode: 1007,
}) {}

/** One value that does not fit its field. */
export interface FieldIssue extends Problem {
  readonly field: string;
  readonly value: unknown;
}

/** 400: values do not fit the fields of a model. Thrown before anything is written; `issues` has all of them. */
export class ValidationError extends defineError({
  code: "ORM_VALIDATION_ERROR",
  fromProgram: true,
  message: (p: { model: string; issues: readonly FieldIssue[] }) =>
    `${p.issues.map(({ field, message }) => `${p.model}${field === "" ? "" : `.${field}`} ${message}`).join("; ")}.`,
  status: 400,
  closeCode: 1007,
}) {
  get issues(): readonly FieldIssue[] {
    return this.params.issues;
  }
}

/** 404: no row fits. Each model has its own subclass: `Room.DoesNotExist`. */
export class DoesNotExist extends defineError({
  code: "ORM_DOES_NOT_EXIST",
  fromProgram: true,
  message: (p: { model: string; where: string }) => `No ${p.model} matches ${p.where}.`,
  status: 404,
  closeCode: 4504,
}) {}

/** `get` found more than one row. Each model has its own subclass: `Room.MultipleObjectsReturned`. */
export class MultipleObjectsReturned extends defineError({
  code: "ORM_MULTIPLE_OBJECTS_RETURNED",
  fromProgram: true,
  message: (p: { model: string; where: string }) =>
    `More than one ${p.model} matches ${p.where}; get() needs exactly one. Use filter(...).first() for any of them.`,
}) {}

/** `save` was to change a row that is not there. */
export class NotUpdated extends defineError({
  code: "ORM_NOT_UPDATED",
  fromProgram: true,
  message: (p: { model: string; key: unknown }) =>
    `No ${p.model} with the primary key ${show(p.key)} is there to update. It was deleted, or never saved.`,
}) {}

/** Something was asked of the row of an instance that has none. */
export class NotSaved extends defineError({
  code: "ORM_NOT_SAVED",
  fromProgram: true,
  message: (p: { model: string; action: string }) =>
    `A ${p.model} that was not saved cannot be ${p.action}; save it first.`,
}) {}

/** The database URL cannot be used. The URL is never shown: it may hold a password. */
export class DatabaseUrlInvalid extends defineError({
  code: "ORM_DATABASE_URL_INVALID",
  fromProgram: true,
  message: (p: { problem: string }) =>
    `The database URL ${p.problem}. Give sqlite:path/to/file, sqlite::memory: or postgres://user:password@host/name.`,
}) {}

/** A query ran before its database was connected. */
export class DatabaseNotConfigured extends defineError({
  code: "ORM_DATABASE_NOT_CONFIGURED",
  fromProgram: true,
  message: (p: { alias: string; known: readonly string[] }) =>
    `There is no database ${quote(p.alias)}${p.known.length === 0 ? "" : ` (there is ${p.known.join(", ")})`}. ` +
    `Call databases.set(${quote(p.alias)}, await connectDatabase(url)) before the first query.`,
}) {}

/** No driver for the database could be loaded. */
export class DriverUnavailable extends defineError({
  code: "ORM_DRIVER_UNAVAILABLE",
  fromProgram: true,
  message: (p: { engine: string; reasons: readonly string[] }) =>
    `No ${p.engine} driver could be loaded: ${p.reasons.join("; ")}. Install one of them: npm install better-sqlite3@12.6.2, or npm install libsql.`,
}) {}

/** A query came through the context of an `atomic` that has ended. */
export class TransactionEnded extends defineError({
  code: "ORM_TRANSACTION_ENDED",
  fromProgram: true,
  message: () =>
    "A query was made inside an atomic() whose transaction has ended. Await everything that atomic() starts, or start it from onCommit().",
}) {}

/** A query failed earlier in this transaction, so that it can only be rolled back. `cause` is that error. */
export class TransactionBroken extends defineError({
  code: "ORM_TRANSACTION_BROKEN",
  fromProgram: true,
  message: () =>
    "An earlier query of this transaction failed, so it is rolled back and runs no more queries. " +
    "Put what may fail into an atomic() of its own, inside.",
}) {}

/** `atomic({ durable: true })` was called inside another `atomic`. */
export class TransactionNested extends defineError({
  code: "ORM_TRANSACTION_NESTED",
  fromProgram: true,
  message: () =>
    "A durable atomic(), or one with isolation, readOnly or retries, must be the outermost one; it was called inside another atomic().",
}) {}

/** The transaction is committed, but functions given to `onCommit` failed. `cause` is the first error. */
export class CommitHookFailed extends defineError({
  code: "ORM_COMMIT_HOOK_FAILED",
  fromProgram: true,
  message: (p: { failed: number; total: number; errors: readonly unknown[] }) =>
    `The transaction was committed, but ${p.failed} of ${p.total} onCommit functions failed.`,
}) {}

/** Tables in the database do not fit the models. */
export class SchemaMismatch extends defineError({
  code: "ORM_SCHEMA_MISMATCH",
  fromProgram: true,
  message: (p: { model: string; table: string; missing: readonly string[] }) =>
    `The table ${quote(p.table)} of ${p.model} exists, but has no column ${p.missing.map(quote).join(", ")}. ` +
    "createTables() makes new tables and never changes one: alter the table, or drop it where its rows do not matter.",
}) {}
