import { MigrationInvalid } from "./errors.js";
import type { Operation } from "./operations/operation.js";

/** What a migration file says. */
export interface MigrationOptions {
  /** Migrations that come before, as `chat.0001_initial`; `accounts.__first__` and `accounts.__latest__` stand for an app's ends. */
  readonly dependencies?: readonly string[];
  readonly operations?: readonly Operation[];
  /** Migrations of other apps that come after this one. */
  readonly runBefore?: readonly string[];
  /** Migrations that this one stands for. */
  readonly replaces?: readonly string[];
  /** Whether it makes tables that may be there already (`--fake-initial`). Default: whether its app has none before. */
  readonly initial?: boolean;
  /** False: each operation is a transaction of its own. Default true, unless an operation takes none. */
  readonly atomic?: boolean;
  /** Why `--check-safety` need not worry about it. */
  readonly safe?: string;
}

const brand = Symbol.for("hotclub.migration");

/** A step in the history of an app's tables. Made by `migration`. */
export class Migration {
  /** @internal Tells migrations of any copy of Hotclub. */
  readonly [brand] = true;
  readonly dependencies: readonly string[];
  readonly operations: readonly Operation[];
  readonly runBefore: readonly string[];
  readonly replaces: readonly string[];
  readonly initial: boolean | undefined;
  readonly atomic: boolean | undefined;
  readonly safe: string | undefined;

  constructor({
    dependencies = [],
    operations = [],
    runBefore = [],
    replaces = [],
    initial,
    atomic,
    safe,
  }: MigrationOptions) {
    this.dependencies = dependencies;
    this.operations = operations;
    this.runBefore = runBefore;
    this.replaces = replaces;
    this.initial = initial;
    this.atomic = atomic;
    this.safe = safe;
  }
}

/**
 * A migration, for `export default` in a file of an app's `migrations` folder, such as `migrations/0002_room_topic.ts`:
 *
 * ```ts
 * export default migration({
 *   dependencies: ["chat.0001_initial"],
 *   operations: [addField("Room", "topic", field.text(), { fill: "" })],
 * });
 * ```
 */
export function migration(options: MigrationOptions): Migration {
  return new Migration(options);
}

/** Whether `value` was made by `migration`, of this copy of Hotclub. */
export function isMigration(value: unknown): value is Migration {
  return value instanceof Migration;
}

/** Whether `value` was made by `migration` of some copy of Hotclub. */
export function isMigrationOfAnyCopy(value: unknown): boolean {
  return typeof value === "object" && value !== null && brand in value;
}

/** The operation at `index` of another migration: for squashed migrations, whose code stays where it was written. */
export function operationOf({ operations }: Migration, index: number): Operation {
  const operation = operations[index];
  if (operation !== undefined) return operation;
  const problem = `is asked for its operation ${index}, and has only ${operations.length}`;
  throw new MigrationInvalid({ migration: "that another one takes operations from", problem });
}
