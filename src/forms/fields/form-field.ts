import {
  type HtmlSource,
  type PageRenderer,
  safe,
  type SafeString,
  shownInTemplates,
  toHtml,
} from "../../templates/index.js";
import { FormInvalid, InvalidValue } from "../errors.js";
import type { ErrorList, FormError } from "../form-error.js";
import { formBeingMade, type FormOwner } from "../form-owner.js";
import type { InvalidOptions } from "../invalid.js";
import { type ErrorMessages, errorOf } from "../messages.js";
import { renderPart } from "../render-part.js";
import type { SubmittedData } from "../submitted-data.js";
import { type Attributes, attributesHtml } from "../widgets/attributes-html.js";
import { Checkbox } from "../widgets/checkbox.js";
import { Input } from "../widgets/input.js";
import { RadioSelect } from "../widgets/select.js";
import type { ShownChoice, Widget, WidgetUse } from "../widgets/widget.js";
import { wordsOf } from "../words.js";
import { valueText } from "../value-text.js";
import type { FormsTogether } from "./forms-together.js";

/** The mark of a field, with the type of its cleaned value. In types only. */
export declare const cleanedValue: unique symbol;

/** The cleaned value of a field of the type `F`. */
export type CleanedValue<F> = F extends { readonly [cleanedValue]?: infer V } ? V : never;

type Found = FormError | string | undefined | void;

/**
 * Looks at a value that has the right type already: throws `invalid("…")`, or gives back what is wrong with it. It may
 * ask the database. Not called where nothing was given.
 */
export type FormValidator<Value> = {
  validate(value: Value): Found | Promise<Found>;
}["validate"];

/** The options that all fields have. */
export interface FieldOptions<Value, Initial = Value> {
  /** Whether something must be given. Default true. */
  readonly required?: boolean;
  /** What people call it. Default: the name in words, `Sent at`. */
  readonly label?: string;
  /** A sentence that helps to fill it in. */
  readonly help?: string;
  /** What a form shows that nobody has filled in yet; a function is called for each form. */
  readonly initial?: Initial | null | (() => Initial | null | Promise<Initial | null>);
  /** Shown but not to be changed: whatever is sent, the initial value stays. Default false. */
  readonly disabled?: boolean;
  readonly widget?: Widget;
  /** More attributes of its element. */
  readonly attributes?: Attributes;
  /** What browsers may fill in by themselves (WCAG 1.3.5): `email`, `given-name`, `new-password`, `off`. */
  readonly autocomplete?: string;
  /** Called in order, all of them; the value has the right type by then. */
  readonly validators?: readonly FormValidator<Value>[];
  /** Makes the value that counts of one that the validators like. Not called where nothing was given. */
  readonly clean?: (value: Value) => Value | Promise<Value>;
  /** What to say instead, by the code of the error. */
  readonly errorMessages?: ErrorMessages;
  /** The template of the whole field. Default `forms/field.liquid`. */
  readonly template?: string;
}

/** The options of a field of any type. */
export interface AnyFieldOptions extends Omit<FieldOptions<unknown>, "initial" | "validators" | "clean"> {
  readonly initial?: unknown;
  readonly validators?: readonly ((value: never) => unknown)[];
  readonly clean?: (value: never) => unknown;
}

/**
 * One field of one form: what it takes, and, as part of its form, what was sent for it and what is wrong with that.
 *
 * A field type of your own extends this class and gives `parse` and `defaultWidget`; `Value` is the type of its cleaned
 * value.
 */
export abstract class FormField<Value = unknown> implements HtmlSource {
  declare readonly [cleanedValue]?: Value;

  static readonly [shownInTemplates]: readonly string[] = [
    "name",
    "htmlName",
    "id",
    "idForLabel",
    "helpId",
    "errors",
    "hasErrors",
    "value",
    "widget",
    "labelTag",
    "isHidden",
    "isGroup",
    "isCheckbox",
    "isMultipart",
    "cssClasses",
    "groupAttributes",
    "choices",
    "label",
  ];

