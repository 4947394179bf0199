import { inspect, type InspectOptions } from "node:util";

import { fingerprint, shownInTemplates } from "../../core/index.js";
import { f, meta, Model, type ModelClass, type NewValues } from "../../orm/index.js";
import { unusablePassword } from "../../security/index.js";
import { UserInvalid } from "../errors.js";
import { passwordHashes } from "../passwords.js";
import {
  allPermissions,
  groupPermissions,
  hasModulePermissions,
  hasPermission,
  userPermissions,
} from "../permissions/ask-backends.js";
import { Group } from "../permissions/group.js";
import { Permission } from "../permissions/permission.js";
import { normalizedName } from "./normalize.js";

/** What the fingerprint of a password in a session counts for. */
export const sessionSalt = "hotclub.auth.session";

/** What a new user of the model `U` is made of: what she has not is the hash of a password. */
export type NewUser<U> = Omit<NewValues<U>, "password"> & {
  /** Her password. Not given, or `null`: none is right. */
  readonly password?: string | null;
};

/**
 * What all users have, whatever they are called by: a password, what they may do, and whether they may log in. A model
 * of your own extends it and names the field that people log in with; `AbstractUser` and `AbstractEmailUser` have one.
 */
export abstract class AbstractBaseUser<Self = unknown> extends Model<Self> {
  /** The hash of the password, in Django's form. */
  password = f.char({ maxLength: 128, editable: false });
  lastLogin = f.dateTime({ null: true, blank: true, editable: false, verboseName: "last login" });
  /** Whether she may do everything, without being told so. */
  isSuperuser = f.bool({
    default: false,
    verboseName: "superuser status",
    helpText: "May do everything, without each permission being given.",
  });
  /** Whether she may come into the admin. */
  isStaff = f.bool({ default: false, verboseName: "staff status", helpText: "May log in to the admin." });
  /** Whether she may log in. Rather than delete somebody, take this away. */
  isActive = f.bool({
    default: true,
    verboseName: "active",
    helpText: "May log in. Take this away rather than delete an account.",
  });
  dateJoined = f.dateTime({ autoNowAdd: true, verboseName: "joined" });
  groups = f.manyToMany(() => Group, { blank: true });
  userPermissions = f.manyToMany(() => Permission, { blank: true, verboseName: "user permissions" });
  static meta = meta({ abstract: true });
  static readonly [shownInTemplates]: readonly string[] = [
    "isAuthenticated",
    "isAnonymous",
    "loginName",
    "mailAddress",
    "fullName",
    "displayName",
    "hasUsablePassword",
  ];

  static readonly usernameField: string = "username";
  static readonly emailField: string | undefined = undefined;
  static readonly requiredFields: readonly string[] = [];

  /** A name as it is kept and looked for. This one: Unicode's NFKC, without spaces around it. */
  static normalizeUsername(name: string): string {
    return normalizedName(name);
  }

  /**
   * Makes a user and saves her: `User.createUser({ username: "django", password: "…" })`. Her name is normalised, her
   * password hashed; whether it is a good one is for forms to ask. Rejects with `UserInvalid` without a name, with
   * `ValidationError`, and with `UniqueViolation` where the name is taken.
   */
  static async createUser<M extends ModelClass<AbstractBaseUser>>(
    this: M,
    values: NewUser<InstanceType<M>>,
  ): Promise<InstanceType<M>> {
    const { password = null, ...given } = values as NewUser<AbstractBaseUser>;
    const model = this as unknown as ConcreteUser;
    const user = new model(given);
    user.clean();
    if (user.loginName === "") throw new UserInvalid({ problem: `she has no ${model.usernameField}` });
    await user.setPassword(password);
    return (await user.save()) as InstanceType<M>;
  }

  /** The same for a user who may do everything. */
  static createSuperuser<M extends ModelClass<AbstractBaseUser>>(
    this: M,
    values: NewUser<InstanceType<M>>,
  ): Promise<InstanceType<M>> {
    const model = this as unknown as { createUser(values: object): Promise<InstanceType<M>> };
    return model.createUser({ isStaff: true, isSuperuser: true, ...values });
  }

