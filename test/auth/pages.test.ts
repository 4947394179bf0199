import { include } from "hotclub";
import { authRoutes, type AuthRoutesOptions, authenticate, User } from "hotclub/auth";
import { mailers, type MemoryMail } from "hotclub/mail";
import { PasswordHashes, Pbkdf2Hasher } from "hotclub/security";
import type { TestSite } from "hotclub/testing";
import { afterEach, describe, expect, test, vi } from "vitest";

import { openSite, rightFor, someone } from "./site.js";

let site: TestSite;
afterEach(() => site.close());

const open = async (options: AuthRoutesOptions = {}, more: Parameters<typeof openSite>[0] = {}) => {
  const late = include("/late/", authRoutes({ ...options, linkMaxAgeS: -1 }), { namespace: "late" });
  site = await openSite({ routes: [include("/accounts/", authRoutes(options)), late], ...more });
};
const browser = { accept: "text/html" };
const sent = () => (mailers.require().engine as MemoryMail).outbox;
const mail = () => vi.waitFor(() => sent().at(-1) ?? Promise.reject(new Error("no mail yet")), { timeout: 20_000 });
const linkIn = (text = "") => new URL(/https?:\/\/\S+\/link\/\S+/.exec(text)?.[0] ?? "http://none/").pathname;
const form = (username: string, password = `secret of ${username}`) => ({ form: { username, password } });

describe("the page to log in on", () => {
  test("shows a form whose fields are named to browsers and to people", async () => {
    await open();
    const page = await site.client().get("/accounts/login/", { headers: browser });
    expect(page.status).toBe(200);
    expect(page.text).toContain('autocomplete="username"');
    expect(page.text).toContain('autocomplete="current-password"');
    expect(page.text).toContain('href="/accounts/reset/"');
    expect(page.text).not.toContain("sign-up");
    expect(page.text).not.toMatch(/<style|style=|<script|onclick/);
    expect(page.header("cache-control")).toContain("no-store");
  });

  test("logs in, and sends on to where she was going, on this site only", async () => {
    await open({ afterLogin: "/me/" });
    await someone("django");
    const wrong = await site.client().post("/accounts/login/", form("django", "wrong"));
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain("do not belong together");
    expect(wrong.text).not.toContain('value="wrong"');
    expect((await site.client().post("/accounts/login/", form("django"))).location).toBe("/me/");
    const { form: fields } = form("django");
    expect((await site.client().post("/accounts/login/", { form: { ...fields, next: "/plain/?a=1" } })).location).toBe(
      "/plain/?a=1",
    );
    const elsewhere = [
      "https://evil.example/",
      "//evil.example",
      "\\\\evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "http:evil.example",
      "/\t/evil.example",
    ];
    for (const next of elsewhere) {
      expect((await site.client().post("/accounts/login/", { form: { ...fields, next } })).location).toBe("/me/");
      const page = await site.client().get("/accounts/login/", { query: { next }, headers: browser });
      expect(page.text).not.toContain("evil.example");
    }
  });

  test("answers the same, after the same work, whether there is such a user or not", async () => {
    let count = 0;
    class Counting extends Pbkdf2Hasher {
      override verify(password: string, encoded: string): Promise<boolean> {
        count += 1;
        return super.verify(password, encoded);
      }
    }
    await open({}, { passwords: new PasswordHashes([new Counting("pbkdf2_sha256", 1)]) });
    await someone("django");
    await someone("asleep", { isActive: false });
    await User.createUser({ username: "without" });
    const texts = new Set<string>();
    const counts: number[] = [];
    for (const name of ["django", "asleep", "without", "nobody"]) {
      count = 0;
      const page = await site.client().post("/accounts/login/", form(name, "wrong"));
      counts.push(count);
      texts.add(`${page.status} ${page.text.replaceAll(name, "NAME").replaceAll(/value="[\w-]{20,}"/g, "")}`);
    }
    expect(counts).toEqual([1, 1, 1, 1]);
    expect(texts.size).toBe(1);
  });

  test("allows so many wrong tries, whether there is such a user or not, and takes none of right ones", async () => {
    await open({}, { throttle: { perAccountAndAddress: 3 } });
    await someone("django");
    for (let i = 0; i < 5; i++) expect((await site.client().post("/accounts/login/", form("django"))).status).toBe(303);
    for (const name of ["django", "nobody"]) {
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++)
        statuses.push((await site.client().post("/accounts/login/", form(name, "wrong"))).status);
      expect(statuses).toEqual([422, 422, 422, 429]);
    }
    const refused = await site.client().post("/accounts/login/", form("django"));
    expect([refused.status, Number(refused.header("retry-after")) > 0]).toEqual([429, true]);
    expect(refused.text).toContain("too many tries");
    expect((await site.client({ address: "192.0.2.7" }).post("/accounts/login/", form("django"))).status).toBe(303);
  });

  test("is under CSRF: another site cannot log anybody in", async () => {
    await open();
    await someone("django");
    const page = await site
      .client()
      .post("/accounts/login/", { ...form("django"), headers: { origin: "https://evil.example" } });
    expect(page.status).toBe(403);
  });
});

