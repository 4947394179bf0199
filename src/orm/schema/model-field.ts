import type { RunTimeLookups } from "../expressions/condition.js";
import { ValidationError } from "../errors.js";
import { choiceList, type Choice } from "../fields/choices.js";
import { ArrayField } from "../fields/data/array-field.js";
import type { Field, Validator } from "../fields/field.js";
import { IntField } from "../fields/numbers/int-field.js";
import { ProblemFound } from "../fields/problem.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { limitsNow } from "../fields/relations/limited-choices.js";
import { TextField } from "../fields/text/text-field.js";
import type { ModelClass } from "../model-class.js";
import type { Instance } from "./instance-state.js";
import { snakeCase } from "./naming.js";
import type { OnDelete } from "./on-delete.js";
import { plainValue } from "./reference.js";
import type { ManyToMany, Schema } from "./schema.js";

/** Where a field that is a relation leads. */
export interface FieldRelation {
  readonly kind: "foreignKey" | "oneToOne" | "manyToMany";
  readonly model: ModelClass;
  /** The field of that model whose value a foreign key holds: its primary key, unless `toField` says otherwise. */
  readonly toField: string;
  /** The lookups that a row must meet to be chosen. */
  readonly limitChoicesTo: RunTimeLookups | undefined;
  /** Of foreign keys: what happens when the row is deleted. */
  readonly onDelete: OnDelete | undefined;
  /** Of many to many: the model of the links where it is one of yours, which forms cannot fill in. */
  readonly through: ModelClass | undefined;
}

/** What a model says about one of its fields, with the defaults filled in: for forms, the admin and the like. */
export interface ModelField {
  readonly name: string;
  /** The function of `f` that made it: `char`, `dateTime`, `foreignKey`, `manyToMany`. */
  readonly type: string;
  /** `undefined` where the field has no column of its own. */
  readonly column: string | undefined;
  /** What people call it. Default: the name in words, `sent at`. */
  readonly verboseName: string;
  /** The sentence that explains it; empty where there is none. */
  readonly helpText: string;
  readonly null: boolean;
  /** Whether people may leave it empty. */
  readonly blank: boolean;
  /**
   * Whether people may change it: false where the database or the field itself gives the value (automatic keys,
   * `autoNow`, generated columns), too.
   */
  readonly editable: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  readonly hasDefault: boolean;
  /** The value of a new instance that is given none; a function that was given as the default is called. */
  readonly default: unknown;
  /** The only values allowed, with what people call them and their groups; `undefined` where any is. */
  readonly choices: readonly Choice[] | undefined;
  /** The greatest length: characters of text, bytes, items of an array. */
  readonly maxLength: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly maxDigits: number | undefined;
  readonly decimalPlaces: number | undefined;
  readonly validators: readonly Validator<unknown>[];
  /** Other words for a problem, by its code. */
  readonly errorMessages: Readonly<Record<string, string>>;
  readonly relation: FieldRelation | undefined;
  /** What each item of an array is. */
  readonly item: ModelField | undefined;
  /** The options as they were declared, those of one type of field among them: `uploadTo`, `schemes`, `protocol`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** `value` converted and checked as `save` does. Throws `ValidationError`; many to many is given back as it is. */
  clean(value: unknown): unknown;
  /** The value that `instance` holds; of a foreign key, the key. Not of many to many, which has to be asked for. */
  valueIn(instance: object): unknown;
}

