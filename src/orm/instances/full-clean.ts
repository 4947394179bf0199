import { currentTimeZone } from "../../core/index.js";
import { bind } from "../compiler/statement.js";
import type { Database } from "../database/database.js";
import { operatorName } from "../backends/definition-bodies.js";
import type { ConstraintMessage, ExcludeDefinition, UniqueOptions } from "../definitions.js";
import { ValidationError, type FieldIssue } from "../errors.js";
import { conditionNodeOf, type RunTimeLookups } from "../expressions/condition.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import { F } from "../expressions/expression.js";
import { toDay } from "../fields/dates/date-field.js";
import type { Field } from "../fields/field.js";
import { ProblemFound } from "../fields/problem.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { existsPlan } from "../query/plans.js";
import { rootShapeOf } from "../query/root-shape.js";
import type { Shape } from "../query/shape.js";
import { stateOf, type Instance } from "../schema/instance-state.js";
import type { Schema } from "../schema/schema.js";
import { nameOfDefinition, uniqueGroupsOf } from "../schema/unique-groups.js";
import { expressionIn, plainIn } from "./computed-values.js";
import { holdsFor } from "./holds-for.js";
import { isInTheWay } from "./row-in-the-way.js";

/** Options of `fullClean`. */
export interface FullCleanOptions<Name extends string = string> {
  /** Fields that are not looked at, nor the rules that they are a part of. */
  readonly exclude?: readonly Name[];
  /** Whether to ask the database for rows with the same unique values. Default true. */
  readonly validateUnique?: boolean;
  /** Whether to check the rules in `meta`. Default true. */
  readonly validateConstraints?: boolean;
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string;
}

/** Finds out what is wrong with an instance, before the database does. */
export class InstanceCheck {
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #instance: Instance;
  readonly #excluded: Set<string>;
  /** What is wrong so far. */
  readonly issues: FieldIssue[] = [];
  readonly #cleaned = new Map<Field, unknown>();

  constructor(database: Database, schema: Schema, instance: object, excluded: readonly string[]) {
    this.#database = database;
    this.#schema = schema;
    this.#instance = instance as Instance;
    this.#excluded = new Set(excluded);
  }

