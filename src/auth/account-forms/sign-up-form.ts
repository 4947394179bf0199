import { field, Form, type FormOptions } from "../../forms/index.js";
import { problemsOfPassword } from "../passwords.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";
import { anyUserModel } from "../users/user-model.js";
import { passwordHelp } from "./set-password-form.js";

/** Options of `SignUpForm`. */
export interface SignUpFormOptions extends FormOptions {
  /** Whether an address must be given, which a mail is sent to. */
  readonly confirmMail: boolean;
}

/**
 * Asks somebody new for a name, an address and a password. Where people log in with their address, nobody is told
 * whether it has an account already: its owner is, by mail.
 */
export class SignUpForm extends Form {
  username = field.char({
    label: "User name",
    maxLength: 150,
    autocomplete: "username",
    help: "Letters, digits and @ . + - _",
    attributes: { autofocus: true, autocapitalize: "none", spellcheck: "false" },
  });
  email = field.email({ label: "E-mail address", autocomplete: "email", maxLength: 254 });
  password = field.password({ label: "Password", autocomplete: "new-password", help: passwordHelp() });
  again = field.password({ label: "Password again", autocomplete: "new-password" });

  readonly #hidesAccounts: boolean;
  #user: AbstractBaseUser | undefined;
  #isTaken = false;

  constructor({ confirmMail, ...options }: SignUpFormOptions) {
    super(options);
    const { usernameField, emailField } = anyUserModel();
    const logsInByMail = usernameField === emailField;
    this.#hidesAccounts = logsInByMail && confirmMail;
    if (usernameField !== "username") this.removeField("username");
    if (emailField === undefined) this.removeField("email");
    else if (!confirmMail && !logsInByMail) {
      this.email.required = false;
      this.email.help = "Need not be given; without it, nobody can send you a new password.";
    }
  }

  /** The values of the new user; what a page adds to the form is to be named here, too. */
  protected values(): Record<string, unknown> {
    const { usernameField, emailField } = anyUserModel();
    const values: Record<string, unknown> = {};
    for (const name of new Set([usernameField, emailField ?? usernameField])) {
      const value = this.field(name)?.cleaned;
      if (value !== undefined && value !== null) values[name] = value;
    }
    return values;
  }

  /** The account that is to be made; it is not saved. */
  get user(): AbstractBaseUser | undefined {
    return this.#user;
  }

  /** Whether the address has an account already, which only its owner is told. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  override async clean(): Promise<void> {
    const [password, again] = [this.password.cleaned, this.again.cleaned];
    if (password !== undefined && again !== undefined && password !== again)
      this.again.addError("The two passwords are not the same.", { code: "mismatch" });
    const values = this.values();
    if (password !== undefined) {
      const problems = await problemsOfPassword(password, values);
      for (const { message, code } of problems) this.password.addError(message, { code });
    }
    const { usernameField } = anyUserModel();
    if (values[usernameField] === undefined) return;
    const user: AbstractBaseUser = new (anyUserModel())(values);
    user.clean();
    await user.fullClean({ exclude: ["password"], validateUnique: !this.#hidesAccounts });
    if (this.#hidesAccounts) this.#isTaken = await nameIsTaken(user);
    this.#user = user;
  }
}

function nameIsTaken(user: AbstractBaseUser): Promise<boolean> {
  const model = anyUserModel();
  return model.filterBy({ [model.usernameField]: user.loginName }).exists();
}
