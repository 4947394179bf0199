import { allPermissions, hasModulePermissions, hasPermission } from "../permissions/ask-backends.js";

/** Who has not logged in. */
export class AnonymousUser {
  readonly pk = undefined;
  readonly isActive = false;
  readonly isStaff = false;
  readonly isSuperuser = false;
  readonly isAuthenticated = false;
  readonly isAnonymous = true;
  readonly loginName = "";
  readonly fullName = "";
  readonly displayName = "";
  readonly mailAddress = "";

  /** Whether just anybody may do something: only where a backend of the project says so. */
  hasPerm(permission: string, object?: object): Promise<boolean> {
    return hasPermission(this, permission, object);
  }

  async hasPerms(permissions: readonly string[], object?: object): Promise<boolean> {
    for (const permission of permissions) if (!(await this.hasPerm(permission, object))) return false;
    return true;
  }

  hasModulePerms(app: string): Promise<boolean> {
    return hasModulePermissions(this, app);
  }

  getAllPermissions(object?: object): Promise<ReadonlySet<string>> {
    return allPermissions(this, object);
  }
}
