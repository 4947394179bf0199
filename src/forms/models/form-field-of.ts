import { type ModelClass, type ModelField, type QuerySet, ValidationError } from "../../orm/index.js";
import { InvalidValue } from "../errors.js";
import { BooleanField, NullBooleanField } from "../fields/boolean-fields.js";
import { CharField, TextField } from "../fields/char-field.js";
import { ChoiceField } from "../fields/choice-fields.js";
import type { ChoiceList } from "../fields/choices.js";
import { DateField, DateTimeField, DurationField, TimeField } from "../fields/date-fields.js";
import { FileField, ImageField } from "../fields/file-fields.js";
import type { AnyFieldOptions, FormField } from "../fields/form-field.js";
import { EmailField, IpAddressField, SlugField, UrlField, UuidField } from "../fields/formatted-fields.js";
import { JsonField } from "../fields/json-field.js";
import { ListField } from "../fields/list-field.js";
import { ModelChoiceField, ModelMultipleChoiceField } from "../fields/model-choice-fields.js";
import { BigIntegerField, DecimalField, FloatField, IntegerField } from "../fields/number-fields.js";
import type { ErrorMessages } from "../messages.js";
import { sentenceOf } from "../sentence.js";
import type { Attributes } from "../widgets/attributes-html.js";
import type { Widget } from "../widgets/widget.js";
import { capitalized } from "../words.js";

/** What a form says of a field of a model, where it is not what the model says. */
export interface FormFieldOptions {
  readonly widget?: Widget | undefined;
  readonly label?: string | undefined;
  readonly help?: string | undefined;
  readonly required?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly initial?: unknown;
  readonly attributes?: Attributes | undefined;
  readonly autocomplete?: string | undefined;
  readonly errorMessages?: ErrorMessages | undefined;
  /** Of relations: gives the query of the rows that can be chosen. Default: all that `limitChoicesTo` allows. */
  readonly rows?: (() => PromiseLike<readonly object[]>) | undefined;
  /** Of relations: what people see of a row. */
  readonly labelOf?: ((row: never) => string) | undefined;
  readonly emptyLabel?: string | false | undefined;
  /** Of relations: how many rows a list shows. Default 1,000, and more are warned of. */
  readonly maxShown?: number | undefined;
}

/** Makes the field of forms for a field of models. */
export type FormFieldMaker = (field: ModelField, options: AnyFieldOptions) => FormField | undefined;

const makers = new Map<string, FormFieldMaker>();

/** Says how forms ask for a type of field of your own; `type` is what its `typeName` says. */
export function registerFormField(type: string, make: FormFieldMaker): void {
  makers.set(type, make);
}

/**
 * The field of forms that asks for the value of a field of a model: `formFieldOf(modelOptions(Room).field("title"))`.
 * `undefined` for what no form can ask for: what the database gives, bytes, references held by other fields, and links
 * whose model is one of yours.
 */
export function formFieldOf(field: ModelField, options: FormFieldOptions = {}): FormField | undefined {
  if (!isAskable(field)) return undefined;
  const common = commonOptions(field, options);
  const { choices } = field;
  if (choices !== undefined && field.item === undefined)
    return choiceFieldOf(field, { ...common, ...emptyOf(field, options) });
  const make = makers.get(field.type);
  if (make !== undefined) return make(field, { ...common, ...relationOptions(options) });
  return new CheckedField(field, common);
}

function isAskable({ type, relation, column, options }: ModelField): boolean {
  if (type === "generated" || type === "compositeKey" || type === "binary") return false;
  if (type === "auto" || type === "auto32" || type === "smallAuto") return false;
  if (options["autoNow"] === true || options["autoNowAdd"] === true) return false;
  if (relation === undefined) return true;
  return relation.kind === "manyToMany" ? relation.through === undefined : column !== undefined;
}

function commonOptions(field: ModelField, options: FormFieldOptions): AnyFieldOptions {
  const { verboseName, helpText, blank, hasDefault } = field;
  const { widget, attributes, autocomplete, disabled } = options;
  const label = options.label ?? capitalized(verboseName);
  return {
    label,
    help: options.help ?? helpText,
    required: options.required ?? !blank,
    ...(options.initial !== undefined
      ? { initial: options.initial }
      : hasDefault && { initial: () => field.default ?? null }),
    ...(widget !== undefined && { widget }),
    ...(attributes !== undefined && { attributes }),
    ...(autocomplete !== undefined && { autocomplete }),
    ...(disabled !== undefined && { disabled }),
    errorMessages: { ...sentences(field.errorMessages, label), ...options.errorMessages },
  };
}

/** What a model says of values completes the name of the field; people read sentences. */
function sentences(messages: Readonly<Record<string, string>>, label: string): ErrorMessages {
  return Object.fromEntries(
    Object.entries(messages).map(([code, message]) => [code, sentenceOf(message, "", label)] as const),
  );
}

function emptyOf(field: ModelField, { emptyLabel }: FormFieldOptions): object {
  const isText = !field.null && textTypes.has(field.type);
  return { emptyValue: isText ? "" : null, ...(emptyLabel !== undefined && { emptyLabel }) };
}

function relationOptions({ rows, labelOf, emptyLabel, maxShown }: FormFieldOptions): object {
  return {
    ...(maxShown !== undefined && { maxShown }),
    ...(rows !== undefined && { rows }),
    ...(labelOf !== undefined && { labelOf }),
    ...(emptyLabel !== undefined && { emptyLabel }),
  };
}

const textTypes = new Set(["char", "text", "slug", "email", "url"]);

