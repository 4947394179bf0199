import type { ContextProcessor } from "../templates/index.js";
import { findUserOf } from "./login/user-of.js";
import type { Identity } from "./users/identity.js";

interface Holder extends Identity {
  getAllPermissions(): Promise<ReadonlySet<string>>;
}

type Permissions = Readonly<Record<string, Readonly<Record<string, true>>>>;

/**
 * What the templates of every page know of who looks at it, looked up when a template asks: `user`, and `perms`, as in
 * `{% if perms.chat.change_room %}` and `{% if perms.chat %}`.
 */
export const userContext: ContextProcessor = (scope) => ({
  get user(): Promise<object> {
    return findUserOf(scope);
  },
  get perms(): Promise<Permissions> {
    return findUserOf(scope).then((user) => permissionsByApp(user as unknown as Holder));
  },
});

async function permissionsByApp(user: Holder): Promise<Permissions> {
  const byApp: Record<string, Record<string, true>> = {};
  for (const permission of await user.getAllPermissions()) {
    const dot = permission.indexOf(".");
    (byApp[permission.slice(0, dot)] ??= {})[permission.slice(dot + 1)] = true;
  }
  return byApp;
}