describe("logging out", () => {
  test("needs a POST", async () => {
    await open({ afterLogout: "/plain/" });
    await someone("django");
    const client = site.client();
    await client.post("/login/", rightFor("django"));
    expect((await client.get("/accounts/logout/")).status).toBe(405);
    expect((await client.get("/me/")).json()).toMatchObject({ name: "django" });
    expect((await client.post("/accounts/logout/")).location).toBe("/plain/");
    expect((await client.get("/me/")).json()).toMatchObject({ name: "" });
  });
});

describe("changing the password", () => {
  test("asks for the old one, keeps the rules, and keeps this session alone", async () => {
    await open();
    await someone("django");
    const [client, other] = [site.client(), site.client()];
    expect((await client.get("/accounts/password/", { headers: browser })).location).toContain(
      "/accounts/login/?next=",
    );
    await client.post("/login/", rightFor("django"));
    await other.post("/login/", rightFor("django"));
    const change = (oldPassword: string, newPassword: string, again = newPassword) =>
      client.post("/accounts/password/", { form: { oldPassword, newPassword, again } });
    expect((await change("wrong", "manoir de mes reves")).text).toContain("not your password");
    expect((await change("secret of django", "django12")).text).toContain("too much like the user name");
    expect((await change("secret of django", "manoir de mes reves", "other")).text).toContain("not the same");
    expect((await change("secret of django", "manoir de mes reves")).location).toBe("/accounts/password/done/");
    expect((await client.get("/accounts/password/done/")).status).toBe(200);
    expect((await other.get("/me/")).json()).toMatchObject({ name: "" });
    expect(await authenticate({ username: "django", password: "manoir de mes reves" })).toBeDefined();
  });
});

describe("a forgotten password", () => {
  const ask = (email: string) => site.client().post("/accounts/reset/", { form: { email } });

  test("is replaced by way of a mail, whose link works once", async () => {
    await open();
    await someone("django");
    const answer = await ask("Django@Example.com");
    expect(answer.location).toBe("/accounts/reset/sent/");
    const { to, subject, text } = await mail();
    expect([to, subject]).toEqual([["django@example.com"], "Choose a new password for localhost"]);
    const link = linkIn(text);
    const client = site.client();
    expect((await client.get(link)).location).toBe("/accounts/reset/choose/");
    const page = await client.get("/accounts/reset/choose/");
    expect(page.text).not.toContain(link.split("/").at(-2));
    const choose = (newPassword: string) =>
      client.post("/accounts/reset/choose/", { form: { newPassword, again: newPassword } });
    expect((await choose("12345678")).status).toBe(422);
    expect((await choose("manoir de mes reves")).location).toBe("/accounts/reset/done/");
    expect((await client.get("/accounts/reset/done/")).status).toBe(200);
    expect(await authenticate({ username: "django", password: "manoir de mes reves" })).toBeDefined();
    expect((await site.client().get(link)).status).toBe(400);
    expect((await choose("another great one")).status).toBe(400);
  });

  test("cannot be replaced by a link that was changed, is too old, or is from before a login or a new address", async () => {
    await open();
    await someone("django");
    await ask("django@example.com");
    const link = linkIn((await mail()).text);
    const works = async () => (await site.client().get(link)).status === 303;
    expect(await works()).toBe(true);
    expect((await site.client().get(link.replace(/.(?=\/$)/, (last) => (last === "A" ? "B" : "A")))).status).toBe(400);
    expect((await site.client().get("/accounts/reset/link/x/")).status).toBe(400);
    expect((await site.client().get(link.replace("/accounts/", "/late/"))).status).toBe(400);
    await User.filter({ username: "django" }).update({ email: "other@example.com" });
    expect(await works()).toBe(false);
    await User.filter({ username: "django" }).update({ email: "django@example.com" });
    expect(await works()).toBe(true);
    await site.client().post("/login/", rightFor("django"));
    expect(await works()).toBe(false);
  });

  test("is answered the same whether there is such an account or not, and the request looks for none", async () => {
    await open();
    await someone("django");
    await User.createUser({ username: "without", email: "without@example.com" });
    await someone("asleep", { isActive: false });
    const answers = [];
    for (const email of ["nobody@example.com", "without@example.com", "asleep@example.com", "django@example.com"]) {
      const { status, location } = await ask(email);
      answers.push(`${status} ${location}`);
    }
    expect(new Set(answers).size).toBe(1);
    await mail();
    expect(sent().map(({ to }) => to)).toEqual([["django@example.com"]]);
  });

  test("sends no more mails to one address than it should, nor adds lines to them", async () => {
    await open({}, { throttle: { mailsPerAccount: 2 } });
    await someone("django");
    for (let i = 0; i < 5; i++) expect((await ask("django@example.com")).location).toBe("/accounts/reset/sent/");
    await vi.waitFor(() => expect(sent().length).toBe(2), { timeout: 20_000 });
    for (const email of [
      "django@example.com\r\nBcc: all@example.com",
      "django@example.com,eve@example.com",
      "a\0@example.com",
    ]) {
      expect((await ask(email)).status).toBe(422);
    }
  });

  test("of somebody with a name of several lines is a mail with one subject", async () => {
    await open();
    const user = await someone("django");
    await User.filter({ pk: user.pk }).update({ firstName: "D\r\nBcc: all@example.com", lastName: "<b>" });
    await ask("django@example.com");
    const { subject, text, bcc } = await mail();
    expect([subject, bcc]).toEqual(["Choose a new password for localhost", []]);
    expect(text).toContain("Hello D Bcc: all@example.com <b>,");
  });
});