function choiceFieldOf(field: ModelField, options: AnyFieldOptions): FormField {
  const choices = (): ChoiceList => {
    const pairs: unknown[] = [];
    let last: { readonly group: string; readonly members: unknown[] } | undefined;
    for (const { value, label, group } of field.choices ?? []) {
      if (group === undefined) pairs.push([value, label]);
      else if (last?.group === group) last.members.push([value, label]);
      else {
        last = { group, members: [[value, label]] };
        pairs.push([group, last.members]);
        continue;
      }
      if (group === undefined) last = undefined;
    }
    return pairs as ChoiceList;
  };
  return new ChoiceField({ ...options, choices } as never);
}

/** A text that the field of the model makes its value of: for types that forms know nothing of. */
class CheckedField extends CharField<unknown> {
  readonly #field: ModelField;

  constructor(field: ModelField, options: AnyFieldOptions) {
    super({ ...options, emptyValue: null } as never);
    this.#field = field;
  }

  protected override async check(text: unknown): Promise<unknown> {
    return cleanedBy(this.#field, text, this.label);
  }
}

function cleanedBy(field: ModelField, value: unknown, label: string): unknown {
  try {
    return field.clean(value);
  } catch (thrown) {
    if (!(thrown instanceof ValidationError)) throw thrown;
    const errors = thrown.issues.map(({ code, message }) => ({ code, message: sentenceOf(message, code, label) }));
    throw new InvalidValue({ errors });
  }
}

function rowsOf(field: ModelField, options: object): () => QuerySet<object> {
  const { rows } = options as { readonly rows?: () => QuerySet<object> };
  if (rows !== undefined) return rows;
  const { model, limitChoicesTo } = field.relation ?? {};
  const all = (): QuerySet<object> => (model as unknown as ModelClass & { all(): QuerySet<object> }).all();
  return limitChoicesTo === undefined ? all : () => all().filterBy(limitChoicesTo);
}

const text = ({ maxLength, null: isNullable }: ModelField): object => ({
  ...(maxLength !== undefined && { maxLength }),
  ...(isNullable && { emptyValue: null }),
});

const limits = ({ min, max }: ModelField): object => ({
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

/** Ranges that follow from the size of a column mean nothing to people: their numbers are as large as they get. */
function ownLimits(field: ModelField): object {
  const { min, max } = field.options as { readonly min?: number; readonly max?: number };
  const isPositive = field.type.startsWith("positive");
  return {
    ...(min !== undefined ? { min } : isPositive && { min: 0 }),
    ...(max !== undefined && { max }),
  };
}

registerFormField("char", (field, options) => new CharField({ ...options, ...text(field) } as never));
registerFormField("text", (field, options) => new TextField({ ...options, ...text(field) } as never));
registerFormField("email", (field, options) => new EmailField({ ...options, ...text(field) } as never));
registerFormField("url", (field, options) => {
  const { schemes } = field.options;
  return new UrlField({ ...options, ...text(field), ...(schemes !== undefined && { schemes }) } as never);
});
registerFormField("slug", (field, options) => {
  const { allowUnicode } = field.options;
  return new SlugField({ ...options, ...text(field), allowUnicode: allowUnicode === true } as never);
});
registerFormField("ipAddress", (field, options) => {
  const { protocol, unpackIpv4 } = field.options;
  return new IpAddressField({
    ...options,
    emptyValue: null,
    ...(protocol !== undefined && { protocol }),
    unpackIpv4: unpackIpv4 === true,
  } as never);
});
registerFormField("uuid", (_field, options) => new UuidField(options as never));
for (const type of ["int", "int32", "smallInt", "positiveInt", "positiveInt32", "positiveSmallInt"]) {
  registerFormField(type, (field, options) => new IntegerField({ ...options, ...ownLimits(field) } as never));
}
registerFormField("bigInt", (field, options) => new BigIntegerField({ ...options, ...limits(field) } as never));
registerFormField("float", (field, options) => new FloatField({ ...options, ...limits(field) } as never));
registerFormField("decimal", (field, options) => {
  const { maxDigits, decimalPlaces } = field;
  return new DecimalField({ ...options, ...limits(field), maxDigits, decimalPlaces } as never);
});
registerFormField("bool", (field, { required: _required, ...options }) =>
  field.null ? new NullBooleanField(options as never) : new BooleanField(options as never),
);
registerFormField("date", (_field, options) => new DateField(options as never));
registerFormField("time", (_field, options) => new TimeField(options as never));
registerFormField("dateTime", (field, options) => {
  const { zone } = field.options;
  return new DateTimeField({ ...options, ...(typeof zone === "string" && { zone }) } as never);
});
registerFormField("duration", (_field, options) => new DurationField(options as never));
registerFormField("json", (_field, options) => new JsonField(options as never));
registerFormField("file", (_field, options) => new FileField({ ...options, isStored: true } as never));
registerFormField("image", (_field, options) => new ImageField({ ...options, isStored: true } as never));
registerFormField("array", ({ item }, options) =>
  item === undefined ? undefined : new ListField((line) => cleanedBy(item, line, "This"), options),
);
for (const type of ["foreignKey", "oneToOne"]) {
  registerFormField(type, (field, options) => {
    const toField = field.relation?.toField;
    return new ModelChoiceField(rowsOf(field, options), {
      ...options,
      ...(toField !== undefined && { toField }),
    } as never);
  });
}
registerFormField(
  "manyToMany",
  (field, options) => new ModelMultipleChoiceField(rowsOf(field, options), options as never),
);
