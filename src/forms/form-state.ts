import { ValidationError } from "../orm/index.js";
import { FormInvalid, FormNotChecked, FormNotValid, InvalidValue } from "./errors.js";
import { FormField } from "./fields/form-field.js";
import type { FormsTogether } from "./fields/forms-together.js";
import { ErrorList, type FormError } from "./form-error.js";
import type { FormOwner } from "./form-owner.js";
import { isWithinCheck, runCheck, waitsForItself } from "./own-check.js";
import { type FormSource, type PlainData, type SubmittedData, submittedData } from "./submitted-data.js";
import { sentenceOf } from "./sentence.js";
import { capitalized } from "./words.js";

/** How a form is made. */
export interface FormOptions {
  /** What was sent. Not given: the form only opens, and nothing is checked. */
  readonly data?: FormSource | undefined;
  /** What fields open with, by name; goes before what the fields themselves say. */
  readonly initial?: PlainData | undefined;
  /** Goes before the names of all fields, so that a page can have the same form twice. */
  readonly prefix?: string | undefined;
  /** Goes before the `id` of all elements; `false` for none. Default `id_`. */
  readonly idPrefix?: string | false | undefined;
  /** Whether a form that was left as it opened is valid, without values. Default false. */
  readonly mayBeEmpty?: boolean | undefined;
  /** Whether browsers are told what is required. Default true, false with `mayBeEmpty`. */
  readonly usesRequired?: boolean | undefined;
  /** Whether nobody may change anything: the form only shows. Default false. */
  readonly disabled?: boolean | undefined;
  /** The forms of the page that ask for the same rows. Form sets give it to theirs. */
  readonly together?: FormsTogether | undefined;
}

/** What the class of a form has to say while it is checked. */
export interface FormHooks {
  clean(): unknown;
  /** Called after `clean`, for kinds of forms. */
  afterClean?(): void | Promise<void>;
}

/** What a form knows: its data, its fields, what is wrong with them and what they come to. */
export class FormState implements FormOwner {
  readonly data: SubmittedData | undefined;
  readonly prefix: string | undefined;
  readonly idPrefix: string | undefined;
  readonly mayBeEmpty: boolean;
  readonly usesRequired: boolean;
  readonly isDisabled: boolean;
  readonly together: FormsTogether | undefined;
  /** What the form was made with for its fields; kinds of forms may add to it. */
  initial: PlainData;
  /** What errors of the whole are said of: `Room has to end after it begins.` */
  wholeLabel: string | undefined;
  /** What kinds of forms add to be checked last. */
  afterClean: (() => void | Promise<void>) | undefined;
  readonly #form: object;
  readonly #errors = new Map<string, ErrorList>();
  readonly #cleaned = new Map<string, unknown>();
  #fields: Map<string, FormField> | undefined;
  readonly #removed: string[] = [];
  #phase: "new" | "checking" | "checked" = "new";
  #checking: Promise<void> | undefined;
  /** Whether it was left as it opened, and may be. */
  #isLeftEmpty = false;

  constructor(form: object, options: FormOptions) {
    const { data, initial = {}, prefix, idPrefix = "id_", mayBeEmpty = false, disabled = false } = options;
    this.#form = form;
    this.data = data === undefined ? undefined : submittedData(data);
    this.initial = initial;
    this.prefix = prefix;
    this.idPrefix = idPrefix === false ? undefined : idPrefix;
    this.mayBeEmpty = mayBeEmpty;
    this.usesRequired = options.usesRequired ?? !mayBeEmpty;
    this.isDisabled = disabled;
    this.together = options.together;
  }

  get formName(): string {
    return this.#form.constructor.name;
  }

  get namePrefix(): string {
    return this.prefix === undefined || this.prefix === "" ? "" : `${this.prefix}-`;
  }

