import type { Problem } from "./problem.js";
import { ProblemFound, refuse, show } from "./problem.js";
import type { Expression } from "../expressions/expression.js";
import { choiceLabels, type Choices } from "./choices.js";
import type { ColumnType } from "./column-type.js";
import { describeOptions, type FieldDescription } from "./description.js";
import type { KindName } from "../typing/kinds.js";

/** Looks at a value that has the right type already. Gives a problem, or its text, when it does not like it. */
export type Validator<Value> = {
  // A method, so that a field of text can stand where any field is meant.
  validate(value: Value): Problem | string | undefined;
}["validate"];

/** What the database computes for new rows that are given no value: an expression, such as `Now()`. */
export type DatabaseDefault<Value> = Value | Expression;

/** The options that all fields with a column have. */
export interface FieldOptions<Value> {
  /** Whether the column may be NULL. Default false. */
  readonly null?: boolean;
  /** Whether `fullClean` takes an empty value: null, an empty text, an empty list. Default false. */
  readonly blank?: boolean;
  /** The value of new instances that are given none; a function is called for each instance. */
  readonly default?: Value | (() => Value);
  /** The value that the database gives to new rows that are given none; an expression is computed there. */
  readonly dbDefault?: DatabaseDefault<Value>;
  /** No two rows may have the same value. Default false. */
  readonly unique?: boolean;
  /** `fullClean` refuses two rows with the same value on the same day of this field. */
  readonly uniqueForDate?: string;
  /** The same for the same month of any year. */
  readonly uniqueForMonth?: string;
  /** The same for the same year. */
  readonly uniqueForYear?: string;
  /** Whether the database keeps an index over the column. Default false, true for foreign keys. */
  readonly dbIndex?: boolean;
  /** Whether the column is the primary key; only in models that extend `ModelBase`. Default false. */
  readonly primaryKey?: boolean;
  /** The only values that are allowed, with what people call them where that is given. */
  readonly choices?: Choices<Value>;
  /** The name of the column. Default: the property's name in snake_case. */
  readonly dbColumn?: string;
  /** What the database says of the column to those who look at it there (PostgreSQL). */
  readonly dbComment?: string;
  /** Checked in order after type, null and length, before anything is written. */
  readonly validators?: readonly Validator<Value>[];
  /** What to say instead, by the code of the problem: `{ invalid: "is no such thing" }`. */
  readonly errorMessages?: Readonly<Record<string, string>>;
  /** Whether forms and the admin let people change the field. Default true. */
  readonly editable?: boolean;
  /** What people call the field, for forms and the admin. */
  readonly verboseName?: string;
  /** A sentence that explains the field, for forms and the admin. */
  readonly helpText?: string;
}

/**
 * One field of a model that has a column: how its values are checked, and what the database keeps of them.
 *
 * A field type of your own extends this class, or one of its heirs, and gives `typeName`, `lookupKind`, `columnType`
 * and `toValue`.
 */
export abstract class Field<Value = unknown> {
  /** The name of the function in `f` that makes such fields. */
  abstract readonly typeName: string;
  /** Which lookups the field has; the same word as in the field's type. */
  abstract readonly lookupKind: KindName;
  abstract readonly columnType: ColumnType;

  readonly options: FieldOptions<Value>;
  readonly #choices: ReadonlyMap<unknown, string> | undefined;
  #name = "";
  #column = "";

  constructor(options: FieldOptions<Value> = {}) {
    this.options = options;
    const { choices } = options;
    const isFixed = choices !== undefined && typeof choices !== "function";
    this.#choices = isFixed ? choiceLabels(choices as Choices<unknown>) : undefined;
  }

  /** What each of the choices is called; `undefined` where any value is allowed. */
  get choices(): ReadonlyMap<unknown, string> | undefined {
    const { choices } = this.options;
    return typeof choices === "function" ? choiceLabels(choices as Choices<unknown>) : this.#choices;
  }

  /** The property's name; empty until the model's schema is made. */
  get name(): string {
    return this.#name;
  }

  /** The column's name. */
  get column(): string {
    return this.#column;
  }

