import { defineApp } from "../core/index.js";
import { accountMail } from "./mail/account-mail.js";
import { Group } from "./permissions/group.js";
import { makePermissions } from "./permissions/make-permissions.js";
import { Permission } from "./permissions/permission.js";
import { tellOfChanges } from "./sockets/tell-of-changes.js";
import { userContext } from "./user-context.js";
import { User } from "./users/user.js";

/**
 * Users, groups and permissions, with their tables: put it among the project's `apps`, with `sessionsApp`. A project with
 * a model of its own for users says so: `models: [Member], swaps: { "auth.User": Member }`.
 */
export const authApp = defineApp({
  name: "auth",
  models: [Permission, Group, User],
  migrations: new URL("./migrations/", import.meta.url),
  tasks: [accountMail],
  templates: new URL("./templates/", import.meta.url),
  staticFiles: new URL("./static/", import.meta.url),
  contextProcessors: [userContext],
  ready: tellOfChanges,
  afterMigrate: ({ apps, using }) => makePermissions(apps, using),
});