  /** Whether something must be given. May be changed while the form is not checked, as the others may. */
  required: boolean;
  help: string;
  /** The value that the form opens with, or a function that gives it. */
  initial: unknown;
  disabled: boolean;
  template: string;
  /** How it is shown; `{{ field.widget }}` is the element alone. */
  control: Widget;
  readonly #options: AnyFieldOptions;
  readonly #hint: FormOwner | undefined;
  #label: string | undefined;
  #owner: FormOwner | undefined;
  #name = "";
  #loaded: { readonly value: unknown } | undefined;

  constructor(options: AnyFieldOptions = {}) {
    this.#options = options;
    this.#hint = formBeingMade();
    this.required = options.required ?? this.isRequiredByDefault;
    this.#label = options.label;
    this.help = options.help ?? "";
    this.initial = options.initial;
    this.disabled = options.disabled ?? false;
    this.template = options.template ?? "forms/field.liquid";
    this.control = options.widget ?? this.defaultWidget();
  }

  /** What was sent, as a value; `undefined` where it says nothing. Calls `refuse`, or throws what `invalid` gives. */
  protected abstract parse(raw: unknown): unknown;

  protected abstract defaultWidget(): Widget;

  /** Whether fields of this type are required where nobody says. */
  protected get isRequiredByDefault(): boolean {
    return true;
  }

  /** The cleaned value where nothing was given. */
  protected get emptyValue(): unknown {
    return null;
  }

  /** A value as it would have been sent: for the widget, and to find out whether it was changed. */
  protected format(value: unknown): unknown {
    return value;
  }

  /** What `parse` gives is looked at once more, where that takes the database. */
  protected async check(value: unknown): Promise<unknown> {
    return value;
  }

  /** Attributes of the element that follow from the options of the field. */
  protected attributes(): Attributes {
    return {};
  }

  /** The choices that its widget shows. */
  protected async shownChoices(_selected: unknown): Promise<readonly ShownChoice[]> {
    return [];
  }

