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
export { type AfterMigrate, installModels, runAfterMigrate } from "./apps.js";
export { hasSwappableModel, modelsOf, swappable, swappableModel } from "./swaps.js";
export type {
  BackendTransaction,
  BeginOptions,
  DatabaseBackend,
  DatabaseFeatures,
  Executor,
  IsolationLevel,
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
  DatabaseFull,
  DatabaseUnreachable,
  DataError,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  OperationalError,
  ProgrammingError,
  ProtectedError,
  QueryAborted,
  StatementTimeout,
  TransactionConflict,
  UniqueViolation,
  type DatabaseErrorParams,
} from "./database-errors.js";
export { atomic, inAtomic, onCommit, type AtomicOptions, type OnCommitOptions } from "./database/atomic.js";
export { assertQueries, captureQueries, QueryCountWrong } from "./database/capture.js";
export { connectDatabase, type DatabaseOptions } from "./database/connect.js";
export { Database } from "./database/database.js";
export { closeDatabases, databases } from "./database/databases.js";
export { readReplicas, setRouters, type DatabaseRouter, type ReplicaOptions } from "./database/routing.js";
export type { QueryMessage } from "./database/instrumentation.js";
export type { CommitHook } from "./database/transaction.js";
export {
  CommitHookFailed,
  CursorInvalid,
  DatabaseNotConfigured,
  DatabaseUrlInvalid,
  DoesNotExist,
  DriverUnavailable,
  FieldOutsideModel,
  LookupValueInvalid,
  ModelInvalid,
  MultipleObjectsReturned,
  NotLoaded,
  NotSaved,
  NotSupported,
  NotUpdated,
  QueryInvalid,
  SchemaMismatch,
  TransactionBroken,
  TransactionEnded,
  TransactionNested,
  TransactionRequired,
  UnknownField,
  UnknownLookup,
  ValidationError,
  type FieldIssue,
} from "./errors.js";
export {
  AnyValue,
  ArrayAgg,
  Avg,
  BitAnd,
  BitOr,
  BitXor,
  BoolAnd,
  BoolOr,
  Count,
  JSONBAgg,
  Max,
  Min,
  StdDev,
  StringAgg,
  Sum,
  Variance,
  type AggregateOptions,
  type OrderedAggregateOptions,
} from "./expressions/aggregates.js";
export { Case, When, type Branch } from "./expressions/case.js";
export { Condition, Q, type RunTimeLookups } from "./expressions/condition.js";
export { Expression, F, OrderBy, type NullsOption } from "./expressions/expression.js";
export { JSONArray, JSONObject } from "./expressions/functions/json.js";
export { UUID4, UUID7 } from "./expressions/functions/uuid.js";
export { Coalesce, Greatest, Least, NullIf } from "./expressions/functions/comparison.js";
export {
  Extract,
  ExtractDay,
  ExtractHour,
  ExtractIsoWeekDay,
  ExtractIsoYear,
  ExtractMinute,
  ExtractMonth,
  ExtractQuarter,
  ExtractSecond,
  ExtractWeek,
  ExtractWeekDay,
  ExtractYear,
  Now,
  Trunc,
  TruncDate,
  TruncDay,
  TruncHour,
  TruncMinute,
  TruncMonth,
  TruncQuarter,
  TruncSecond,
  TruncTime,
  TruncWeek,
  TruncYear,
  type TruncUnit,
  type ZoneOption,
} from "./expressions/functions/dates.js";
export {
  Abs,
  ACos,
  ASin,
  ATan,
  ATan2,
  Ceil,
  Cos,
  Cot,
  Degrees,
  Exp,
  Floor,
  Ln,
  Log,
  Mod,
  Pi,
  Power,
  Radians,
  Random,
  Round,
  Sign,
  Sin,
  Sqrt,
  Tan,
} from "./expressions/functions/math.js";
export {
  Chr,
  Concat,
  Left,
  Length,
  Lower,
  LPad,
  LTrim,
  MD5,
  Ord,
  Repeat,
  Replace,
  Reverse,
  Right,
  RPad,
  RTrim,
  SHA1,
  SHA224,
  SHA256,
  SHA384,
  SHA512,
  StrIndex,
  Substr,
  Trim,
  Upper,
} from "./expressions/functions/text.js";
export {
  Contains,
  EndsWith,
  Exact,
  GreaterThan,
  GreaterThanOrEqual,
  IContains,
  IEndsWith,
  IExact,
  In,
  IRegex,
  IsNull,
  IStartsWith,
  LessThan,
  LessThanOrEqual,
  lookup,
  Range,
  Regex,
  StartsWith,
  Test,
} from "./expressions/lookup-expressions.js";
export { ArraySubquery, Exists, ExistsExpression, OuterRef, Subquery, type Queryable } from "./expressions/subquery.js";
export { Cast, Collate, Func, RawSql, Value, type OutputValues } from "./expressions/value.js";
export {
  CumeDist,
  DenseRank,
  FirstValue,
  GroupRange,
  Lag,
  LastValue,
  Lead,
  NthValue,
  Ntile,
  PercentRank,
  Rank,
  RowNumber,
  RowRange,
  ValueRange,
  Window,
  type FrameOptions,
  type WindowOptions,
} from "./expressions/window.js";
export type { OutputName } from "./expressions/nodes.js";
export type { BulkCreateOptions } from "./instances/bulk-create.js";
export type { IteratorOptions } from "./query-set/chunks.js";
export type { ExplainOptions } from "./query-set/explain.js";
export type { Page, PageOptions } from "./query-set/keyset.js";
export { Prefetch, type PrefetchSpec } from "./query-set/prefetch.js";
export { prefetchRelatedObjects } from "./query-set/prefetch-objects.js";
export { setQueryWarnings, type QueryWarning } from "./query/trap-warnings.js";
export type { LockOptions } from "./query-set/query-options.js";
export { f } from "./fields/f/f.js";
export type { ColumnFor, ReferenceFor } from "./fields/f/property-types.js";
export type { JsonValue } from "./fields/f/data.js";
export { jsonNull } from "./fields/data/json-text.js";
export { uuid7 } from "./fields/data/uuid7.js";
export type { Choice, Choices } from "./fields/choices.js";
export type { ColumnType } from "./fields/column-type.js";
export type { DecimalInput } from "./typing/decimal-input.js";
export type { FieldDescription } from "./fields/description.js";
export { fieldOf, registerFieldType, type FieldMaker, type ModelFinder } from "./fields/field-of.js";
export { keyText } from "./schema/key-text.js";
export {
  announces,
  automaticModelsOf,
  describeModel,
  modelLabel,
  type ModelDescription,
} from "./schema/describe-model.js";
export { Field, type FieldOptions, type Validator } from "./fields/field.js";
export { referrersOf, type Referrer } from "./referrers.js";
export { setTo, type OnDelete } from "./schema/on-delete.js";
export type { Problem } from "./fields/problem.js";
export type { Deleted } from "./instances/matching-rows.js";
export type { FullCleanOptions } from "./instances/full-clean.js";
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
export { asManager, Manager, type QuerySetClass } from "./manager.js";
export { meta, type Meta, type MetaOptions } from "./meta.js";
export * from "./migrations/index.js";
export { modelOptions, type ModelOptions, type ModelReverse } from "./model-options.js";
export type { FieldRelation, ModelField } from "./schema/model-field.js";
export { Model, ModelBase, type DeleteOptions, type InitialValues, type RefreshOptions } from "./model.js";
export type { InstanceOf, ModelClass } from "./model-class.js";
export { QuerySet } from "./query-set.js";
export { RawQuery, type RawColumns, type RawOptions, type RawRow } from "./raw/raw-query.js";
export { Sql, sql, type SqlValue } from "./raw/sql.js";
export { RelatedOne } from "./related-one.js";
export { RelatedSet } from "./related-set.js";
export type {
  Column,
  ColumnValue,
  IsColumn,
  IsComputedColumn,
  IsFileColumn,
  IsOptionalColumn,
  NullOf,
} from "./typing/column.js";
export type { ColumnName, DefaultValues, NewValues, SomeValues, UpdateValues } from "./typing/creation.js";
export type {
  CommonLookups,
  DateTimeTransforms,
  DateTransforms,
  KindName,
  Kinds,
  NumberTransforms,
  OrderedLookups,
  TextLookups,
  TextTransforms,
  TimeTransforms,
} from "./typing/kinds.js";
export type { KeyOf, Ref, RefBy, ReferenceTarget, Related, SetTarget } from "./typing/relation.js";
export type { TypeProblem } from "./typing/type-problem.js";
export type { Where } from "./typing/where.js";
export {
  bulkChanged,
  m2mChanged,
  postDelete,
  postSave,
  preDelete,
  preSave,
  rowsChanged,
  type BulkMessage,
  type DeleteMessage,
  type LinksMessage,
  type RowsChanged,
  type SavedMessage,
  type SaveMessage,
} from "./signals/model-signals.js";
