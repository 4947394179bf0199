import { type HtmlSource, type PageRenderer, type SafeString, shownInTemplates, toHtml } from "../templates/index.js";
import type { CleanedValue, FormField } from "./fields/form-field.js";
import { ErrorList } from "./form-error.js";
import { beginForm } from "./form-owner.js";
import { type FormOptions, FormState } from "./form-state.js";
import type { InvalidOptions } from "./invalid.js";
import { renderPart } from "./render-part.js";
import type { SubmittedData } from "./submitted-data.js";

/** The state of a form, for the kinds of forms that are made of it. */
export const stateOfForm: unique symbol = Symbol("state of the form");

/** The values of the fields of the form `F`. What else the class has is `never` there. */
export type CleanedData<F> = { readonly [P in keyof F as Exclude<P, keyof Form>]: CleanedValue<F[P]> };

/** The errors of the form `F`, by the names of its fields; those of the whole under `""`. */
export type FormErrors<F> = { readonly [P in keyof F as Exclude<P, keyof Form>]?: ErrorList } & {
  readonly [whole in ""]?: ErrorList;
};

/** What a form can be made from: a request of a consumer. */
export interface FormRequest {
  readonly method: string;
  form(): Promise<SubmittedData>;
}

const unsafeMethods = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/**
 * Asks for values, checks them, and says what is wrong. Class fields say what is asked for:
 *
 * ```ts
 * class ContactForm extends Form {
 *   email = field.email();
 *   text = field.text({ maxLength: 2000 });
 *
 *   override clean() {
 *     if (this.text.cleaned?.includes("buy now")) this.text.addError("Please, no advertisements.");
 *   }
 * }
 *
 * class Contact extends HttpConsumer {
 *   get() { return this.render("contact.liquid", { form: new ContactForm() }); }
 *   async post() {
 *     const form = await ContactForm.from(this.request);
 *     if (!(await form.isValid())) return this.render("contact.liquid", { form }, { status: 422 });
 *     const { email, text } = form.cleanedData;
 *     …
 *   }
 * }
 * ```
 *
 * A method `cleanEmail(email)` is called with the cleaned value of the field `email` and gives the one that counts.
 */
export class Form implements HtmlSource, Iterable<FormField> {
  static readonly [shownInTemplates]: readonly string[] = [
    "isBound",
    "errors",
    "nonFieldErrors",
    "topErrors",
    "fields",
    "hiddenFields",
    "visibleFields",
    "isMultipart",
    "enctype",
    "prefix",
  ];

  /** The order of the fields, where it is not that of the class; those that are not named come last. */
  static readonly fieldOrder: readonly string[] | undefined = undefined;

  /** The template that the form is rendered by. */
  static readonly template: string = "forms/form.liquid";

  readonly #state: FormState;

  constructor(options: FormOptions = {}) {
    this.#state = new FormState(this, options);
    beginForm(this.#state);
  }

  /** The form as a request has it: with what was sent where the method is POST, PUT, PATCH or DELETE. */
  static async from<F extends Form, O extends FormOptions | undefined>(
    this: new (options: O) => F,
    request: FormRequest,
    options?: Omit<NonNullable<O>, "data">,
  ): Promise<F> {
    const data = unsafeMethods.has(request.method) ? await request.form() : undefined;
    return new this({ ...options, data } as O);
  }

  get [stateOfForm](): FormState {
    return this.#state;
  }

  /** Whether it was given data. */
  get isBound(): boolean {
    return this.#state.data !== undefined;
  }

  get prefix(): string | undefined {
    return this.#state.prefix;
  }

  /** The fields, in their order. */
  get fields(): readonly FormField[] {
    return [...this.#state.fields.values()];
  }

  [Symbol.iterator](): Iterator<FormField> {
    return this.#state.fields.values();
  }

  /** The field called `name`, for names that are known at run time only. */
  field(name: string): FormField | undefined {
    return this.#state.fields.get(name);
  }

  /** Adds a field that the class does not declare, as the last one. */
  addField(name: string, field: FormField): void {
    this.#state.addField(name, field);
  }

  /** Takes a field out of this form. */
  removeField(name: string): void {
    this.#state.removeField(name);
  }

  get hiddenFields(): readonly FormField[] {
    return this.fields.filter(({ isHidden }) => isHidden);
  }

  get visibleFields(): readonly FormField[] {
    return this.fields.filter(({ isHidden }) => !isHidden);
  }

  /** Whether it has files, so that `<form>` needs `enctype="{{ form.enctype }}"`. */
  get isMultipart(): boolean {
    return this.fields.some(({ isMultipart }) => isMultipart);
  }

  get enctype(): string {
    return this.isMultipart ? "multipart/form-data" : "application/x-www-form-urlencoded";
  }

  /**
   * Checks what was sent, once. False where something is wrong, and where nothing was sent. Rejects with `FormInvalid`
   * within a `clean` of the form itself.
   */
  isValid(): Promise<boolean> {
    return this.#state.checkWhole();
  }

  /**
   * What is to be checked about several fields: override it. Fields tell their value as `this.email.cleaned`. Say what is
   * wrong with `this.email.addError("…")` and `this.addError("…")`, or throw `invalid("…")`.
   */
  clean(): void | Promise<void> {}

  /** The values of all fields. Throws `FormNotChecked` before `isValid`, and `FormNotValid` where that said no. */
  get cleanedData(): CleanedData<this> {
    return this.#state.cleanedData as CleanedData<this>;
  }

  /** What is wrong, by the names of the fields; with the whole of the form under `""`. Throws `FormNotChecked`. */
  get errors(): FormErrors<this> {
    return Object.fromEntries(this.#state.errors) as FormErrors<this>;
  }

  /** What is wrong with the whole of the form. Throws `FormNotChecked`. */
  get nonFieldErrors(): ErrorList {
    return this.#state.errorsOf("");
  }

  /** What is to be shown above the fields: what is wrong with the whole, and with fields that nobody sees. */
  get topErrors(): ErrorList {
    const hidden = this.hiddenFields.flatMap(({ label, errors }) =>
      errors.errors.map((error) => ({ ...error, message: `${label}: ${error.message}` })),
    );
    return new ErrorList(undefined, [...this.nonFieldErrors, ...hidden]);
  }

  /** Says that something is wrong with the whole of the form. For one field: `this.email.addError("…")`. */
  addError(message: string, { code = "invalid", params }: InvalidOptions = {}): void {
    this.#state.addErrors("", [params === undefined ? { code, message } : { code, message, params }]);
  }

  /** Whether anything was sent that is not what the form opened with. */
  async hasChanged(): Promise<boolean> {
    return (await this.changedFields()).length > 0;
  }

  /** The names of the fields that were sent with another value than they opened with. */
  changedFields(): Promise<string[]> {
    return this.#state.changedNames();
  }

  /** The fields with their labels, help and errors. The `<form>` around them, its button and `{% csrf %}` are the page's. */
  async render(page?: PageRenderer): Promise<SafeString> {
    await this.#state.check();
    const { template } = this.constructor as typeof Form;
    return renderPart(template, { form: this }, page);
  }

  [toHtml](page?: PageRenderer): Promise<SafeString> {
    return this.render(page);
  }
}
