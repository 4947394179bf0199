import type { HttpResponse } from "../../consumers/index.js";
import type { FormSource } from "../../forms/index.js";
import { LoginForm } from "../account-forms/login-form.js";
import { isUser } from "../guards/guard.js";
import { login } from "../login/login.js";
import { userOf } from "../login/user-of.js";
import { loginNotRequired } from "../guards/guard.js";
import { AccountPage } from "./account-page.js";

/** Where people log in. */
export class LoginPage extends AccountPage {
  static override readonly template: string = "auth/login.liquid";
  static readonly form: typeof LoginForm = LoginForm;
  static readonly exempt: readonly string[] = [loginNotRequired];

  async get(): Promise<HttpResponse> {
    if (this.options.redirectAuthenticated === true && isUser(await userOf(this.scope)))
      return this.go(await this.afterLogin());
    return this.page({ form: this.#newForm() });
  }

  async post(): Promise<HttpResponse> {
    const form = this.#newForm(await this.request.form());
    if (await form.isValid()) {
      const { user } = form;
      if (user !== undefined) {
        await login(this.scope, user);
        return this.go(await this.afterLogin());
      }
    }
    const { retryAfterS } = form;
    if (retryAfterS === undefined) return this.page({ form }, { status: 422 });
    return this.page({ form }, { status: 429, headers: { "retry-after": String(retryAfterS) } });
  }

  /** Where she goes who has logged in. */
  protected async afterLogin(): Promise<string> {
    return (await this.next()) ?? this.options.afterLogin ?? "/";
  }

  #newForm(data?: FormSource): LoginForm {
    const { form: FormClass } = this.constructor as typeof LoginPage;
    return new FormClass({ scope: this.scope, ...(data !== undefined && { data }) });
  }
}
