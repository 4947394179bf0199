import type { HttpResponse } from "../../consumers/index.js";
import { SignUpForm } from "../account-forms/sign-up-form.js";
import { loginNotRequired } from "../guards/guard.js";
import { login } from "../login/login.js";
import { mayMail } from "../login/login-throttle.js";
import { accountMail } from "../mail/account-mail.js";
import { userOfToken } from "../mail/account-token.js";
import { UniqueViolation } from "../../orm/index.js";
import { passwordHashes } from "../passwords.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";
import { anyUserModel, type AppUser } from "../users/user-model.js";
import { AccountPage } from "./account-page.js";
import { placeOf, signUpOptions } from "./page-options.js";

/** Where people make an account. */
export class SignUpPage extends AccountPage {
  static override readonly template: string = "auth/sign-up.liquid";
  static readonly form: typeof SignUpForm = SignUpForm;
  static readonly exempt: readonly string[] = [loginNotRequired];

  get #confirmMail(): boolean {
    return signUpOptions(this.options)?.confirmMail ?? true;
  }

  get(): Promise<HttpResponse> {
    const { form: FormClass } = this.constructor as typeof SignUpPage;
    return this.page({ form: new FormClass({ confirmMail: this.#confirmMail }) });
  }

  async post(): Promise<HttpResponse> {
    const { form: FormClass } = this.constructor as typeof SignUpPage;
    const form = new FormClass({ confirmMail: this.#confirmMail, data: await this.request.form() });
    const { user, isTaken } = (await form.isValid()) ? form : { user: undefined, isTaken: false };
    if (user === undefined) return this.page({ form }, { status: 422 });
    const { password } = form.cleanedData;
    if (isTaken) {
      // As much work as for a new account.
      await passwordHashes().hash(password);
      return this.#mail("taken", user);
    }
    if (this.#confirmMail) Object.assign(user, { isActive: false });
    await user.setPassword(password);
    try {
      await user.save();
    } catch (thrown) {
      if (!(thrown instanceof UniqueViolation)) throw thrown;
      // Somebody was quicker.
      if (this.#confirmMail && anyUserModel().usernameField === anyUserModel().emailField)
        return this.#mail("taken", user);
      form.field(anyUserModel().usernameField)?.addError("This name is taken already.", { code: "unique" });
      return this.page({ form }, { status: 422 });
    }
    if (this.#confirmMail) return this.#mail("confirm", user);
    await login(this.scope, user as unknown as AppUser);
    return this.go((await this.next()) ?? this.options.afterLogin ?? "/");
  }

  async #mail(kind: "confirm" | "taken", { mailAddress: email }: AbstractBaseUser): Promise<HttpResponse> {
    const base = this.request.absoluteUrl(placeOf(this.scope).base);
    if (await mayMail(this.scope, email)) await accountMail.enqueue({ kind, email, base });
    else this.log.warn("too many mails about accounts were asked for; one is not sent");
    return this.go(this.pathOf("signUpSent"));
  }
}

/** Says that a mail is on its way. */
export class SignUpSentPage extends AccountPage {
  static override readonly template: string = "auth/sign-up-sent.liquid";
  static readonly exempt: readonly string[] = [loginNotRequired];

  get(): Promise<HttpResponse> {
    return this.page();
  }
}

/**
 * Where the link in a mail leads: has her say that she wants the account. Programs that look at the links in mails do not
 * press buttons.
 */
export class SignUpLinkPage extends AccountPage<{ token: string }> {
  static override readonly template: string = "auth/sign-up-link.liquid";
  static readonly exempt: readonly string[] = [loginNotRequired];

  async get(): Promise<HttpResponse> {
    const user = await this.#user();
    return user === undefined ? this.#bad() : this.page({ account: user.loginName });
  }

  async post(): Promise<HttpResponse> {
    const user = await this.#user();
    if (user === undefined) return this.#bad();
    await Object.assign(user, { isActive: true }).save({ updateFields: ["isActive"] });
    return this.page({ account: user.loginName }, { template: "auth/sign-up-done.liquid" });
  }

  async #user(): Promise<AbstractBaseUser | undefined> {
    const user = await userOfToken("confirm", this.params.token, this.options.linkMaxAgeS);
    return user?.isActive === false && user.lastLogin === null ? user : undefined;
  }

  #bad(): Promise<HttpResponse> {
    return this.page({}, { status: 400, template: "auth/link-bad.liquid" });
  }
}
