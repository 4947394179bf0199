import type { Scope } from "../../core/index.js";
import { field, Form, type FormOptions } from "../../forms/index.js";
import { authenticate } from "../backends/authenticate.js";
import { TooManyLogins } from "../errors.js";
import { type AppUser } from "../users/user-model.js";
import { nameLabel } from "./name-label.js";

/** Options of `LoginForm`. */
export interface LoginFormOptions extends FormOptions {
  /** The request that somebody wants to log in by. */
  readonly scope: Scope;
}

/** Asks for a name and a password, and finds out whose they are. */
export class LoginForm extends Form {
  username = field.char({
    label: nameLabel(),
    maxLength: 254,
    autocomplete: "username",
    attributes: { autofocus: true, autocapitalize: "none", spellcheck: "false" },
  });
  password = field.password({ label: "Password", autocomplete: "current-password" });

  readonly #scope: Scope;
  #user: AppUser | undefined;
  #retryAfterS: number | undefined;

  constructor({ scope, ...options }: LoginFormOptions) {
    super(options);
    this.#scope = scope;
  }

  /** Whose name and password they are, when the form is valid. */
  get user(): AppUser | undefined {
    return this.#user;
  }

  /** After how many seconds it may be tried again, where there were too many tries. */
  get retryAfterS(): number | undefined {
    return this.#retryAfterS;
  }

  /** Whether somebody who gave the right password may log in: add an error to say no. */
  mayLogIn(_user: AppUser): void | Promise<void> {}

  override async clean(): Promise<void> {
    const [username, password] = [this.username.cleaned, this.password.cleaned];
    if (username === undefined || password === undefined) return;
    try {
      const user = await authenticate({ username, password }, { scope: this.#scope });
      if (user === undefined) return this.addError(this.wrongMessage(), { code: "invalid_login" });
      this.#user = user;
      await this.mayLogIn(user);
    } catch (thrown) {
      if (!(thrown instanceof TooManyLogins)) throw thrown;
      this.#retryAfterS = thrown.params.retryAfterS;
      this.addError(thrown.message, { code: "too_many" });
    }
  }

  /** The same whether there is such an account or not. */
  protected wrongMessage(): string {
    return `This ${nameLabel().toLowerCase()} and this password do not belong together. Mind upper and lower case.`;
  }
}