  /** The fields by name, in their order. */
  get fields(): ReadonlyMap<string, FormField> {
    return (this.#fields ??= this.#findFields());
  }

  nameFields(): void {
    this.#fields ??= this.#findFields();
  }

  #findFields(): Map<string, FormField> {
    const found = new Map<string, FormField>();
    for (const [name, value] of Object.entries(this.#form)) {
      if (!(value instanceof FormField)) continue;
      value.attach(this, name);
      found.set(name, value);
    }
    const { fieldOrder } = this.#form.constructor as { readonly fieldOrder?: readonly string[] };
    return fieldOrder === undefined ? found : this.#ordered(found, fieldOrder);
  }

  #ordered(found: Map<string, FormField>, order: readonly string[]): Map<string, FormField> {
    const unknown = order.find((name) => !found.has(name));
    if (unknown !== undefined) {
      throw new FormInvalid({
        form: this.formName,
        problem: `orders the field ${JSON.stringify(unknown)}, which it has not`,
      });
    }
    const rest = [...found.keys()].filter((name) => !order.includes(name));
    return new Map([...order, ...rest].map((name) => [name, found.get(name) as FormField]));
  }

  /** Adds a field that the class does not declare. */
  addField(name: string, field: FormField): void {
    this.nameFields();
    field.attach(this, name);
    this.#fields?.set(name, field);
  }

  removeField(name: string): void {
    this.nameFields();
    this.#fields?.delete(name);
    this.#removed.push(name);
  }

  initialOf(name: string): unknown {
    return Object.hasOwn(this.initial, name) ? this.initial[name] : undefined;
  }

  errorsOf(name: string): ErrorList {
    if (this.data !== undefined && this.#phase === "new") {
      throw new FormNotChecked({ form: this.formName, asked: "errors" });
    }
    let errors = this.#errors.get(name);
    if (errors === undefined) {
      const id = this.fields.get(name)?.id;
      this.#errors.set(name, (errors = new ErrorList(id === undefined ? undefined : `${id}-errors`)));
    }
    return errors;
  }

  addErrors(name: string, errors: readonly FormError[]): void {
    this.errorsOf(name).add(...errors);
    this.#cleaned.delete(name);
  }

