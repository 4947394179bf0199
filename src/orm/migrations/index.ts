export { field, type FieldDescriptions } from "./field-descriptions.js";
export { isMigration, Migration, migration, type MigrationOptions, operationOf } from "./migration.js";
export { Operation, type OperationCall, type OperationCategory, type OperationRun } from "./operations/operation.js";
export { addField } from "./operations/add-field.js";
export { alterField } from "./operations/alter-field.js";
export { alterModelOptions, alterModelTable, alterModelTableComment } from "./operations/alter-model.js";
export { createModel, type CreateModelOptions } from "./operations/create-model.js";
export {
  addConstraint,
  addIndex,
  alterConstraint,
  removeConstraint,
  removeIndex,
  renameIndex,
} from "./operations/definition-operations.js";
export { deleteModel } from "./operations/delete-model.js";
export type { FillOptions } from "./operations/field-operation.js";
export { removeField } from "./operations/remove-field.js";
export { renameField } from "./operations/rename-field.js";
export { renameModel } from "./operations/rename-model.js";
export {
  type CodeRun,
  type HistoricalModel,
  type HistoricalRow,
  type MigrationCode,
  noop,
  runCode,
  type RunCodeOptions,
} from "./operations/run-code.js";
export { runSql, type RunSqlOptions, type SqlText } from "./operations/run-sql.js";
export { separateDatabaseAndState, type SeparateOperations } from "./operations/separate-database-and-state.js";
export { createExtension, type PostgresExtension } from "./postgres/extension.js";
export { type CollationOptions, createCollation, removeCollation } from "./postgres/collation.js";
export { addIndexConcurrently, removeIndexConcurrently } from "./postgres/concurrent-index.js";
export { addForeignKeyNotValid } from "./postgres/foreign-key-not-valid.js";
export { addConstraintNotValid, validateConstraint } from "./postgres/validated-constraint.js";
export { addChangeTrigger, changeChannel, removeChangeTrigger } from "./postgres/change-trigger.js";
export { optimizeMigration, squashMigrations, type SquashedMigration, type SquashOptions } from "./squash.js";
export {
  MigrationAppUnknown,
  MigrationConflict,
  MigrationFailed,
  MigrationGraphInvalid,
  MigrationHistoryInconsistent,
  MigrationInvalid,
  MigrationIrreversible,
  MigrationLockTimeout,
  MigrationAnswerUnused,
  MigrationQuestionOpen,
  MigrationStateInvalid,
  MigrationUnknown,
  MigrationValueUnwritable,
} from "./errors.js";
export type { FillAnswer, FillReason, KnownAnswers, Questioner } from "./detector/questioner.js";
export { isNow, RefusingQuestioner, type RefusingOptions } from "./detector/refusing-questioner.js";
export { collectSql, type CollectSqlOptions } from "./history/collect-sql.js";
export { hasMigrations, loadMigrations, migrationFiles, migrationsFolder } from "./history/load-migrations.js";
export {
  migrate,
  type MigrateEvent,
  type MigrateOptions,
  type MigrateOutcome,
  readHistory,
  type History,
} from "./history/migrate.js";
export { MigrationGraph } from "./history/migration-graph.js";
export type { MigrationNode } from "./history/migration-node.js";
export { pruneHistory } from "./history/prune.js";
export { updateMigration } from "./update-migration.js";
export { mayBePending } from "./history/pending.js";
export { AppliedMigrations, type MigrationTarget, planMigrations, type PlanStep } from "./history/plan.js";
export type { MigrationRecord } from "./history/recorder.js";
export {
  makeMigrations,
  type MakeMigrationsOptions,
  mergeMigrations,
  type NewMigration,
  writeMigrationFiles,
} from "./make-migrations.js";
export { checkSafety, type CheckedMigration, describeProblem } from "./safety/check-safety.js";
export type { SafetyProblem } from "./safety/safety-problem.js";
export { createUnmigratedTables } from "./prepare-tables.js";
export { loadProjectMigrations, type ProjectMigrations } from "./project-migrations.js";
export { ProjectState } from "./state/project-state.js";
export type { ModelState, ModelStateOptions } from "./state/model-state.js";
