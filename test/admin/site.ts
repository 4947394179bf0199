import { type AdminOptions, adminApp, AdminSite } from "../../src/admin/index.js";
import { authApp, authentication, Permission, User } from "../../src/auth/index.js";
import { include, type Route } from "../../src/consumers/index.js";
import { defineSettings } from "../../src/core/index.js";
import type { ModelClass } from "../../src/orm/index.js";
import { defineProject, type Project, type ProjectConfig } from "../../src/project/index.js";
import { PasswordHashes, Pbkdf2Hasher } from "../../src/security/index.js";
import { databaseSessions, sessions, sessionsApp } from "../../src/sessions/index.js";
import { type TestClient, TestSite } from "../../src/testing/index.js";
import { shopModels } from "./shop/models.js";

/** A password that every user of these tests has. */
export const password = "manoir de mes rêves";

/** Hashes at a cost that tests can pay. */
const quickPasswords = () => new PasswordHashes([new Pbkdf2Hasher("pbkdf2_sha256", 1)]);

/** A shop with its admin: every model registered with no line more, except those in `options`. `more` may hold a second one. */
export function shopProject(
  options: ReadonlyMap<ModelClass, AdminOptions> = new Map(),
  {
    backstage,
    ...more
  }: Pick<ProjectConfig, "tasks" | "templates"> & {
    readonly backstage?: { readonly site: AdminSite; readonly routes: readonly Route[] };
  } = {},
): Project {
  const admin = new AdminSite({ title: "Hot Club Shop" });
  for (const model of shopModels as readonly ModelClass[]) admin.register(model, options.get(model) ?? {});
  return defineProject({
    ...more,
    name: "shop",
    settings: defineSettings(
      {},
      { SECRET_KEY: "for tests only, and nowhere else", LOG_LEVEL: process.env["LOG_LEVEL"] ?? "silent" },
    ),
    models: shopModels,
    // The client for browsers is made by the build; these tests run the sources.
    staticFiles: new URL("../../dist/static/", import.meta.url),
    apps: [sessionsApp, authApp, adminApp(admin, ...(backstage === undefined ? [] : [backstage.site]))],
    middleware: [sessions({ engine: databaseSessions() }), authentication({ passwords: quickPasswords() })],
    routes: [
      include("/admin/", admin.routes, { namespace: "admin" }),
      ...(backstage === undefined ? [] : [include("/back/", backstage.routes, { namespace: "back" })]),
    ],
  });
}

/** The same, open for a test. */
export function openShop(
  options: ReadonlyMap<ModelClass, AdminOptions> = new Map(),
  databaseUrl = "sqlite::memory:",
): Promise<TestSite> {
  return TestSite.open(shopProject(options), { databaseUrl });
}

/** A user of the staff; a superuser unless `permissions` (`shop.view_product`) say what she may. */
export async function staff(username: string, permissions?: readonly string[]): Promise<User> {
  const user = await User.createUser({ username, password, isStaff: true, isSuperuser: permissions === undefined });
  for (const name of permissions ?? []) {
    const [, codename = ""] = name.split(".");
    await user.userPermissions.add(await Permission.get({ codename }));
  }
  return user;
}

/** A browser of a user who has logged in to the admin. */
export async function loggedIn(site: TestSite, username: string): Promise<TestClient> {
  const client = site.client();
  const response = await client.post("/admin/login/", { form: { username, password } });
  if (response.status !== 303)
    throw new Error(`${username} cannot log in: ${response.status} ${response.text.slice(0, 500)}`);
  return client;
}

/** What a browser would send of the forms on a page, if nobody touched them. */
export function fieldsOf({ text }: { readonly text: string }): Record<string, string> {
  const fields: Record<string, string> = {};
  const unescape = (value: string): string =>
    value
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&");
  for (const [tag] of text.matchAll(/<input[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(tag)?.[1];
    const isBox = /type="(checkbox|radio)"/.test(tag);
    if (name === undefined || (isBox && !/\bchecked/.test(tag))) continue;
    fields[name] = unescape(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? (isBox ? "on" : ""));
  }
  for (const [, name = "", body = ""] of text.matchAll(/<textarea[^>]*\bname="([^"]*)"[^>]*>([^<]*)</g)) {
    fields[name] = unescape(body.replace(/^\n/, ""));
  }
  for (const [tag, name = "", body = ""] of text.matchAll(/<select[^>]*\bname="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
    // Of a list of which nothing need be chosen, nothing is.
    if (/^<select[^>]*\bmultiple/.test(tag) && !body.includes(" selected")) continue;
    const chosen = /<option value="([^"]*)"[^>]*\bselected/.exec(body) ?? /<option value="([^"]*)"/.exec(body);
    fields[name] = unescape(chosen?.[1] ?? "");
  }
  return fields;
}
