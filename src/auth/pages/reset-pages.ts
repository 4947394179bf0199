import type { HttpResponse } from "../../consumers/index.js";
import { ResetForm } from "../account-forms/reset-form.js";
import { SetPasswordForm } from "../account-forms/set-password-form.js";
import { loginNotRequired } from "../guards/guard.js";
import { login } from "../login/login.js";
import { mayMail } from "../login/login-throttle.js";
import { accountMail } from "../mail/account-mail.js";
import { userOfToken } from "../mail/account-token.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";
import type { AppUser } from "../users/user-model.js";
import { AccountPage } from "./account-page.js";
import { placeOf } from "./page-options.js";

/** What a link in a mail held is kept here, so that it stands in no URL while a new password is chosen. */
const key = "_reset" as never;

/** Where people who have forgotten their password give their address. It says the same whether that is known or not. */
export class ResetPage extends AccountPage {
  static override readonly template: string = "auth/reset.liquid";
  static readonly form: typeof ResetForm = ResetForm;
  static readonly exempt: readonly string[] = [loginNotRequired];

  get(): Promise<HttpResponse> {
    const { form: FormClass } = this.constructor as typeof ResetPage;
    return this.page({ form: new FormClass() });
  }

  async post(): Promise<HttpResponse> {
    const { form: FormClass } = this.constructor as typeof ResetPage;
    const form = new FormClass({ data: await this.request.form() });
    if (!(await form.isValid())) return this.page({ form }, { status: 422 });
    const { email } = form.cleanedData;
    const base = this.request.absoluteUrl(placeOf(this.scope).base);
    // Who it is, and whether there is anybody, is found out elsewhere: the answer takes the same time.
    if (await mayMail(this.scope, email)) await accountMail.enqueue({ kind: "reset", email, base });
    else this.log.warn("too many mails about accounts were asked for; one is not sent");
    return this.go(this.pathOf("resetSent"));
  }
}

/** Says that a mail is on its way, if there is such an account. */
export class ResetSentPage extends AccountPage {
  static override readonly template: string = "auth/reset-sent.liquid";
  static readonly exempt: readonly string[] = [loginNotRequired];

  get(): Promise<HttpResponse> {
    return this.page();
  }
}

/** Where the link in a mail leads: takes what it holds out of the URL, into the session. */
export class ResetLinkPage extends AccountPage<{ token: string }> {
  static override readonly template: string = "auth/link-bad.liquid";
  static readonly exempt: readonly string[] = [loginNotRequired];

  async get(): Promise<HttpResponse> {
    const { token } = this.params;
    if ((await userOfToken("reset", token, this.options.linkMaxAgeS)) === undefined)
      return this.page({}, { status: 400 });
    this.session.set(key, token as never);
    return this.go(this.pathOf("resetChoose"));
  }
}

/** Where she who has the link chooses a new password. */
export class ResetChoosePage extends AccountPage {
  static override readonly template: string = "auth/reset-choose.liquid";
  static readonly form: typeof SetPasswordForm = SetPasswordForm;
  static readonly exempt: readonly string[] = [loginNotRequired];

  async get(): Promise<HttpResponse> {
    const user = await this.#user();
    if (user === undefined) return this.#bad();
    const { form: FormClass } = this.constructor as typeof ResetChoosePage;
    return this.page({ form: new FormClass({ user }), account: user.loginName });
  }

  async post(): Promise<HttpResponse> {
    const user = await this.#user();
    if (user === undefined) return this.#bad();
    const { form: FormClass } = this.constructor as typeof ResetChoosePage;
    const form = new FormClass({ user, data: await this.request.form() });
    if (!(await form.isValid())) return this.page({ form, account: user.loginName }, { status: 422 });
    await form.save();
    this.session.delete(key);
    if (this.options.loginAfterReset === true) await login(this.scope, user as unknown as AppUser);
    return this.go(this.pathOf("resetDone"));
  }

  async #user(): Promise<AbstractBaseUser | undefined> {
    const user = await userOfToken("reset", await this.session.get(key), this.options.linkMaxAgeS);
    return user?.isActive === true ? user : undefined;
  }

  #bad(): Promise<HttpResponse> {
    return this.page({}, { status: 400, template: "auth/link-bad.liquid" });
  }
}

/** Says that it is done. */
export class ResetDonePage extends AccountPage {
  static override readonly template: string = "auth/reset-done.liquid";
  static readonly exempt: readonly string[] = [loginNotRequired];

  get(): Promise<HttpResponse> {
    return this.page();
  }
}
