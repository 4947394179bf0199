import type { Permission } from "../permissions/permission.js";
import { Permission as Permissions } from "../permissions/permission.js";
import { passwordHashes } from "../passwords.js";
import { AbstractBaseUser } from "../users/abstract-base-user.js";
import type { Identity } from "../users/identity.js";
import { anyUserModel } from "../users/user-model.js";
import type { AuthBackend, Credentials } from "./backend.js";
import { installUsualBackends } from "./registry.js";

/** Options of `modelBackend`. */
export interface ModelBackendOptions {
  /** Default `model`. */
  readonly name?: string;
  /** Whether somebody may use the site. Default: who is active. */
  readonly mayLogIn?: (user: AbstractBaseUser) => boolean;
}

/**
 * Knows users by the name and the password in their model, and what they may do by the permissions that they and their
 * groups were given. What it does takes the same time whether there is somebody of that name or not.
 */
export function modelBackend(options: ModelBackendOptions = {}): AuthBackend {
  const { name = "model", mayLogIn = (user) => user.isActive } = options;
  return {
    name,
    async authenticate(credentials) {
      const { password } = credentials;
      const given = givenName(credentials);
      if (given === undefined || typeof password !== "string") return undefined;
      const user = await userCalled(given);
      const { isRight, isOutdated } = await passwordHashes().verify(password, user?.password);
      if (user === undefined || !isRight || !mayLogIn(user)) return undefined;
      if (isOutdated) await (await user.setPassword(password)).save({ updateFields: ["password"] });
      return user;
    },
    async find(key) {
      const user = await anyUserModel().filterBy({ pk: key }).first();
      return user !== null && mayLogIn(user) ? user : undefined;
    },
    async userPermissions(who, object) {
      if (object !== undefined || !isUser(who) || !who.isActive) return [];
      const own = who.isSuperuser ? Permissions.all() : who.userPermissions.all();
      return (await own).map((permission: Permission) => permission.code);
    },
    async groupPermissions(who, object) {
      if (object !== undefined || !isUser(who) || !who.isActive || who.isSuperuser) return [];
      const rows = await who.groups.all().orderBy().values("permissions__app", "permissions__codename");
      return rows.flatMap(({ permissions__app: app, permissions__codename: codename }) =>
        app === null ? [] : [`${app}.${codename}`],
      );
    },
  };
}

function isUser(who: Identity): who is AbstractBaseUser {
  return who instanceof AbstractBaseUser;
}

/** The name that somebody gives, under `username` or what the model calls it. */
function givenName(credentials: Credentials): string | undefined {
  const given = credentials.username ?? credentials[anyUserModel().usernameField];
  return typeof given === "string" && given.length <= 1000 ? given : undefined;
}

/** The user who logs in with this name, or `undefined`. */
export async function userCalled(name: string): Promise<AbstractBaseUser | undefined> {
  const model = anyUserModel();
  // The database takes no such character.
  if (name.includes("\0")) return undefined;
  const user = await model.filterBy({ [model.usernameField]: model.normalizeUsername(name) }).first();
  return user ?? undefined;
}

installUsualBackends([modelBackend()]);
