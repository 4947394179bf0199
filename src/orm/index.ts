/**
 * Models, queries and transactions on SQLite and PostgreSQL: class fields are the schema, lookups keep Django's
 * spelling and are checked by the compiler. Its three main names are `Model`, `f` and `atomic`.
 *
 * ```ts
 * class Room extends Model {
 *   slug = f.slug({ unique: true });
 *   messages = f.reverse(() => Message, "room");
 * }
 * class Message extends Model {
 *   room = f.foreignKey(() => Room, { onDelete: "cascade" });
 *   text = f.text({ maxLength: 2000 });
 *   sentAt = f.dateTime({ autoNowAdd: true });
 * }
 * databases.set("default", await connectDatabase("sqlite::memory:"));
 * await createTables([Room, Message]);
 * const room = await Room.create({ slug: "lobby" });
 * await room.messages.create({ text: "hello" });
 * const today = await Message.filter({ room__slug: "lobby", sentAt__date: new Date() }).selectRelated("room");
 * ```
 */
export { installModels } from "./apps.js";
export type {
  BackendTransaction,
  BeginOptions,
  DatabaseBackend,
  DatabaseFeatures,
  Executor,
  MaybePromise,
  QueryResult,
} from "./backends/backend.js";
export type { SchemaEditor } from "./backends/schema-editor.js";
export type { Statement } from "./compiler/statement.js";
export { createTables, type CreateTablesOptions } from "./create-tables.js";
export {
  CheckViolation,
  ConnectionLost,
  DatabaseBusy,
  DatabaseError,
  DatabaseUnreachable,
  DataError,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  OperationalError,
  ProgrammingError,
  ProtectedError,
  TransactionConflict,
  UniqueViolation,
  type DatabaseErrorParams,
} from "./database-errors.js";
export { atomic, inAtomic, onCommit, type AtomicOptions } from "./database/atomic.js";
export { assertQueries, captureQueries, QueryCountWrong } from "./database/capture.js";
export { connectDatabase, type DatabaseOptions } from "./database/connect.js";
export { Database } from "./database/database.js";
export { closeDatabases, databases } from "./database/databases.js";
export type { QueryMessage } from "./database/instrumentation.js";
export type { CommitHook } from "./database/transaction.js";
export {
  CommitHookFailed,
  DatabaseNotConfigured,
  DatabaseUrlInvalid,
  DoesNotExist,
  DriverUnavailable,
  FieldOutsideModel,
  LookupValueInvalid,
  ModelInvalid,
  MultipleObjectsReturned,
  NotSaved,
  NotUpdated,
  QueryInvalid,
  SchemaMismatch,
  TransactionBroken,
  TransactionEnded,
  TransactionNested,
  UnknownField,
  UnknownLookup,
  ValidationError,
  type FieldIssue,
} from "./errors.js";
export { Expression, F } from "./expressions/expression.js";
export { f } from "./fields/f/f.js";
export type { ColumnFor, ReferenceFor } from "./fields/f/property-types.js";
export type { JsonValue } from "./fields/f/data.js";
export { jsonNull } from "./fields/data/json-text.js";
export { uuid7 } from "./fields/data/uuid7.js";
export type { Choices } from "./fields/choices.js";
export type { ColumnType } from "./fields/column-type.js";
export type { DecimalInput } from "./typing/decimal-input.js";
export type { FieldDescription } from "./fields/description.js";
export { fieldOf, registerFieldType, type FieldMaker, type ModelFinder } from "./fields/field-of.js";
export { automaticModelsOf, describeModel, type ModelDescription } from "./schema/describe-model.js";
export { Field, type FieldOptions, type Validator } from "./fields/field.js";
export { setTo, type OnDelete } from "./schema/on-delete.js";
export type { Problem } from "./fields/problem.js";
export type { Deleted } from "./instances/matching-rows.js";
export type { SaveOptions } from "./instances/save-instance.js";
export { registerLookup, registerTransform } from "./lookups/registry.js";
export type { Lookup, Operand, Transform } from "./lookups/lookup.js";
export {
  check,
  exclude,
  index,
  unique,
  type CheckDefinition,
  type CheckOptions,
  type ConstraintDefinition,
  type ConstraintMessage,
  type ExcludeDefinition,
  type ExcludeOptions,
  type IndexDefinition,
  type IndexOptions,
  type UniqueDefinition,
  type UniqueOptions,
} from "./definitions.js";
export { meta, type Meta, type MetaOptions } from "./meta.js";
export * from "./migrations/index.js";
export { Model, ModelBase, type InitialValues, type RefreshOptions } from "./model.js";
export type { ModelClass } from "./model-class.js";
export { QuerySet } from "./query-set.js";
export { RelatedOne } from "./related-one.js";
export { RelatedSet } from "./related-set.js";
export type { Column } from "./typing/column.js";
export type { NewValues, SomeValues, UpdateValues } from "./typing/creation.js";
export type { KindName, Kinds } from "./typing/kinds.js";
export type { KeyOf, Ref, Related } from "./typing/relation.js";
export type { TypeProblem } from "./typing/type-problem.js";
export type { Where } from "./typing/where.js";
