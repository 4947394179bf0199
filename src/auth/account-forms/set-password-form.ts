import { field, Form, type FormOptions } from "../../forms/index.js";
import { passwordRules, problemsOfPassword } from "../passwords.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";

/** Options of the forms that give a user a password. */
export interface SetPasswordOptions extends FormOptions {
  readonly user: AbstractBaseUser;
}

/** What people are told before they choose a password. */
export function passwordHelp(): string {
  return passwordRules()
    .map(({ help }) => help)
    .join(" ");
}

/** Asks for a new password, twice. */
export class SetPasswordForm extends Form {
  newPassword = field.password({ label: "New password", autocomplete: "new-password", help: passwordHelp() });
  again = field.password({ label: "New password again", autocomplete: "new-password" });

  protected readonly owner: AbstractBaseUser;

  constructor({ user, ...options }: SetPasswordOptions) {
    super(options);
    this.owner = user;
  }

  override async clean(): Promise<void> {
    const [password, again] = [this.newPassword.cleaned, this.again.cleaned];
    if (password === undefined || again === undefined) return;
    if (password !== again) return this.again.addError("The two passwords are not the same.", { code: "mismatch" });
    const problems = await problemsOfPassword(password, this.owner);
    for (const { message, code } of problems) this.newPassword.addError(message, { code });
  }

  /** Gives the user the password, and saves that: all sessions that she has end by it. */
  async save(): Promise<void> {
    await this.owner.setPassword(this.cleanedData.newPassword);
    await this.owner.save({ updateFields: ["password"] });
  }
}