/** The field of `schema` with a column, as others see it. */
export function columnField(schema: Schema, field: Field): ModelField {
  const { name } = field;
  const options = field.options as Readonly<Record<string, unknown>>;
  const number = (option: string): number | undefined => options[option] as number | undefined;
  const isParted = schema.partedReferences.some((one) => one === field);
  const isAutomatic =
    field.isGenerated || field.isComputed || options["autoNow"] === true || options["autoNowAdd"] === true;
  return {
    name,
    type: field.typeName,
    column: isParted || field.column === "" ? undefined : field.column,
    verboseName: (options["verboseName"] as string | undefined) ?? inWords(name),
    helpText: (options["helpText"] as string | undefined) ?? "",
    null: field.isNullable,
    blank: options["blank"] === true,
    editable: options["editable"] !== false && !isAutomatic,
    unique: field.isUnique,
    primaryKey: field.isPrimaryKey,
    hasDefault: options["default"] !== undefined || field.hasDatabaseDefault || field.makesItself || isAutomatic,
    get default() {
      return field.defaultValue();
    },
    get choices() {
      const { choices } = field.options;
      return choices === undefined ? undefined : choiceList(choices);
    },
    maxLength: field instanceof TextField ? field.maxLength : (number("maxLength") ?? number("size")),
    min: field instanceof IntField ? field.range.min : number("min"),
    max: field instanceof IntField ? field.range.max : number("max"),
    maxDigits: number("maxDigits"),
    decimalPlaces: number("decimalPlaces"),
    validators: field.options.validators ?? [],
    errorMessages: field.options.errorMessages ?? {},
    get relation() {
      return field instanceof ForeignKeyField ? relationOf(field) : undefined;
    },
    get item() {
      return field instanceof ArrayField ? columnField(schema, field.item as Field) : undefined;
    },
    options,
    clean: (value) => cleaned(schema, field, value),
    valueIn: (instance) => plainValue(schema, name, instance),
  };
}

function relationOf(field: ForeignKeyField): FieldRelation {
  const { target, limitChoicesTo, onDelete } = field;
  const kind = field.isUnique ? "oneToOne" : "foreignKey";
  const { name: toField } = field.targetField;
  return { kind, model: target.model, toField, limitChoicesTo, onDelete, through: undefined };
}

function cleaned(schema: Schema, field: Field, value: unknown): unknown {
  try {
    return field.clean(value);
  } catch (thrown) {
    if (!(thrown instanceof ProblemFound)) throw thrown;
    throw new ValidationError({ model: schema.name, issues: [{ ...thrown.problem, field: field.name, value }] });
  }
}

/** A relation of many to many, as others see it. */
export function setField({ name, declaration, target, links, isAutomatic }: ManyToMany): ModelField {
  const { options } = declaration;
  return {
    name,
    type: "manyToMany",
    column: undefined,
    verboseName: options.verboseName ?? inWords(name),
    helpText: options.helpText ?? "",
    null: false,
    blank: options.blank === true,
    editable: options.editable !== false,
    unique: false,
    primaryKey: false,
    hasDefault: false,
    default: undefined,
    choices: undefined,
    maxLength: undefined,
    min: undefined,
    max: undefined,
    maxDigits: undefined,
    decimalPlaces: undefined,
    validators: [],
    errorMessages: {},
    relation: {
      kind: "manyToMany",
      model: target.model,
      toField: target.keyName,
      get limitChoicesTo() {
        return limitsNow(options.limitChoicesTo);
      },
      onDelete: undefined,
      through: isAutomatic ? undefined : links.schema.model,
    },
    item: undefined,
    options: options as Readonly<Record<string, unknown>>,
    clean: (value) => value,
    valueIn: (instance) => (instance as Instance)[name],
  };
}

/** The fields of `schema` that people know of: in the order of the class, the relations of many to many last. */
export function modelFieldsOf(schema: Schema): readonly ModelField[] {
  const place = schema.places?.field.name;
  const columns = [...schema.fields, ...schema.partedReferences].filter(({ name }) => name !== place);
  return [...columns.map((field) => columnField(schema, field)), ...setsOf(schema.concrete).map(setField)];
}

/** Those of the models that it extends, too. */
function setsOf(schema: Schema): readonly ManyToMany[] {
  return [...(schema.parent === undefined ? [] : setsOf(schema.parent)), ...schema.manyToMany];
}

/** `sentAt` as `sent at`. */
export function inWords(name: string): string {
  return snakeCase(name).replaceAll("_", " ").trim();
}
