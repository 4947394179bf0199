import type { HttpResponse } from "../consumers/index.js";
import type { RouteParams } from "../core/index.js";
import type { Form, FormOptions, PlainData } from "../forms/index.js";
import { SuccessUrlRefused } from "./errors.js";
import { View } from "./view.js";

/** A class of forms. */
export type FormClass<F extends Form> = new (options?: FormOptions) => F;

/** What views with a form have in common: they show it, check what comes back, and lead on. */
export abstract class FormPage<F extends Form, Params = RouteParams> extends View<Params> {
  /** Where to after all went well: a path of this site. */
  readonly successUrl: string | undefined = undefined;
  /** What the form opens with; see `initialData`. */
  readonly initial: PlainData = {};
  readonly prefix: string | undefined = undefined;
  /**
   * Whether the query or the form may say where to afterwards, under this name, where that is on this site. Default: not.
   */
  readonly nextKey: string | undefined = undefined;

  /** Makes the form; `data` is what was sent, if anything was. */
  protected abstract makeForm(options: FormOptions): F | Promise<F>;

  /** What the form opens with, where it takes more than `initial`. */
  protected initialData(): PlainData | Promise<PlainData> {
    return this.initial;
  }

  async #form(): Promise<F> {
    const data = this.scope.method === "POST" || this.scope.method === "PUT" ? await this.request.form() : undefined;
    return this.makeForm({ data, initial: await this.initialData(), prefix: this.prefix });
  }

  async get(): Promise<HttpResponse> {
    return this.page({ form: await this.#form() });
  }

  async post(): Promise<HttpResponse> {
    const form = await this.#form();
    return (await form.isValid()) ? this.formValid(form) : this.formInvalid(form);
  }

  put(): Promise<HttpResponse> {
    return this.post();
  }

  /** What is done with a valid form: override it. */
  protected async formValid(form: F): Promise<HttpResponse> {
    return this.success(form);
  }

  /** The form again, with what is wrong; the status is 422. */
  protected async formInvalid(form: F): Promise<HttpResponse> {
    return this.page({ form }, { status: 422 });
  }

  /** Where to: `successUrl`, or what the form comes to. Throws `ViewInvalid` where nobody knows. */
  protected successUrlOf(_form: F): string {
    if (this.successUrl === undefined) throw this.invalid("needs a successUrl");
    return this.successUrl;
  }

  /** Leads on, within this site. Throws `SuccessUrlRefused`, `ViewInvalid`. */
  protected async success(form: F): Promise<HttpResponse> {
    const next = await this.#next();
    if (next !== undefined) return this.redirect(next);
    const url = this.successUrlOf(form);
    if (!this.request.isLocalUrl(url)) throw new SuccessUrlRefused({ view: this.constructor.name, url });
    return this.redirect(url);
  }

  /** Where the visitor asked to go on to, if that is on this site. */
  async #next(): Promise<string | undefined> {
    const { nextKey } = this;
    if (nextKey === undefined) return undefined;
    const next = (await this.request.form()).get(nextKey) ?? this.request.query.get(nextKey);
    return next !== null && next !== "" && this.request.isLocalUrl(next) ? next : undefined;
  }
}

/**
 * A page with a form.
 *
 * ```ts
 * class Contact extends FormView<ContactForm> {
 *   override templateName = "contact.liquid";
 *   override successUrl = "/thanks/";
 *   formClass = ContactForm;
 *   override async formValid(form: ContactForm) {
 *     await sendMail({ … form.cleanedData });
 *     return super.formValid(form);
 *   }
 * }
 * ```
 */
export abstract class FormView<F extends Form, Params = RouteParams> extends FormPage<F, Params> {
  abstract readonly formClass: FormClass<F>;

  protected makeForm(options: FormOptions): F | Promise<F> {
    return new this.formClass(options);
  }
}
