import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { adminApp, AdminSite, registerUsers } from "../../src/admin/index.js";
import { authApp, authentication, Group, User } from "../../src/auth/index.js";
import { include } from "../../src/consumers/index.js";
import { defineSettings } from "../../src/core/index.js";
import { defineProject } from "../../src/project/index.js";
import { PasswordHashes, Pbkdf2Hasher } from "../../src/security/index.js";
import { memorySessions, sessions, sessionsApp } from "../../src/sessions/index.js";
import { type TestClient, TestSite } from "../../src/testing/index.js";
import { fieldsOf, loggedIn, staff } from "./site.js";

let site: TestSite;
beforeEach(async () => {
  const admin = new AdminSite();
  registerUsers(admin);
  const passwords = new PasswordHashes([new Pbkdf2Hasher("pbkdf2_sha256", 1)]);
  const project = defineProject({
    name: "club",
    settings: defineSettings({}, { SECRET_KEY: "for tests only, and nowhere else", LOG_LEVEL: "silent" }),
    apps: [sessionsApp, authApp, adminApp(admin)],
    middleware: [sessions({ engine: memorySessions() }), authentication({ passwords })],
    routes: [include("/admin/", admin.routes, { namespace: "admin" })],
  });
  site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
});
afterEach(() => site.close());

const changeOf = (user: User): string => `/admin/auth/user/${String(user.pk)}/change/`;
const add = async (client: TestClient, values: Record<string, string>) => {
  const url = "/admin/auth/user/add/";
  return client.post(url, { form: { ...fieldsOf(await client.get(url)), ...values } });
};

describe("users in the admin", () => {
  test("are made without a password, and can be found", async () => {
    await staff("django");
    const client = await loggedIn(site, "django");
    expect((await add(client, { username: "stephane", email: "s@example.com" })).status).toBe(303);
    const made = await User.get({ username: "stephane" });
    expect([made.hasUsablePassword, made.isActive]).toEqual([false, true]);
    const list = await client.get("/admin/auth/user/?q=stephane&isStaff=no");
    expect(list.text).toContain("s@example.com");
  });

  test("nobody sees a password's hash, or sends one in", async () => {
    const django = await staff("django");
    const client = await loggedIn(site, "django");
    const page = await client.get(changeOf(django));
    expect(page.text).not.toContain(django.password);
    const form = { ...fieldsOf(page), password: "pbkdf2_sha256$1$x$y" };
    expect((await client.post(changeOf(django), { form })).status).toBe(303);
    expect((await User.get({ pk: django.pk })).password).toBe(django.password);
  });

  test("who is no superuser makes nobody mighty, herself least of all", async () => {
    await Group.create({ name: "mighty" });
    const clerk = await staff("clerk", ["auth.add_user", "auth.change_user"]);
    const client = await loggedIn(site, "clerk");
    const might = { isSuperuser: "on", isStaff: "on", groups: "1", userPermissions: "1", isActive: "on" };
    expect((await add(client, { username: "friend", ...might })).status).toBe(303);
    const friend = await User.get({ username: "friend" });
    expect([friend.isSuperuser, friend.isStaff, await friend.groups.count()]).toEqual([false, false, 0]);
    const form = { ...fieldsOf(await client.get(changeOf(clerk))), ...might };
    expect((await client.post(changeOf(clerk), { form })).status).toBe(303);
    const same = await User.get({ pk: clerk.pk });
    expect([same.isSuperuser, same.isStaff, await same.groups.count()]).toEqual([false, true, 0]);
  });
});
