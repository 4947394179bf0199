import {
  type HtmlSource,
  html,
  type PageRenderer,
  type SafeString,
  shownInTemplates,
  toHtml,
} from "../../templates/index.js";
import { FormNotChecked, FormNotValid, InvalidValue } from "../errors.js";
import { BooleanField } from "../fields/boolean-fields.js";
import { FormsTogether } from "../fields/forms-together.js";
import { IntegerField } from "../fields/number-fields.js";
import { type CleanedData, Form, type FormRequest, stateOfForm } from "../form.js";
import { isWithinCheck, runCheck, waitsForItself } from "../own-check.js";
import { ErrorList } from "../form-error.js";
import type { FormOptions } from "../form-state.js";
import type { InvalidOptions } from "../invalid.js";
import { renderPart } from "../render-part.js";
import { type FormSource, type PlainData, type SubmittedData, submittedData } from "../submitted-data.js";
import { managementNames, readCounts } from "./management.js";

/** What a class of form sets is like. */
export interface FormSetOptions {
  /** How many empty forms are shown after those that are about something. Default 1, of model form sets 3. */
  readonly extra?: number;
  /** How many forms must be filled in. Default 0. */
  readonly min?: number;
  /** How many may be. Default 1,000. What was there before may be more. */
  readonly max?: number;
  /** How many forms are looked at, whatever a page claims to have. Default 1,000 more than `max`. */
  readonly absoluteMax?: number;
  /** Whether fewer than `min` are refused. Default true; Django's default is false. */
  readonly validateMin?: boolean;
  /** Whether more than `max` are refused. Default true; Django's default is false. */
  readonly validateMax?: boolean;
  /** Whether each form has a box to delete what it is about. Default false, of inline form sets true. */
  readonly canDelete?: boolean;
  /** Whether the empty forms have that box as well. Default true. */
  readonly canDeleteExtra?: boolean;
  /** Whether each form has a number for its place. Default false. */
  readonly canOrder?: boolean;
}

/** How a form set is made. */
export interface FormSetInput {
  readonly data?: FormSource | undefined;
  /** What the forms open with, one after the other. */
  readonly initial?: readonly PlainData[] | undefined;
  /** Goes before the names of all fields. Default `form`. */
  readonly prefix?: string | undefined;
  readonly idPrefix?: string | false | undefined;
  readonly disabled?: boolean | undefined;
}

/** The class of the forms of a set. */
export type FormClass<F extends Form> = new (options?: FormOptions) => F;

const unsafeMethods = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Several forms of one class on one page, checked together. Made by `formSet`. */
export abstract class FormSet<F extends Form = Form> implements HtmlSource, Iterable<F> {
  static readonly [shownInTemplates]: readonly string[] = [
    "forms",
    "initialForms",
    "extraForms",
    "emptyForm",
    "managementForm",
    "nonFormErrors",
    "errors",
    "totalErrorCount",
    "isBound",
    "isMultipart",
    "enctype",
    "canDelete",
    "canOrder",
    "prefix",
  ];

  static readonly form: FormClass<Form> | undefined = undefined;
  static readonly options: FormSetOptions = {};
  static readonly defaultPrefix: string = "form";
  /** The template that the set is rendered by. */
  static readonly template: string = "forms/form-set.liquid";

  readonly prefix: string;
  readonly #input: FormSetInput;
  readonly #data: SubmittedData | undefined;
  readonly #errors = new ErrorList();
  readonly #together = new FormsTogether(() => this.forms);
  #forms: readonly F[] | undefined;
  #isManaged = true;
  #phase: "new" | "checking" | "checked" = "new";
  #checking: Promise<void> | undefined;

  constructor(input: FormSetInput = {}) {
    this.#input = input;
    this.#data = input.data === undefined ? undefined : submittedData(input.data);
    this.prefix = input.prefix ?? (this.constructor as typeof FormSet).defaultPrefix;
  }

  /** The set as a request has it: with what was sent where the method is POST, PUT, PATCH or DELETE. */
  static async from<S extends FormSet, I extends FormSetInput | undefined>(
    this: new (input: I) => S,
    request: FormRequest,
    input?: Omit<NonNullable<I>, "data">,
  ): Promise<S> {
    const data = unsafeMethods.has(request.method) ? await request.form() : undefined;
    return new this({ ...input, data } as I);
  }

  protected get options(): FormSetOptions {
    return (this.constructor as typeof FormSet).options;
  }

  get isBound(): boolean {
    return this.#data !== undefined;
  }

  get canDelete(): boolean {
    return this.options.canDelete ?? false;
  }

  get canOrder(): boolean {
    return this.options.canOrder ?? false;
  }

  protected get data(): SubmittedData | undefined {
    return this.#data;
  }

  protected get max(): number {
    return this.options.max ?? 1000;
  }

  protected get min(): number {
    return this.options.min ?? 0;
  }

  protected get absoluteMax(): number {
    return this.options.absoluteMax ?? this.max + 1000;
  }

  protected get extra(): number {
    return this.options.extra ?? 1;
  }

