import { hasSwappableModel, type ModelClass, swappableModel } from "../../orm/index.js";
import { AuthInvalid } from "../errors.js";
import { AbstractBaseUser } from "./abstract-base-user.js";
import type { AnonymousUser } from "./anonymous-user.js";
import type { AuthTypes } from "./auth-types.js";
import { User } from "./user.js";

/** A user of the project: what `this.user` gives of who is logged in. */
export type AppUser = AuthTypes extends { user: infer Own } ? Own : User;

/** Whoever it is: a user, or who has not logged in. `isAuthenticated` tells. */
export type Visitor = AppUser | AnonymousUser;

/** What models of users have beside their fields. */
export interface UserModelStatics {
  /** The name of the field that people log in with. */
  readonly usernameField: string;
  /** The name of the field that mail is sent to, where there is one. */
  readonly emailField: string | undefined;
  /** The fields that `hotclub createsuperuser` asks for beside the name and the password. */
  readonly requiredFields: readonly string[];
  /** A name as it is kept and looked for. */
  normalizeUsername(name: string): string;
}

/** A class of users. */
export type UserModelClass<U extends object = AppUser> = ModelClass<U> & UserModelStatics;

/** A class of users, as code sees it that knows nothing of the project. */
export type AnyUserModel = typeof User & UserModelStatics;

/** What the model is called that a project may put its own in the place of. */
const label = "auth.User";

/**
 * The model of the project's users: `User`, or what stands for it (`swaps: { "auth.User": Member }`). For foreign keys of
 * apps that do not know it:
 *
 * ```ts
 * author = f.foreignKey(userModel, { onDelete: "cascade" });
 * ```
 */
export function userModel(): UserModelClass {
  const model: unknown = anyUserModel();
  return model as UserModelClass;
}

/** The same, for the code of this folder, which uses what every model has. Throws `AuthInvalid` for what is no user. */
export function anyUserModel(): AnyUserModel {
  // Where no apps are installed, as in a test of a model, it is the usual one.
  const model = hasSwappableModel(label) ? swappableModel(label) : User;
  if (model.prototype instanceof AbstractBaseUser) return model as unknown as AnyUserModel;
  throw new AuthInvalid({ problem: `${model.name}, which stands for ${label}, does not extend AbstractBaseUser` });
}