  get isNullable(): boolean {
    return this.options.null === true;
  }

  get isPrimaryKey(): boolean {
    return this.options.primaryKey === true;
  }

  get isUnique(): boolean {
    return this.options.unique === true || this.isPrimaryKey;
  }

  /** Whether the database gives the primary key of new rows. */
  get isGenerated(): boolean {
    return false;
  }

  /** Whether each new instance gets a value of its own that no row has, as a uuid is. */
  get makesItself(): boolean {
    return false;
  }

  /** Whether the database computes the value and nobody can write it. */
  get isComputed(): boolean {
    return false;
  }

  /** Whether the database has a value for new rows that are given none. */
  get hasDatabaseDefault(): boolean {
    return this.options.dbDefault !== undefined;
  }

  /** The smallest number that the column takes, where the database checks that. */
  get databaseMinimum(): number | undefined {
    return undefined;
  }

  /** The field as data, without its name: what migrations keep of it. */
  describe(): FieldDescription {
    return describeOptions(this.typeName, this.options);
  }

  /** Gives the field its name and column. Called once, when the model's schema is made. */
  bind(name: string, column: string): void {
    this.#name = name;
    this.#column = this.options.dbColumn ?? column;
  }

  /** `value` as a `Value`; text and the like are converted where that loses nothing. Calls `refuse` otherwise. */
  abstract toValue(value: unknown): Value;

  /** A value to compare the column with, which may be one that the column could not hold. Calls `refuse` as `toValue`. */
  toComparable(value: unknown): unknown {
    return this.toValue(value);
  }

  /** The value of a new instance that was given none; `undefined` where the field has no default. */
  defaultValue(): unknown {
    const given = this.options.default;
    if (given === undefined) return this.isNullable && !this.hasDatabaseDefault ? null : undefined;
    return typeof given === "function" ? (given as () => unknown)() : given;
  }

  /** The value to write for `value`, which an instance or a caller holds. Throws `ProblemFound`. */
  clean(value: unknown): Value | null {
    const { errorMessages } = this.options;
    if (errorMessages === undefined) return this.#clean(value);
    try {
      return this.#clean(value);
    } catch (thrown) {
      throw thrown instanceof ProblemFound ? thrown.worded(errorMessages) : thrown;
    }
  }

  /** Whether `clean` does no more to a value that is there than `toValue` and then `validate`. */
  get cleansPlainly(): boolean {
    const { errorMessages, choices, validators } = this.options;
    const hasRules = errorMessages !== undefined || choices !== undefined || validators !== undefined;
    return !hasRules && this.clean === Field.prototype.clean;
  }

  #clean(value: unknown): Value | null {
    if (value === null || value === undefined) {
      if (this.isNullable && value === null) return null;
      return refuse("required", value === null ? "may not be null" : "is required");
    }
    const converted = this.toValue(value);
    const { validators, choices: hasChoices } = this.options;
    const choices = hasChoices === undefined ? undefined : this.choices;
    if (choices !== undefined && !choices.has(converted)) {
      const known = [...choices.keys()];
      refuse("invalid_choice", `is not one of ${known.slice(0, 20).map(show).join(", ")}: ${show(value)}`, {
        choices: known,
      });
    }
    this.validate(converted);
    if (validators !== undefined) {
      for (const validator of validators) {
        const found = validator(converted);
        if (typeof found === "string") refuse("invalid", found);
        if (found !== undefined) throw new ProblemFound(found);
      }
    }
    return converted;
  }

  /** Whether `value` is one that `fullClean` refuses unless the field may be blank. */
  isBlank(value: unknown): boolean {
    return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  }

  /** Checks that only this type of field has, after `toValue`. Calls `refuse` where one fails. */
  validate(_value: Value): void {}

  /** Whether `valueToSave` gives another value than the one that is held, also for a row that is there. */
  get setsItself(): boolean {
    return this.valueToSave !== Field.prototype.valueToSave;
  }

  /** The value to write when an instance that holds `current` is saved: a field may set what the caller did not. */
  valueToSave(current: unknown, _isNew: boolean): unknown {
    return current;
  }
}