  /** How many forms are about something that was there before. */
  get initialCount(): number {
    if (this.#data === undefined) return this.knownCount;
    return readCounts(this.#data, this.prefix, this.absoluteMax)?.initial ?? 0;
  }

  /** The same, by what the program gave and not by what was sent. */
  protected get knownCount(): number {
    return this.#input.initial?.length ?? 0;
  }

  /** The forms, in the order of the page. */
  get forms(): readonly F[] {
    return (this.#forms ??= this.#makeForms());
  }

  [Symbol.iterator](): Iterator<F> {
    return this.forms[Symbol.iterator]();
  }

  get initialForms(): readonly F[] {
    return this.forms.slice(0, this.initialCount);
  }

  get extraForms(): readonly F[] {
    return this.forms.slice(this.initialCount);
  }

  #totalCount(): number {
    if (this.#data !== undefined) {
      const counts = readCounts(this.#data, this.prefix, this.absoluteMax);
      this.#isManaged = counts !== undefined;
      return counts?.total ?? 0;
    }
    const initial = this.knownCount;
    if (initial >= this.max) return initial;
    return Math.min(Math.max(initial, this.min) + this.extra, this.max);
  }

  #makeForms(): readonly F[] {
    return Array.from({ length: this.#totalCount() }, (_one, index) => this.#makeForm(index));
  }

  #makeForm(index: number): F {
    const initial = this.initialCount;
    const options = this.#formOptions(`${this.prefix}-${index}`);
    const form = this.makeForm(index, {
      ...options,
      data: this.#data,
      initial: this.initialOf(index),
      mayBeEmpty: index >= initial && index >= this.min,
      // What is not required in one form need not be in the others, and a browser cannot tell which is left empty.
      usesRequired: false,
    });
    this.addFields(form, index);
    return form;
  }

  #formOptions(prefix: string): FormOptions {
    const { idPrefix, disabled } = this.#input;
    return { prefix, idPrefix, disabled, together: this.#together };
  }

  /** What the form at a place opens with. */
  protected initialOf(index: number): PlainData | undefined {
    return this.#input.initial?.[index];
  }

  /** Makes the form at a place; for kinds of sets. */
  protected makeForm(_index: number | undefined, options: FormOptions): F {
    const { form } = this.constructor as typeof FormSet;
    if (form === undefined) throw new TypeError("A form set extends what formSet() gives.");
    return new form(options) as F;
  }

  /** Adds the fields that a set needs in each form; `index` is `undefined` for the empty one. Override it to add others. */
  protected addFields(form: F, index: number | undefined): void {
    const isInitial = index !== undefined && index < this.initialCount;
    if (this.canOrder) {
      const initial = isInitial ? index + 1 : undefined;
      const place = new IntegerField({ label: "Order", required: false, ...(initial !== undefined && { initial }) });
      form.addField("ORDER", place);
    }
    if (this.canDelete && (isInitial || (this.options.canDeleteExtra ?? true))) {
      form.addField("DELETE", new BooleanField({ label: "Delete" }));
    }
  }

  /** A form whose names have `__prefix__` for its number: what a script copies to add one. */
  get emptyForm(): F {
    const form = this.makeForm(undefined, {
      ...this.#formOptions(`${this.prefix}-__prefix__`),
      mayBeEmpty: true,
      usesRequired: false,
    });
    this.addFields(form, undefined);
    return form;
  }

  /** The hidden inputs that say how many forms there are. */
  get managementForm(): SafeString {
    const { total, initial, min, max } = managementNames;
    const counts = [
      [total, this.forms.length],
      [initial, this.initialCount],
      [min, this.min],
      [max, this.max],
    ] as const;
    const { idPrefix = "id_" } = this.#input;
    return html`${counts.map(([name, count]) => {
      const full = `${this.prefix}-${name}`;
      return idPrefix === false
        ? html`<input type="hidden" name="${full}" value="${count}">`
        : html`<input type="hidden" name="${full}" value="${count}" id="${idPrefix + full}">`;
    })}`;
  }

  /** Whether the box of a form was ticked that deletes what it is about. */
  isDeleted(form: F): boolean {
    return this.canDelete && form.field("DELETE")?.sent === true;
  }

  /** The forms whose box was ticked. */
  get deletedForms(): readonly F[] {
    return this.forms.filter((form) => this.isDeleted(form));
  }

  /** The forms that have values and were not deleted, in the order that was asked for. Throws as `cleanedData` does. */
  get orderedForms(): readonly F[] {
    this.#requireValid("orderedForms");
    const filled = this.filledForms;
    if (!this.canOrder) return filled;
    const placeOf = (form: F): number => (form.field("ORDER")?.cleaned as number | null | undefined) ?? Infinity;
    return filled.toSorted((one, other) => compare(placeOf(one), placeOf(other)));
  }

  /** The forms that were not deleted and not left empty. */
  protected get filledForms(): readonly F[] {
    return this.forms.filter((form) => !this.isDeleted(form) && !form[stateOfForm].isLeftEmpty);
  }

  /** Checks all forms but those that are deleted, and the set as a whole; once. */
  async isValid(): Promise<boolean> {
    if (this.#data === undefined) return false;
    if (this.#phase !== "checked" && isWithinCheck(this)) throw waitsForItself(this.constructor.name);
    await this.check();
    return this.#isValid;
  }

  get #isValid(): boolean {
    if (this.#errors.length > 0) return false;
    return this.forms.every((form) => this.isDeleted(form) || form[stateOfForm].isValid);
  }

  protected async check(): Promise<void> {
    if (this.#data === undefined || this.#phase === "checked") return;
    if (isWithinCheck(this)) return;
    this.#checking ??= runCheck(this, () => this.#check()).finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
  }

  async #check(): Promise<void> {
    this.#phase = "checking";
    try {
      for (const form of this.forms) if (!this.isDeleted(form)) await form.isValid();
      this.#checkCounts();
      await this.afterForms();
      await this.clean();
    } catch (thrown) {
      if (!(thrown instanceof InvalidValue)) {
        this.#phase = "new";
        throw thrown;
      }
      this.#errors.add(...thrown.errors);
    }
    this.#phase = "checked";
  }

  #checkCounts(): void {
    if (!this.#isManaged) {
      this.addError("Parts of the form were not sent, or were changed. Open the page again.", {
        code: "missing_management_form",
      });
      return;
    }
    const { validateMin = true, validateMax = true } = this.options;
    const filled = this.filledForms.length;
    const most = Math.max(this.max, this.knownCount);
    const asked = readCountsUnbounded(this.#data, this.prefix);
    if ((validateMax && filled > most) || asked > this.absoluteMax) {
      this.addError(`Fill in at most ${most} ${most === 1 ? "form" : "forms"}.`, { code: "too_many_forms" });
    }
    if (validateMin && filled < this.min) {
      this.addError(`Fill in at least ${this.min} ${this.min === 1 ? "form" : "forms"}.`, { code: "too_few_forms" });
    }
  }

  /** What kinds of sets check when their forms are. */
  protected async afterForms(): Promise<void> {}

  /** What is to be checked about several forms: override it, and say what is wrong as in a form. */
  clean(): void | Promise<void> {}

  addError(message: string, { code = "invalid", params }: InvalidOptions = {}): void {
    this.#errors.add(params === undefined ? { code, message } : { code, message, params });
  }

  /** What is wrong with the set as a whole. Throws `FormNotChecked`. */
  get nonFormErrors(): ErrorList {
    this.#requireChecked("errors");
    return this.#errors;
  }

  /** What is wrong with each form, in their order. Throws `FormNotChecked`. */
  get errors(): readonly Readonly<Record<string, ErrorList>>[] {
    this.#requireChecked("errors");
    return this.forms.map((form) => (this.isDeleted(form) ? {} : Object.fromEntries(form[stateOfForm].errors)));
  }

  /** How much is wrong in all. Throws `FormNotChecked`. */
  get totalErrorCount(): number {
    const count = (lists: Readonly<Record<string, ErrorList>>): number =>
      Object.values(lists).reduce((sum, { length }) => sum + length, 0);
    return this.nonFormErrors.length + this.errors.reduce((sum, lists) => sum + count(lists), 0);
  }

  /** The values of the forms that have some and were not deleted. Throws `FormNotChecked` and `FormNotValid`. */
  get cleanedData(): readonly CleanedData<F>[] {
    return this.orderedForms.map((form) => {
      const { DELETE: _delete, ORDER: _order, KEY: _key, ...values } = form.cleanedData as Record<string, unknown>;
      return values as CleanedData<F>;
    });
  }

  async hasChanged(): Promise<boolean> {
    for (const form of this.forms) if (await form.hasChanged()) return true;
    return false;
  }

  get isMultipart(): boolean {
    return (this.forms[0] ?? this.emptyForm).isMultipart;
  }

  get enctype(): string {
    return this.isMultipart ? "multipart/form-data" : "application/x-www-form-urlencoded";
  }

  #requireChecked(asked: string): void {
    if (this.#data !== undefined && this.#phase === "new") {
      throw new FormNotChecked({ form: this.constructor.name, asked });
    }
  }

  /** Throws `FormNotChecked` and `FormNotValid`. */
  #requireValid(asked: string): void {
    const form = this.constructor.name;
    if (this.#data === undefined) throw new FormNotValid({ form, asked, problems: "it was given no data" });
    if (this.#phase === "new") throw new FormNotChecked({ form, asked });
    if (!this.#isValid) throw new FormNotValid({ form, asked, problems: "it is not valid" });
  }

  async [toHtml](page?: PageRenderer): Promise<SafeString> {
    await this.check();
    const { template } = this.constructor as typeof FormSet;
    return renderPart(template, { formSet: this }, page);
  }

  /** The forms with what says how many there are; the `<form>` around them is the page's. */
  render(page?: PageRenderer): Promise<SafeString> {
    return this[toHtml](page);
  }
}

/** Infinity minus itself is no number. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function readCountsUnbounded(data: SubmittedData | undefined, prefix: string): number {
  return data === undefined ? 0 : (readCounts(data, prefix, Infinity)?.total ?? 0);
}
