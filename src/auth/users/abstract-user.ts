import { f, meta } from "../../orm/index.js";
import { AbstractBaseUser } from "./abstract-base-user.js";
import { normalizedEmail, normalizedName, usernameProblem } from "./normalize.js";

/**
 * A user who logs in with a name, as Django's. Extend it where yours have more:
 *
 * ```ts
 * export class Member extends AbstractUser {
 *   birthday = f.date({ null: true });
 * }
 * ```
 */
export abstract class AbstractUser<Self = unknown> extends AbstractBaseUser<Self> {
  username = f.char({
    maxLength: 150,
    unique: true,
    validators: [usernameProblem],
    helpText: "At most 150 letters, digits and @ . + - _",
    errorMessages: { unique: "is taken already" },
  });
  firstName = f.char({ maxLength: 150, blank: true, default: "", verboseName: "first name" });
  lastName = f.char({ maxLength: 150, blank: true, default: "", verboseName: "last name" });
  email = f.email({ blank: true, default: "", verboseName: "e-mail address" });
  static override meta = meta({ abstract: true });

  static override readonly usernameField: string = "username";
  static override readonly emailField: string | undefined = "email";
  static override readonly requiredFields: readonly string[] = ["email"];

  override get fullName(): string {
    return `${this.firstName} ${this.lastName}`.trim();
  }

  override clean(): void {
    super.clean();
    Object.assign(this, { email: normalizedEmail(this.email) });
  }
}

/**
 * A user who logs in with her e-mail address, which is kept in lower case: nobody else can take the same one in other
 * letters.
 */
export abstract class AbstractEmailUser<Self = unknown> extends AbstractBaseUser<Self> {
  email = f.email({
    unique: true,
    verboseName: "e-mail address",
    errorMessages: { unique: "has an account already" },
  });
  firstName = f.char({ maxLength: 150, blank: true, default: "", verboseName: "first name" });
  lastName = f.char({ maxLength: 150, blank: true, default: "", verboseName: "last name" });
  static override meta = meta({ abstract: true });

  static override readonly usernameField: string = "email";
  static override readonly emailField: string | undefined = "email";

  static override normalizeUsername(name: string): string {
    return normalizedName(name).toLowerCase();
  }

  override get fullName(): string {
    return `${this.firstName} ${this.lastName}`.trim();
  }
}