  /** Refuses the value with the message for `code`. */
  protected refuse(code: string, params?: Readonly<Record<string, unknown>>): never {
    throw new InvalidValue({ errors: [errorOf(code, params, this.#options.errorMessages)] });
  }

  /** Makes it a part of `owner`. Called by the form. */
  attach(owner: FormOwner, name: string): void {
    this.#owner = owner;
    this.#name = name;
  }

  /** The form that it is part of. Throws `FormInvalid` where there is none. */
  get #form(): FormOwner {
    if (this.#owner === undefined) this.#hint?.nameFields();
    if (this.#owner === undefined) {
      throw new FormInvalid({ form: this.constructor.name, problem: "is not part of a form" });
    }
    return this.#owner;
  }

  /** The forms that are shown with its own, where there are some. */
  protected get together(): FormsTogether | undefined {
    return this.#form.together;
  }

  /** The property's name in its form. */
  get name(): string {
    return this.#form === undefined ? "" : this.#name;
  }

  get label(): string {
    return (this.#label ??= wordsOf(this.name));
  }

  set label(label: string) {
    this.#label = label;
  }

  /** The name that its value is sent under. */
  get htmlName(): string {
    return this.#form.namePrefix + this.#name;
  }

  /** The `id` of its element. */
  get id(): string | undefined {
    const { idPrefix } = this.#form;
    return idPrefix === undefined ? undefined : idPrefix + this.htmlName;
  }

  get idForLabel(): string | undefined {
    return this.id === undefined ? undefined : this.control.idForLabel(this.id);
  }

  get helpId(): string | undefined {
    return this.id === undefined ? undefined : `${this.id}-help`;
  }

  get isHidden(): boolean {
    return this.control.isHidden;
  }

  get isMultipart(): boolean {
    return this.control.isMultipart;
  }

  /** Whether its widget has several elements. */
  get isGroup(): boolean {
    return this.control.isGroup;
  }

  get isCheckbox(): boolean {
    return this.control instanceof Checkbox;
  }

  /** What is wrong with it. Throws `FormNotChecked` where data was sent and nobody has looked yet. */
  get errors(): ErrorList {
    return this.#form.errorsOf(this.name);
  }

  get hasErrors(): boolean {
    return this.errors.length > 0;
  }

  /** Says that something is wrong with it: the form is not valid then. */
  addError(message: string, { code = "invalid", params }: InvalidOptions = {}): void {
    this.#form.addErrors(this.name, [params === undefined ? { code, message } : { code, message, params }]);
  }

  /** Its cleaned value, as soon as there is one: also within `clean`. `undefined` where it is not valid. */
  get cleaned(): Value | undefined {
    return this.#form.cleanedOf(this.name) as Value | undefined;
  }

  /** Whether nobody can change it: it says so itself, or its form does. */
  get isLocked(): boolean {
    return this.disabled || this.#form.isDisabled;
  }

  /** What was sent for it; `undefined` where nothing was, or it is not to be changed. */
  get sent(): unknown {
    const { data } = this.#form;
    return data === undefined || this.isLocked ? undefined : this.control.rawValue(data, this.htmlName);
  }

  /** Whether `data` says nothing about it. */
  isOmitted(data: SubmittedData): boolean {
    return this.isLocked || this.control.isOmitted(data, this.htmlName);
  }

  /** The value that the form opens with; the same at every call. */
  async loadInitial(): Promise<unknown> {
    if (this.#loaded === undefined) {
      const given = this.#form.initialOf(this.name);
      const source = given === undefined ? this.initial : given;
      const value: unknown = await (typeof source === "function" ? (source as () => unknown)() : source);
      this.#loaded ??= { value };
    }
    return this.#loaded.value;
  }

  /** What its widget shows: what was sent, or the initial value as it would have been sent. */
  async value(): Promise<unknown> {
    const { data } = this.#form;
    return data === undefined || this.isLocked ? this.format(await this.loadInitial()) : this.sent;
  }

  /** Whether what was sent is another value than the initial one. */
  async hasChanged(): Promise<boolean> {
    const { data } = this.#form;
    if (data === undefined || this.isLocked) return false;
    return this.differs(this.format(await this.loadInitial()), this.sent);
  }

  /** Whether two values as they are sent mean different things. */
  protected differs(initial: unknown, sent: unknown): boolean {
    let [one, other] = [initial, sent];
    try {
      one = this.format(this.parse(initial));
      other = this.format(this.parse(sent));
    } catch (thrown) {
      if (!(thrown instanceof InvalidValue)) throw thrown;
    }
    return textOf(one) !== textOf(other);
  }

  /** The cleaned value of what was sent, or of the initial value where nobody can change it. Rejects with `InvalidValue`. */
  async clean(): Promise<Value> {
    const initial = this.isLocked ? await this.loadInitial() : undefined;
    // Nobody can put right what nobody can change.
    if (this.isLocked) return (this.isEmpty(initial) ? this.emptyValue : initial) as Value;
    return this.cleanValue(this.sent);
  }

  /** The cleaned value of `raw`. Rejects with `InvalidValue`. */
  protected async cleanValue(raw: unknown): Promise<Value> {
    const parsed = this.parse(raw);
    if (this.isEmpty(parsed)) {
      if (this.required) this.refuse("required");
      return this.emptyValue as Value;
    }
    const value = await this.check(parsed);
    await this.#validate(value);
    const clean = this.#options.clean as ((value: unknown) => unknown) | undefined;
    return (clean === undefined ? value : await clean(value)) as Value;
  }

  protected isEmpty(value: unknown): boolean {
    return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
  }

  async #validate(value: unknown): Promise<void> {
    const validators = (this.#options.validators ?? []) as readonly FormValidator<unknown>[];
    const errors: FormError[] = [];
    for (const validator of validators) {
      try {
        const found = await validator(value);
        if (typeof found === "string") errors.push({ code: "invalid", message: found });
        else if (found !== undefined) errors.push(found);
      } catch (thrown) {
        if (!(thrown instanceof InvalidValue)) throw thrown;
        errors.push(...thrown.errors);
      }
    }
    if (errors.length === 0) return;
    const words = this.#options.errorMessages;
    const worded = errors.map((error) =>
      words?.[error.code] === undefined ? error : errorOf(error.code, error.params, words),
    );
    throw new InvalidValue({ errors: worded });
  }

  /** The element alone, to be put on a page. */
  get widget(): HtmlSource {
    return { [toHtml]: (page) => this.#renderWidget(page) };
  }

  /** The element as one that nobody sees, with its value. */
  asHidden(): HtmlSource {
    return { [toHtml]: (page) => this.#renderWidget(page, this.hiddenWidget()) };
  }

  protected hiddenWidget(): Widget {
    return new Input("hidden");
  }

  /** What can be chosen, for templates that show it in their own way. */
  async choices(): Promise<readonly ShownChoice[]> {
    return this.shownChoices(await this.value());
  }

  get labelTag(): HtmlSource {
    return { [toHtml]: (page) => renderPart("forms/label.liquid", { field: this }, page) };
  }

  get cssClasses(): string {
    return ["field", this.required && "is-required", this.hasErrors && "has-errors"].filter(Boolean).join(" ");
  }

  /** The attributes of the group that its widget is in, where it has several elements. */
  get groupAttributes(): SafeString {
    const { "aria-invalid": invalid, ...described } = this.#described();
    // Only groups of buttons can be invalid as a whole.
    const isRadios = this.control instanceof RadioSelect;
    return attributesHtml({
      ...(this.id !== undefined && { id: this.id }),
      ...described,
      ...(isRadios && { role: "radiogroup", "aria-invalid": invalid }),
    });
  }

  #described(): Attributes {
    const { id, helpId, hasErrors } = this;
    const described = [
      this.help === "" || helpId === undefined ? undefined : helpId,
      hasErrors && id !== undefined ? `${id}-errors` : undefined,
    ].filter((part) => part !== undefined);
    return {
      ...(described.length > 0 && { "aria-describedby": described.join(" ") }),
      ...(hasErrors && { "aria-invalid": "true" }),
    };
  }

  async #renderWidget(page: PageRenderer | undefined, control: Widget = this.control): Promise<SafeString> {
    const form = this.#form;
    await form.check();
    const value = await this.value();
    const initial = await this.loadInitial();
    const { autocomplete, attributes } = this.#options;
    const isBare = control.isHidden;
    const use: WidgetUse = {
      name: this.htmlName,
      id: this.id,
      value: control.isMultipart ? this.format(initial) : value,
      isSent: form.data !== undefined && !this.isLocked,
      isRequired: this.required,
      label: this.label,
      choices: () => this.shownChoices(value),
      attributes: isBare
        ? { ...attributes }
        : {
            ...this.attributes(),
            ...(autocomplete !== undefined && { autocomplete }),
            ...attributes,
            ...(this.required &&
              !this.isLocked &&
              form.usesRequired &&
              control.usesRequired(initial) && { required: true }),
            ...(this.isLocked && { disabled: true }),
            ...this.#described(),
            ...(form.isFirstWrong(this.name) && { autofocus: true }),
          },
    };
    return renderPart(control.template, { widget: await control.context(use) }, page);
  }

  /** The field with its label, help and errors. */
  async [toHtml](page?: PageRenderer): Promise<SafeString> {
    await this.#form.check();
    if (this.isHidden) return this.#renderWidget(page);
    return safe(await renderPart(this.template, { field: this }, page));
  }
}

/** Values as they are sent, to be compared. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify((value as readonly unknown[]).map(textOf)) : valueText(value);
}