describe("signing up", () => {
  const fields = {
    username: "stephane",
    email: "stephane@example.com",
    password: "minor swing 1937",
    again: "minor swing 1937",
  };

  test("is there only where the project says so", async () => {
    await open();
    expect((await site.client().get("/accounts/sign-up/")).status).toBe(404);
  });

  test("makes an account that can be used when the mail was answered", async () => {
    await open({ signUp: true });
    const client = site.client();
    expect((await client.get("/accounts/login/", { headers: browser })).text).toContain("/accounts/sign-up/");
    const answer = await client.post("/accounts/sign-up/", {
      form: { ...fields, isSuperuser: "1", isStaff: "on", isActive: "1", groups: "1" },
    });
    expect(answer.location).toBe("/accounts/sign-up/sent/");
    const user = await User.get({ username: "stephane" });
    expect([user.isActive, user.isStaff, user.isSuperuser]).toEqual([false, false, false]);
    expect((await client.post("/accounts/login/", form("stephane", fields.password))).status).toBe(422);
    const link = linkIn((await mail()).text);
    const asked = await client.get(link);
    expect(asked.text).toContain("stephane");
    expect((await User.get({ username: "stephane" })).isActive).toBe(false);
    expect((await client.post(link)).text).toContain("ready");
    expect((await client.post(link)).status).toBe(400);
    expect((await client.post("/accounts/login/", form("stephane", fields.password))).status).toBe(303);
  });

  test("says what is wrong, at its field", async () => {
    await open({ signUp: true });
    await someone("stephane");
    const page = async (more: object) =>
      (await site.client().post("/accounts/sign-up/", { form: { ...fields, ...more } })).text;
    expect(await page({})).toContain("taken already");
    expect(await page({ username: "ſtephane" })).toContain("taken already");
    expect(await page({ username: "no spaces please" })).toContain("letters, digits");
    expect(await page({ username: "new", again: "else" })).toContain("not the same");
    expect(await page({ username: "new", password: "password", again: "password" })).toContain("used by many people");
    expect(await User.count()).toBe(1);
  });

  test("without a mail logs in at once", async () => {
    await open({ signUp: { confirmMail: false }, afterLogin: "/me/" });
    const client = site.client();
    const { email: _, ...rest } = fields;
    expect((await client.post("/accounts/sign-up/", { form: { ...rest, email: "" } })).location).toBe("/me/");
    expect((await client.get("/me/")).json()).toMatchObject({ name: "stephane" });
  });
});
