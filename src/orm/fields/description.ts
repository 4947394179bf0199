/**
 * A field as data: what it was declared with, apart from its name. Migrations keep it, compare it and make the field
 * from it again (`fieldOf`). Two fields with equal descriptions are declared alike.
 */
export interface FieldDescription {
  /** The name of the function in `f`: `char`, `foreignKey`. */
  readonly type: string;
  /**
   * The options that say something: those that were left out, or that say what leaving them out says, are not here.
   * Values are as they were given: functions (a default, a validator) are here as functions.
   */
  readonly options: Readonly<Record<string, unknown>>;
  /** The label of the model that a relation leads to: `chat.Room`. */
  readonly to?: string;
}

/** Options that say nothing when they are false. */
const offByDefault: ReadonlySet<string> = new Set([
  "null",
  "blank",
  "unique",
  "dbIndex",
  "primaryKey",
  "autoNow",
  "autoNowAdd",
  "allowUnicode",
]);

/** Options that say nothing when they are true. */
const onByDefault: ReadonlySet<string> = new Set(["editable", "dbConstraint"]);

/** The description of a field of `type` that was declared with `options`. */
export function describeOptions(type: string, options: object): FieldDescription {
  const telling = Object.entries(options).filter(
    ([name, value]) =>
      value !== undefined && !(value === false && offByDefault.has(name)) && !(value === true && onByDefault.has(name)),
  );
  return { type, options: Object.fromEntries(telling.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
