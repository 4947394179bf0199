import { defineError } from "../../core/index.js";

const quote = (name: string): string => JSON.stringify(name);

/** A migration file, or what stands in it, cannot be used. */
export class MigrationInvalid extends defineError({
  code: "ORM_MIGRATION_INVALID",
  message: (p: { migration: string; problem: string }) => `The migration ${p.migration} ${p.problem}.`,
}) {}

/** The migrations do not fit together: one depends on what is not there, or on itself. */
export class MigrationGraphInvalid extends defineError({
  code: "ORM_MIGRATION_GRAPH_INVALID",
  message: (p: { problem: string }) => `The migrations do not fit together: ${p.problem}.`,
}) {}

/** Two migrations of one app have no common successor. */
export class MigrationConflict extends defineError({
  code: "ORM_MIGRATION_CONFLICT",
  message: (p: { app: string; leaves: readonly string[]; touching: readonly string[] }) =>
    `The app ${quote(p.app)} has ${p.leaves.length} migrations that nothing comes after: ${p.leaves.join(", ")}. ` +
    (p.touching.length === 0
      ? "They do not touch the same things: run hotclub makemigrations --merge."
      : `Both change ${p.touching.join(", ")}: decide which comes first, and let it be the other's dependency.`),
}) {}

/** The database says that a migration is applied, and one that it depends on is not. */
export class MigrationHistoryInconsistent extends defineError({
  code: "ORM_MIGRATION_HISTORY_INCONSISTENT",
  message: (p: { applied: string; missing: string; database: string }) =>
    `The database ${quote(p.database)} has ${p.applied} applied, but not ${p.missing}, which it depends on. ` +
    `Apply ${p.missing} by hand where it was forgotten, or record it: hotclub migrate APP NAME --fake.`,
}) {}

/** No migration has the name that was asked for, or several begin with it. */
export class MigrationUnknown extends defineError({
  code: "ORM_MIGRATION_UNKNOWN",
  message: (p: { app: string; name: string; candidates: readonly string[] }) =>
    p.candidates.length > 1
      ? `Several migrations of ${quote(p.app)} begin with ${quote(p.name)}: ${p.candidates.join(", ")}.`
      : `The app ${quote(p.app)} has no migration that begins with ${quote(p.name)}.`,
}) {}

/** An app was named that is not installed, or that has no migrations. */
export class MigrationAppUnknown extends defineError({
  code: "ORM_MIGRATION_APP_UNKNOWN",
  message: (p: { app: string; problem: string }) => `The app ${quote(p.app)} ${p.problem}.`,
}) {}

/** An operation failed. `cause` says why; what its transaction did is undone. */
export class MigrationFailed extends defineError({
  code: "ORM_MIGRATION_FAILED",
  message: (p: { migration: string; operation: string; place: string; problem: string; left: string }) =>
    `${p.migration} failed at ${p.place} (${p.operation}): ${p.problem} ${p.left}`,
}) {}

/** A migration cannot be taken back. */
export class MigrationIrreversible extends defineError({
  code: "ORM_MIGRATION_IRREVERSIBLE",
  message: (p: { migration: string; operation: string }) =>
    `${p.migration} cannot be taken back: nothing says how to reverse "${p.operation}". Give the operation a reverse.`,
}) {}

/** A state of the models lacks what an operation is about. */
export class MigrationStateInvalid extends defineError({
  code: "ORM_MIGRATION_STATE_INVALID",
  message: (p: { problem: string }) => `The migrations do not lead to models that can be: ${p.problem}.`,
}) {}

/** A question must be answered, and nobody is there to do it. */
export class MigrationQuestionOpen extends defineError({
  code: "ORM_MIGRATION_QUESTION_OPEN",
  message: (p: { question: string; remedy: string }) => `${p.question} ${p.remedy}`,
}) {}

/** An answer was given to a question that nobody has, as one that is misspelt: correct the `--rename` or `--fill`, or leave it out. */
export class MigrationAnswerUnused extends defineError({
  code: "ORM_MIGRATION_ANSWER_UNUSED",
  message: (p: { answer: string; reason: string }) => `${p.answer} fits nothing that changed: ${p.reason}`,
}) {}

/** A value cannot be written into a migration file. */
export class MigrationValueUnwritable extends defineError({
  code: "ORM_MIGRATION_VALUE_UNWRITABLE",
  message: (p: { place: string; value: string }) =>
    `${p.place} has a value that cannot be written into a migration: ${p.value}. Write the operation by hand, or use plain data.`,
}) {}

/** Another process changes the tables, and did not end in time. */
export class MigrationLockTimeout extends defineError({
  code: "ORM_MIGRATION_LOCK_TIMEOUT",
  message: (p: { seconds: number }) =>
    `Another process has been migrating for ${p.seconds} s. Wait for it, or end it: its transaction is undone then.`,
  temporary: true,
}) {}
