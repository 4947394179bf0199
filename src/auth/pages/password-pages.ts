import type { HttpResponse } from "../../consumers/index.js";
import type { FormSource } from "../../forms/index.js";
import { PasswordChangeForm } from "../account-forms/password-change-form.js";
import { loginRequired, requireUser } from "../guards/guard.js";
import { updateSessionAuthHash } from "../login/login.js";
import { AccountPage } from "./account-page.js";

/** Where people who are logged in choose another password. */
export class PasswordChangePage extends AccountPage {
  static override readonly template: string = "auth/password.liquid";
  static readonly form: typeof PasswordChangeForm = PasswordChangeForm;
  static readonly middleware = [loginRequired()];

  async get(): Promise<HttpResponse> {
    return this.page({ form: await this.#newForm() });
  }

  async post(): Promise<HttpResponse> {
    const form = await this.#newForm(await this.request.form());
    if (!(await form.isValid())) return this.page({ form }, { status: 422 });
    await form.save();
    await updateSessionAuthHash(this.scope, await requireUser(this.scope));
    return this.go(this.pathOf("passwordDone"));
  }

  async #newForm(data?: FormSource): Promise<PasswordChangeForm> {
    const { form: FormClass } = this.constructor as typeof PasswordChangePage;
    const { scope } = this;
    return new FormClass({ user: await requireUser(scope), scope, ...(data !== undefined && { data }) });
  }
}

/** Says that it is done. */
export class PasswordDonePage extends AccountPage {
  static override readonly template: string = "auth/password-done.liquid";
  static readonly middleware = [loginRequired()];

  get(): Promise<HttpResponse> {
    return this.page();
  }
}