  /** All errors, by the names of their fields; those of the whole under `""`. */
  get errors(): ReadonlyMap<string, ErrorList> {
    this.errorsOf("");
    return new Map([...this.#errors].filter(([, errors]) => errors.length > 0));
  }

  isFirstWrong(name: string): boolean {
    if (this.data === undefined || this.#phase !== "checked") return false;
    for (const [one, field] of this.fields) {
      if (!field.isHidden && (this.#errors.get(one)?.length ?? 0) > 0) return one === name;
    }
    return false;
  }

  cleanedOf(name: string): unknown {
    return this.#cleaned.get(name);
  }

  setCleaned(name: string, value: unknown): void {
    this.#cleaned.set(name, value);
  }

  /** Whether nothing was found that is wrong; false where nothing was sent. */
  get isValid(): boolean {
    return this.data !== undefined && this.#phase === "checked" && this.errors.size === 0;
  }

  get isLeftEmpty(): boolean {
    return this.#isLeftEmpty;
  }

  get isChecked(): boolean {
    return this.data === undefined || this.#phase === "checked";
  }

  /** The values of all fields. Throws `FormNotChecked` and `FormNotValid`. */
  get cleanedData(): Readonly<Record<string, unknown>> {
    this.requireValid("cleanedData");
    return Object.fromEntries(this.#cleaned);
  }

  requireValid(asked: string): void {
    const form = this.formName;
    if (this.data === undefined) throw new FormNotValid({ form, asked, problems: "it was given no data" });
    if (this.#phase === "new") throw new FormNotChecked({ form, asked });
    if (this.#phase === "checking") throw new FormNotValid({ form, asked, problems: "it is being checked" });
    if (this.isValid) return;
    const problems = [...this.errors].map(([name, errors]) => `${name || "the whole"}: ${errors.messages.join(" ")}`);
    throw new FormNotValid({ form, asked, problems: `it is not valid (${problems.join("; ")})` });
  }

  /** Whether any field was sent with another value than it opened with. */
  async changedNames(): Promise<string[]> {
    const changed: string[] = [];
    for (const [name, field] of this.fields) if (await field.hasChanged()) changed.push(name);
    return changed;
  }

  async check(): Promise<void> {
    if (this.data === undefined || this.#phase === "checked") return;
    // What is rendered while the form is checked, by a hook of its own, must not wait for itself.
    if (isWithinCheck(this)) return;
    this.#checking ??= runCheck(this, () => this.#check()).finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
  }

  /** The same for whoever needs the outcome. Throws `FormInvalid` where a hook of the form itself asks. */
  async checkWhole(): Promise<boolean> {
    if (this.#phase !== "checked" && isWithinCheck(this)) throw waitsForItself(this.formName);
    await this.check();
    return this.isValid;
  }

  async #check(): Promise<void> {
    this.#refuseLostHooks();
    this.#phase = "checking";
    if (this.mayBeEmpty && (await this.changedNames()).length === 0) {
      this.#isLeftEmpty = true;
      this.#phase = "checked";
      return;
    }
    for (const [name, field] of this.fields) {
      await this.#collect(name, async () => this.#cleaned.set(name, await field.clean()));
      const hook = this.#hookOf(name);
      if (hook === undefined || !this.#cleaned.has(name)) continue;
      await this.#collect(name, async () => {
        const value: unknown = await hook.call(this.#form, this.#cleaned.get(name));
        if (value === undefined) {
          throw new FormInvalid({ form: this.formName, problem: `has ${hookName(name)}, which returns nothing` });
        }
        this.#cleaned.set(name, value);
      });
    }
    await this.#collect("", async () => (this.#form as FormHooks).clean());
    await this.#collect("", async () => this.afterClean?.());
    this.#phase = "checked";
  }

  /** Runs a part of the check; what it finds wrong is said of `name`, or of the fields that it names itself. */
  async #collect(name: string, part: () => Promise<unknown>): Promise<void> {
    try {
      await part();
    } catch (thrown) {
      if (thrown instanceof InvalidValue) this.addErrors(name, thrown.errors);
      else if (thrown instanceof ValidationError) this.addIssues(thrown, name);
      else {
        this.#phase = "new";
        throw thrown;
      }
    }
  }

  /** What a model finds wrong, at the fields that it is about. */
  addIssues(error: ValidationError, name = ""): void {
    for (const { field, code, message, params } of error.issues) {
      const place = this.fields.has(field) ? field : name;
      const label = this.fields.get(place)?.label ?? this.wholeLabel;
      const text = sentenceOf(message, code, label);
      this.addErrors(place, [params === undefined ? { code, message: text } : { code, message: text, params }]);
    }
  }

  #hookOf(name: string): ((value: unknown) => unknown) | undefined {
    const hook = (this.#form as Readonly<Record<string, unknown>>)[hookName(name)];
    return typeof hook === "function" ? (hook as (value: unknown) => unknown) : undefined;
  }

  /** A hook whose field is not there would never be called, and nobody would notice. */
  #refuseLostHooks(): void {
    const form = this.#form.constructor;
    if (checkedClasses.has(form)) return;
    const known = new Set([...this.fields.keys(), ...this.#removed].map(hookName));
    for (let level: object | null = this.#form; level !== null && level !== Object.prototype;) {
      for (const name of Object.getOwnPropertyNames(level)) {
        if (!/^clean\p{Lu}/u.test(name) || known.has(name) || ownNames.has(name)) continue;
        if (typeof Object.getOwnPropertyDescriptor(level, name)?.value !== "function") continue;
        throw new FormInvalid({ form: this.formName, problem: `has ${name}, but no field that it could be for` });
      }
      level = Object.getPrototypeOf(level) as object | null;
    }
    checkedClasses.add(form);
  }
}

/** The classes whose hooks were found to have fields. */
const checkedClasses = new WeakSet<object>();

/** What forms have themselves and is no hook. */
const ownNames = new Set(["cleanedData"]);

/** `email` as `cleanEmail`. */
function hookName(name: string): string {
  return `clean${capitalized(name)}`;
}