  get isAuthenticated(): true {
    return true;
  }

  get isAnonymous(): false {
    return false;
  }

  /** What she logs in with. */
  get loginName(): string {
    return textOf(this, (this.constructor as typeof AbstractBaseUser).usernameField);
  }

  /** Where mail to her goes; empty where nobody knows. */
  get mailAddress(): string {
    const { emailField } = this.constructor as typeof AbstractBaseUser;
    return emailField === undefined ? "" : textOf(this, emailField);
  }

  /** What pages call her; empty where she has no other name than the one that she logs in with. */
  get fullName(): string {
    return "";
  }

  /** What pages call her: her full name, or what she logs in with. */
  get displayName(): string {
    return this.fullName || this.loginName;
  }

  /** Gives her a password, or none (`null`): then no password is right. To be followed by `save()`. */
  async setPassword(password: string | null): Promise<this> {
    const hash = password === null ? unusablePassword() : await passwordHashes().hash(password);
    return Object.assign(this, { password: hash });
  }

  /**
   * Whether `password` is hers. One that is right and was hashed by an older way is hashed again, and that is saved.
   */
  async checkPassword(password: string): Promise<boolean> {
    const { isRight, isOutdated } = await passwordHashes().verify(password, this.password);
    if (isOutdated) {
      await this.setPassword(password);
      await this.save({ updateFields: ["password"] as never });
    }
    return isRight;
  }

  /** Whether a password may be right for her. */
  get hasUsablePassword(): boolean {
    return passwordHashes().isUsable(this.password);
  }

  /** What a session keeps of the password: it ends when that changes. */
  sessionFingerprint(): string {
    return fingerprint(this.password, { salt: sessionSalt });
  }

  /**
   * Whether she may do something: `chat.change_room`, of `object` where the backends know of objects. Superusers may do
   * everything; who is not active nothing.
   */
  async hasPerm(permission: string, object?: object): Promise<boolean> {
    if (this.isActive && this.isSuperuser) return true;
    return hasPermission(this, permission, object);
  }

  /** Whether she may do all of them. */
  async hasPerms(permissions: readonly string[], object?: object): Promise<boolean> {
    for (const permission of permissions) if (!(await this.hasPerm(permission, object))) return false;
    return true;
  }

  /** Whether she may do anything in an app. */
  async hasModulePerms(app: string): Promise<boolean> {
    if (this.isActive && this.isSuperuser) return true;
    return hasModulePermissions(this, app);
  }

  /** All that she may do, of herself or of `object`, as `chat.change_room`. */
  getAllPermissions(object?: object): Promise<ReadonlySet<string>> {
    return allPermissions(this, object);
  }

  /** What was given to her herself. */
  getUserPermissions(object?: object): Promise<ReadonlySet<string>> {
    return userPermissions(this, object);
  }

  /** What she may do because of her groups. */
  getGroupPermissions(object?: object): Promise<ReadonlySet<string>> {
    return groupPermissions(this, object);
  }

  override clean(): void {
    const { usernameField, normalizeUsername } = this.constructor as typeof AbstractBaseUser;
    Object.assign(this, { [usernameField]: normalizeUsername(textOf(this, usernameField)) });
  }

  /** Without the password's hash, which is nobody's business. */
  toJSON(): Record<string, unknown> {
    const { password: _, ...shown } = Object.fromEntries(Object.entries(this)) as Record<string, unknown>;
    return shown;
  }

  override [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this.constructor.name} ${inspect(this.toJSON(), options)}`;
  }
}

/** A model of users that has a table. */
interface ConcreteUser {
  new (values: object): AbstractBaseUser;
  readonly usernameField: string;
}

function textOf(user: object, field: string): string {
  const value = (user as Record<string, unknown>)[field];
  return typeof value === "string" ? value : "";
}
