/**
 * The admin: a live site to look after the rows of a project's models, of nothing but their registration. Its three main
 * names are `admin`, `adminApp` and `column`.
 *
 * ```ts
 * admin.register(Room, { listDisplay: ["title", "slug"], searchFields: ["title"] });
 * admin.register(Message, { listDisplay: ["room", "author", "text", "sentAt"], listFilter: ["room"] });
 *
 * export default defineProject({
 *   apps: [sessionsApp, authApp, adminApp()],
 *   middleware: [sessions({ engine: databaseSessions() }), authentication()],
 *   routes: [include("/admin/", admin.routes, { namespace: "admin" })],
 *   …
 * });
 * ```
 */
export { AdminInvalid, ListQueryInvalid } from "./errors.js";
export { type FieldChange, LogEntry } from "./history/log-entry.js";
export type { Rows } from "./model/rows.js";
export { textOf } from "./model/text-of.js";
export { AdminPage, type Crumb, pageOf, type PageParts } from "./pages/admin-page.js";
export {
  adminAction,
  type ActionOptions,
  type ActionResult,
  type ActionTask,
  type ActionTaskArgs,
  type AdminAction,
} from "./registered/action.js";
export type { AdminHooks, AdminOptions, FormOptions, ListOptions } from "./registered/admin-options.js";
export type { AdminRequest, AdminUser } from "./registered/admin-request.js";
export { column, type Column, type ColumnOptions } from "./registered/column.js";
export type { Fieldset } from "./registered/fieldset.js";
export { type Inline, type InlineOptions, stackedInline, tabularInline } from "./registered/inline.js";
export { listFilter, type ListFilter } from "./registered/list-filter.js";
export { ModelAdmin } from "./registered/model-admin.js";
export { admin } from "./site/admin.js";
export { adminApp } from "./site/admin-app.js";
export type { AdminRegistry, AdminSiteOptions } from "./site/admin-registry.js";
export { AdminSite } from "./site/admin-site.js";
export { registerUsers } from "./users/register-users.js";
