import { defineProject, defineSettings, f, include, meta } from "hotclub";
import { AbstractEmailUser, authApp, authentication, authRoutes } from "hotclub/auth";
import { mailers, type MemoryMail } from "hotclub/mail";
import { Pbkdf2Hasher, PasswordHashes, passwordProblems } from "hotclub/security";
import { memorySessions, sessions } from "hotclub/sessions";
import { TestSite } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { postgresUrl } from "../services/index.js";

class Member extends AbstractEmailUser {
  instrument = f.char({ default: "guitar" });
  static override meta = meta({});
}

let hashes = 0;
class Counting extends Pbkdf2Hasher {
  override hash(password: string): Promise<string> {
    hashes += 1;
    return super.hash(password);
  }
}

let site: TestSite;
afterEach(() => site.close());

async function openClub(databaseUrl: string): Promise<void> {
  await passwordProblems("minor swing 1937");
  const project = defineProject({
    name: "club",
    settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" }),
    apps: [authApp],
    models: [Member],
    swaps: { "auth.User": Member },
    middleware: [
      sessions({ engine: memorySessions() }),
      authentication({ passwords: new PasswordHashes([new Counting("pbkdf2_sha256", 1)]) }),
    ],
    routes: [include("/accounts/", authRoutes({ signUp: true, afterLogin: "/accounts/password/" }))],
  });
  site = await TestSite.open(project, {
    databaseUrl,
    redisUrl: null,
    mailUrl: "memory:",
    mailFrom: "club@example.com",
  });
}

const sent = () => (mailers.require().engine as MemoryMail).outbox;
const mails = (count: number) =>
  vi.waitFor(() => (sent().length >= count ? sent() : Promise.reject(new Error("not yet"))), { timeout: 20_000 });
const linkIn = (text = "") => new URL(/https?:\/\/\S+\/link\/\S+/.exec(text)?.[0] ?? "http://none/").pathname;

const kindOf = (text = "") => (text.includes("/sign-up/link/") ? "confirm" : "taken");

function signUp(email: string, password = "minor swing 1937") {
  return site.client().post("/accounts/sign-up/", { form: { email, password, again: password } });
}

function logIn(username: string, password = "minor swing 1937") {
  return site.client().post("/accounts/login/", { form: { username, password } });
}

describe.each([
  ["SQLite", async (): Promise<string> => "sqlite::memory:"],
  ["PostgreSQL", postgresUrl],
])("with users who are called by their addresses, on %s", (_, databaseUrl) => {
  beforeEach(async () => openClub(await databaseUrl()));

  test("somebody signs up with her address, answers the mail, and logs in with it in any letters", async () => {
    const page = await site.client().get("/accounts/sign-up/");
    expect(page.text).toContain('name="email"');
    expect(page.text).not.toContain('name="username"');
    const answer = await signUp("Django@Example.com");
    expect(answer.location).toBe("/accounts/sign-up/sent/");
    const [mail] = await mails(1);
    expect(mail?.to).toEqual(["django@example.com"]);
    expect((await logIn("django@example.com")).status).toBe(422);
    const link = linkIn(mail?.text);
    expect((await site.client().get(link)).text).toContain("django@example.com");
    expect((await site.client().post(link)).text).toContain("ready");
    for (const name of ["django@example.com", "DJANGO@EXAMPLE.COM", " Django@Example.com "])
      expect((await logIn(name)).location).toBe("/accounts/password/");
    expect((await logIn("django@example.com", "Minor Swing 1937")).status).toBe(422);
    expect((await site.client().get("/accounts/login/")).text).toContain("E-mail address");
  });

  test("she chooses a new password by way of a mail, whatever letters she asks with", async () => {
    await Member.createUser({ email: "Django@Example.com", password: "forgotten long ago" });
    const asked = await site.client().post("/accounts/reset/", { form: { email: "DJANGO@example.COM" } });
    expect(asked.location).toBe("/accounts/reset/sent/");
    const [mail] = await mails(1);
    expect(mail?.to).toEqual(["django@example.com"]);
    const client = site.client();
    await client.get(linkIn(mail?.text));
    const newPassword = "nuages over paris";
    expect((await client.post("/accounts/reset/choose/", { form: { newPassword, again: newPassword } })).status).toBe(
      303,
    );
    expect((await logIn("Django@example.com", newPassword)).status).toBe(303);
    expect((await logIn("Django@example.com", "forgotten long ago")).status).toBe(422);
  });

  test("who signs up with an address that has an account learns nothing of it; its owner does", async () => {
    await Member.createUser({ email: "django@example.com", password: "mine alone" });
    const answers = [];
    for (const email of ["DJANGO@Example.com", "stephane@example.com"]) {
      hashes = 0;
      const { status, location, text } = await signUp(email);
      answers.push({ status, location, text, hashes });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 303, location: "/accounts/sign-up/sent/", hashes: 1 });
    const kinds = (await mails(2)).map(({ to, text }) => `${kindOf(text)} ${JSON.stringify(to)}`);
    expect(new Set(kinds)).toEqual(new Set(['taken ["django@example.com"]', 'confirm ["stephane@example.com"]']));
    expect(await Member.count()).toBe(2);
    expect((await logIn("django@example.com", "mine alone")).status).toBe(303);
    expect((await logIn("django@example.com")).status).toBe(422);
  });

  test("two who sign up with one address at the same time make one account", async () => {
    const answers = await Promise.all(["django@example.com", "Django@Example.Com"].map((email) => signUp(email)));
    expect(answers.map(({ location }) => location)).toEqual(["/accounts/sign-up/sent/", "/accounts/sign-up/sent/"]);
    expect(await Member.count()).toBe(1);
  });

  test("who lost the first mail signs up again and gets it again, for the account and the password of the first time", async () => {
    await signUp("django@example.com");
    await mails(1);
    expect((await signUp("django@example.com", "another great one")).location).toBe("/accounts/sign-up/sent/");
    const again = (await mails(2))[1];
    expect(kindOf(again?.text)).toBe("confirm");
    expect((await site.client().post(linkIn(again?.text))).text).toContain("ready");
    expect((await logIn("django@example.com")).status).toBe(303);
    expect((await logIn("django@example.com", "another great one")).status).toBe(422);
  });
});
