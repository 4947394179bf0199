import { defineProject, defineSettings, f, http, HttpConsumer, meta, Model } from "hotclub";
import {
  AbstractEmailUser,
  authApp,
  authenticate,
  authentication,
  Group,
  login,
  type User,
  userModel,
} from "hotclub/auth";
import { UniqueViolation } from "hotclub/orm";
import { memorySessions, sessions } from "hotclub/sessions";
import { TestSite } from "hotclub/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { quickPasswords } from "./site.js";

class Member extends AbstractEmailUser {
  instrument = f.char({ default: "guitar" });
  static override meta = meta({});
}

/** An app that knows nothing of the project's users. */
class Note extends Model {
  author = f.foreignKey(userModel, { onDelete: "cascade" });
  text = f.text();
}

class Home extends HttpConsumer {
  async get() {
    const user = await this.user;
    return this.text(
      user.isAuthenticated ? `${user.loginName} plays the ${(user as unknown as Member).instrument}` : "nobody",
    );
  }
  async post() {
    const user = await authenticate({ email: "Django@Example.com", password: "manoir" }, { scope: this.scope });
    if (user !== undefined) await login(this.scope, user);
    return this.text("done");
  }
}

let site: TestSite;
beforeAll(async () => {
  const project = defineProject({
    name: "club",
    settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" }),
    apps: [authApp],
    models: [Member, Note],
    swaps: { "auth.User": Member },
    middleware: [sessions({ engine: memorySessions() }), authentication({ passwords: quickPasswords() })],
    routes: [http("/", Home)],
  });
  site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
  await Member.createUser({ email: "Django@Example.com", password: "manoir", instrument: "banjo" });
});
afterAll(() => site.close());

test("users of the project's own model log in with what it says", async () => {
  const client = site.client();
  expect((await client.get("/")).text).toBe("nobody");
  await client.post("/");
  expect((await client.get("/")).text).toBe("django@example.com plays the banjo");
});

test("an address is one person's, in whatever letters", async () => {
  await expect(Member.createUser({ email: "DJANGO@example.com", password: "x" })).rejects.toBeInstanceOf(
    UniqueViolation,
  );
});

test("other apps refer to her without knowing of the model", async () => {
  expect(userModel()).toBe(Member);
  const author = (await Member.first()) as unknown as User;
  const note = await Note.create({ author, text: "hello" });
  expect(await (await Note.get({ pk: note.pk })).author).toBeInstanceOf(Member);
});

test("she has groups and permissions as any user", async () => {
  const band = await Group.create({ name: "band" });
  const member = await Member.createUser({ email: "joseph@example.com" });
  await member.groups.add(band);
  expect(await Member.filter({ groups: band }).count()).toBe(1);
  expect(member.hasUsablePassword).toBe(false);
  expect(await authenticate({ username: "joseph@example.com", password: "" })).toBeUndefined();
});

test("a superuser is made in one step", async () => {
  const boss = await Member.createSuperuser({ email: "boss@example.com", password: "x" });
  expect([boss.isStaff, boss.isSuperuser, await boss.hasPerm("club.add_note")]).toEqual([true, true, true]);
});
