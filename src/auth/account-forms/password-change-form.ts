import type { Scope } from "../../core/index.js";
import { field, invalid } from "../../forms/index.js";
import { TooManyLogins } from "../errors.js";
import { countLogin, forgiveLogin } from "../login/login-throttle.js";
import { SetPasswordForm, type SetPasswordOptions } from "./set-password-form.js";

/** Options of `PasswordChangeForm`. */
export interface PasswordChangeOptions extends SetPasswordOptions {
  readonly scope: Scope;
}

/** Asks for the password that a user has, and for another one. */
export class PasswordChangeForm extends SetPasswordForm {
  static override readonly fieldOrder: readonly string[] = ["oldPassword", "newPassword", "again"];

  oldPassword = field.password({
    label: "Password until now",
    autocomplete: "current-password",
    attributes: { autofocus: true },
  });

  readonly #scope: Scope;

  constructor({ scope, ...options }: PasswordChangeOptions) {
    super(options);
    this.#scope = scope;
  }

  /** Who sits at somebody's screen is not to try as many as she likes. */
  async cleanOldPassword(password: string): Promise<string> {
    const credentials = { username: this.owner.loginName };
    try {
      await countLogin(this.#scope, credentials);
    } catch (thrown) {
      if (thrown instanceof TooManyLogins) throw invalid(thrown.message, { code: "too_many" });
      throw thrown;
    }
    if (!(await this.owner.checkPassword(password))) throw invalid("This is not your password.", { code: "incorrect" });
    await forgiveLogin(this.#scope, credentials);
    return password;
  }
}