  /** Checks the value of each field by itself, and that what references refer to is there. */
  async fields(): Promise<void> {
    for (const field of this.#schema.fields) {
      if (this.#excluded.has(field.name) || field.isComputed || field.name === this.#schema.places?.field.name)
        continue;
      const value = plainIn(this.#instance[field.name]);
      if (expressionIn(value) !== undefined || this.#comesByItself(field, value)) continue;
      try {
        const cleaned = this.#clean(field, value);
        this.#cleaned.set(field, cleaned);
        if (field instanceof ForeignKeyField && field.holdsReference && cleaned !== null)
          await this.#checkReference(field, value, cleaned);
      } catch (thrown) {
        if (!(thrown instanceof ProblemFound)) throw thrown;
        this.issues.push({ ...thrown.problem, field: field.name, value });
        // One thing said about a field is enough.
        this.#excluded.add(field.name);
      }
    }
  }

  #clean(field: Field, value: unknown): unknown {
    if (!field.isBlank(value)) return field.clean(value);
    if (field.options.blank === true) return value === undefined ? null : value;
    if (value === null || value === undefined) {
      // That a column may be NULL does not mean that people may leave it empty.
      const code = field.isNullable ? "blank" : "required";
      throw worded(field, code, value === undefined ? "is required" : "may not be empty");
    }
    throw worded(field, "blank", "may not be empty");
  }

  /** Whether the value is not the caller's to give. */
  #comesByItself(field: Field, value: unknown): boolean {
    if (value !== undefined && value !== null) return false;
    const isNew = stateOf(this.#instance) === undefined;
    const saved = field.valueToSave(value, isNew);
    if (saved !== undefined && saved !== null) return true;
    return field.isGenerated || (value === undefined && field.hasDatabaseDefault && isNew);
  }

  async #checkReference(field: ForeignKeyField, value: unknown, key: unknown): Promise<void> {
    const { target, targetField, limitChoicesTo } = field;
    const path = targetField === target.primaryKey ? "pk" : targetField.name;
    const isKnown = typeof value === "object" && value !== null && "isLoaded" in value && value.isLoaded === true;
    if (isKnown && limitChoicesTo === undefined) return;
    if (await this.#exists(target, { [path]: key }, limitChoicesTo)) return;
    throw worded(field, "invalid", `refers to no ${target.name} that may be chosen`);
  }

  /** Asks for other rows with the same unique values. */
  async unique(): Promise<void> {
    for (const level of this.#levels()) await this.#uniqueIn(level);
    for (const field of this.#schema.fields) await this.#uniqueForPeriods(field);
  }

  /** The model and those that it extends, whose tables have rules of their own. */
  #levels(): Schema[] {
    const levels: Schema[] = [];
    for (let level: Schema | undefined = this.#schema; level !== undefined; level = level.parent) levels.push(level);
    return levels;
  }

  async #uniqueIn(level: Schema): Promise<void> {
    for (const { fields: given, definition, name } of uniqueGroupsOf(level)) {
      const fields = given.map((field) => this.#schema.field(field.name));
      const { options = {} } = definition ?? {};
      if (this.#isOutside(fields)) continue;
      const isKey = name === undefined;
      if (isKey && stateOf(this.#instance) !== undefined) continue;
      if (options.condition !== undefined && !(await this.#isAbout(level, options.condition))) continue;
      if (options.expressions !== undefined) {
        const isTaken = await this.#isTaken(level, given, options, options.expressions as readonly ExpressionNode[]);
        if (isTaken && name !== undefined) this.#addBroken(name, options, "unique");
        continue;
      }
      if (fields.length === 0) continue;
      const where = this.#sameValues(fields, options.nullsDistinct !== false);
      if (where === undefined || !(await this.#existsElsewhere(where, options.condition, isKey, level))) continue;
      this.#addUniqueIssue(fields, options);
    }
  }

  /** Whether another row has the same values of `fields` and of what is computed. */
  #isTaken(
    level: Schema,
    fields: readonly Field[],
    { condition, nullsDistinct }: UniqueOptions,
    expressions: readonly ExpressionNode[],
  ): Promise<boolean> {
    const { hasIndexMethods } = this.#database.backend.dialect;
    const same = hasIndexMethods ? "IS NOT DISTINCT FROM" : "IS";
    const operator = nullsDistinct === false ? same : "=";
    const all = fields.map(({ name }) => F(name).node).concat(expressions);
    const elements = all.map((of) => [of, operator] as const);
    return isInTheWay(this.#database, level, { elements, condition }, this.#rowOf(level), this.#ownKey(level));
  }

  /** The key of the row of the instance, where it has one. */
  #ownKey(level: Schema): readonly unknown[] | undefined {
    const key = this.#schema.keyOf(this.#instance);
    if (key === undefined || key === null) return undefined;
    return level.keyFields.length === 1 ? [key] : (key as readonly unknown[]);
  }

  #addBroken(name: string, { violationCode, violationMessage }: ConstraintMessage, code: string): void {
    this.issues.push({
      code: violationCode ?? code,
      message: violationMessage ?? `breaks the rule ${name}: another row is in the way`,
      field: "",
      value: undefined,
    });
  }

  #isOutside(fields: readonly Field[]): boolean {
    return fields.some((field) => this.#excluded.has(field.name) || !this.#cleaned.has(field));
  }

  /** The lookups that a row with the same values meets; `undefined` where a null makes it different from all. */
  #sameValues(fields: readonly Field[], areNullsDistinct: boolean): Record<string, unknown> | undefined {
    const where: Record<string, unknown> = {};
    for (const field of fields) {
      const value = this.#cleaned.get(field);
      if (value === null && areNullsDistinct) return undefined;
      where[field.name] = value;
    }
    return where;
  }

  #addUniqueIssue(fields: readonly Field[], { violationCode, violationMessage }: ConstraintMessage): void {
    const [only, another] = fields;
    const names = fields.map((field) => field.name);
    const isSingle = only !== undefined && another === undefined;
    const own = isSingle ? only.options.errorMessages?.["unique"] : undefined;
    const same = isSingle
      ? "is taken: another row has the same"
      : `is not the only one with this ${names.join(" and ")}`;
    this.issues.push({
      code: violationCode ?? "unique",
      message: violationMessage ?? own ?? same,
      field: isSingle ? only.name : "",
      value: isSingle ? this.#instance[only.name] : undefined,
      params: { fields: names },
    });
  }

  async #uniqueForPeriods(field: Field): Promise<void> {
    const { uniqueForDate, uniqueForMonth, uniqueForYear } = field.options;
    const periods = [
      [uniqueForDate, "date"],
      [uniqueForMonth, "month"],
      [uniqueForYear, "year"],
    ] as const;
    for (const [dateName, period] of periods) {
      if (dateName === undefined) continue;
      const dateField = this.#schema.field(dateName);
      const date = this.#cleaned.get(dateField);
      if (this.#isOutside([field, dateField]) || !(date instanceof Date || typeof date === "string")) continue;
      const day = toDay(date, currentTimeZone());
      const value = { date: day, month: Number(day.slice(5, 7)), year: Number(day.slice(0, 4)) };
      const path = period === "date" && typeof date === "string" ? dateName : `${dateName}__${period}`;
      const where = { [field.name]: this.#cleaned.get(field), [path]: value[period] };
      if (!(await this.#existsElsewhere(where, undefined, false))) continue;
      const message = `is taken in the same ${period} of ${dateName}`;
      this.issues.push({ code: `unique_for_${period}`, message, field: field.name, value: this.#instance[field.name] });
    }
  }

  /** Checks the rules that each row is to meet, as far as the fields they are about are right by themselves. */
  async constraints(): Promise<void> {
    for (const level of this.#levels()) await this.#constraintsOf(level);
  }

  async #constraintsOf(level: Schema): Promise<void> {
    for (const definition of level.meta.constraints ?? []) {
      if (definition.kind === "exclude") await this.#exclusion(level, definition);
      if (definition.kind !== "check") continue;
      const { condition, violationCode, violationMessage } = definition.options;
      if (await this.#holds(level, condition)) continue;
      this.issues.push({
        code: violationCode ?? "constraint",
        message: violationMessage ?? `breaks the rule ${nameOfDefinition(level, definition, "check")}`,
        field: "",
        value: undefined,
      });
    }
  }

  /** Asks for rows that may not stand beside this one. Where the database knows no such rules, there are none. */
  async #exclusion(level: Schema, definition: ExcludeDefinition): Promise<void> {
    const { options } = definition;
    const { condition } = options;
    if (!this.#database.backend.dialect.hasIndexMethods) return;
    if (condition !== undefined && !(await this.#isAbout(level, condition))) return;
    const elements = options.elements.map(([of, operator]) => {
      const node = typeof of === "string" ? F(of).node : (of as ExpressionNode);
      return [node, operatorName(operator)] as const;
    });
    const rule = { elements, condition };
    if (await isInTheWay(this.#database, level, rule, this.#rowOf(level), this.#ownKey(level))) {
      this.#addBroken(nameOfDefinition(level, definition, "excl"), options, "exclusion");
    }
  }

  /** Whether a condition holds for the values of the instance, or is not known to be false. */
  #holds(level: Schema, condition: ConditionNode): Promise<boolean> {
    return holdsFor(this.#database, level, condition, this.#rowOf(level), true);
  }

  /** Whether a rule of some rows is about the instance: the database leaves those out whose condition is NULL. */
  #isAbout(level: Schema, condition: ConditionNode): Promise<boolean> {
    return holdsFor(this.#database, level, condition, this.#rowOf(level), false);
  }

  /** The values that are right by themselves, by the field of the table. */
  #rowOf(level: Schema): ReadonlyMap<Field, unknown> {
    const values = [...this.#cleaned].flatMap(([field, value]) => {
      const own = level.fieldsByName.get(field.name);
      return own === undefined ? [] : [[own, value] as const];
    });
    return new Map(values);
  }

  async #existsElsewhere(
    where: Readonly<Record<string, unknown>>,
    condition: ConditionNode | undefined,
    isKey: boolean,
    level: Schema = this.#schema,
  ): Promise<boolean> {
    const key = this.#schema.keyOf(this.#instance);
    const values: unknown[] = [];
    let shape = this.#filtered(rootShapeOf(level, currentTimeZone()), where, false, values);
    if (condition !== undefined) shape = shape.filterBy(condition, false, values);
    if (!isKey && key !== undefined && key !== null) shape = this.#filtered(shape, { pk: key }, true, values);
    return this.#ask(shape, values);
  }

  #exists(schema: Schema, where: Readonly<Record<string, unknown>>, limits?: RunTimeLookups): Promise<boolean> {
    const values: unknown[] = [];
    const shape = this.#filtered(rootShapeOf(schema), where, false, values);
    const limited = limits === undefined ? shape : shape.filterBy(conditionNodeOf(limits), false, values);
    return this.#ask(limited, values);
  }

  #filtered(shape: Shape, where: Readonly<Record<string, unknown>>, isNegated: boolean, values: unknown[]): Shape {
    let draft = shape.draft(isNegated);
    for (const [path, value] of Object.entries(where)) draft = draft.step(path, value, values);
    return draft.finish();
  }

  async #ask(shape: Shape, values: readonly unknown[]): Promise<boolean> {
    const statement = existsPlan(shape, this.#database.backend.dialect);
    if (statement === undefined) return false;
    return this.#database.ask(statement, bind(statement, values), shape.schema, ({ rows }) => rows.length > 0);
  }

  /** Throws what was found. */
  finish(): void {
    if (this.issues.length > 0) throw new ValidationError({ model: this.#schema.name, issues: this.issues });
  }
}

function worded(field: Field, code: string, message: string): ProblemFound {
  return new ProblemFound({ code, message: field.options.errorMessages?.[code] ?? message });
}
