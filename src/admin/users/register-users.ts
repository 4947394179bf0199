import {
  type AbstractBaseUser,
  Group,
  type UserModelClass,
  type UserModelStatics,
  userModel,
} from "../../auth/index.js";
import { type ModelClass, modelOptions } from "../../orm/index.js";
import type { AdminOptions } from "../registered/admin-options.js";
import type { AdminRegistry } from "../site/admin-registry.js";

/** What makes somebody mighty: only superusers give it. */
const mighty = ["isStaff", "isSuperuser", "groups", "userPermissions"];

/**
 * Shows the users and their groups in `site`. An account that is made here has no password: who it is for sets one by
 * the link that "forgot your password" sends. What makes a user mighty is changed by superusers alone. `options` go
 * before those of here.
 */
export function registerUsers<U extends AbstractBaseUser>(
  site: AdminRegistry,
  model: UserModelClass<U> = userModel() as unknown as UserModelClass<U>,
  options: AdminOptions<U> = {},
): void {
  const all = Object.defineProperties(
    {},
    {
      // Not spread: what is asked of the model is asked when the apps are installed.
      ...Object.getOwnPropertyDescriptors(userOptions(model)),
      ...Object.getOwnPropertyDescriptors(options),
    },
  );
  site.register<object>(model, all);
  if (!site.isRegistered(Group)) site.register(Group, { searchFields: ["name"] });
}

function userOptions(model: ModelClass & UserModelStatics): AdminOptions<AbstractBaseUser> {
  const { usernameField, emailField } = model;
  const names = [usernameField, ...(emailField === undefined || emailField === usernameField ? [] : [emailField])];
  const common = new Set([...names, ...mighty, "isActive", "password", "lastLogin", "dateJoined", "id"]);
  const more = (): string[] =>
    modelOptions(model)
      .fields.filter(({ name, editable }) => editable && !common.has(name))
      .map(({ name }) => name);
  return {
    listDisplay: [...names, "isActive", "isStaff", "lastLogin"] as never,
    listFilter: ["isStaff", "isSuperuser", "isActive", "groups"] as never,
    searchFields: names,
    ordering: [usernameField] as never,
    readonlyFields: ["lastLogin", "dateJoined"],
    get fieldsets() {
      return [
        { fields: [...names, ...more()] },
        { title: "What she may do", fields: ["isActive", ...mighty] },
        { title: "Dates", fields: ["lastLogin", "dateJoined"], collapsed: true },
      ];
    },
    readonlyFor: ({ user }) => (user.isSuperuser ? [] : mighty),
    async saveRow(row, { isNew }) {
      if (isNew) await row.setPassword(null);
      await row.save();
    },
  };
}
