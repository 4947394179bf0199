import { include } from "hotclub";
import { authRoutes, User } from "hotclub/auth";
import { mailers, type MemoryMail } from "hotclub/mail";
import { cookieSessions } from "hotclub/sessions";
import type { TestSite } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { openSite, rightFor, someone } from "./site.js";

let site: TestSite;
beforeEach(async () => {
  const routes = [include("/accounts/", authRoutes({ signUp: { confirmMail: false }, afterLogin: "/me/" }))];
  site = await openSite({ routes, engine: cookieSessions(["k".repeat(32)]) });
  await someone("django");
});
afterEach(() => site.close());

const sent = () => (mailers.require().engine as MemoryMail).outbox;
const fields = { password: "minor swing 1937", again: "minor swing 1937", email: "" };
const home = new URL("http://localhost/");

async function loggedIn() {
  const client = site.client();
  await client.post("/login/", rightFor("django"));
  return client;
}

const posts: readonly (readonly [path: string, form: Record<string, string>])[] = [
  ["/accounts/login/", { username: "django", password: "secret of django" }],
  ["/accounts/logout/", {}],
  ["/accounts/password/", { oldPassword: "secret of django", newPassword: "x", again: "x" }],
  ["/accounts/reset/", { email: "django@example.com" }],
  ["/accounts/reset/choose/", { newPassword: "x", again: "x" }],
  ["/accounts/sign-up/", { username: "eve", ...fields }],
  ["/accounts/sign-up/link/x/", {}],
];

describe("CSRF", () => {
  test.each(posts)("%s takes nothing that another site has a browser send", async (path, form) => {
    const client = await loggedIn();
    for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"]) {
      expect((await client.post(path, { form, headers: { origin } })).status).toBe(403);
    }
    expect((await client.get("/me/")).json()).toMatchObject({ name: "django" });
    expect([await User.count(), sent().length]).toEqual([1, 0]);
  });
});

describe("open redirects", () => {
  const elsewhere = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
  ];

  test.each(elsewhere)("no page of accounts leads to %j", async (next) => {
    const login = { username: "django", password: "secret of django", next };
    expect((await site.client().post("/accounts/login/", { form: login })).location).toBe("/me/");
    const signUp = { username: "eve", ...fields, next };
    expect((await site.client().post("/accounts/sign-up/", { form: signUp })).location).toBe("/me/");
    const client = await loggedIn();
    const left = await client.post("/accounts/logout/", { form: { next }, query: { next } });
    expect(left.location).not.toContain("evil");
    for (const path of ["login", "sign-up", "reset"]) {
      const page = await site.client().get(`/accounts/${path}/`, { query: { next } });
      expect(page.text).not.toMatch(/evil\.example|javascript:/);
    }
  });
});

test("header injection: no name or address that somebody gives begins a header of the response", async () => {
  for (const value of [
    "x\r\nset-cookie: session=evil",
    "x\nlocation: https://evil.example",
    "\u010d\u010aset-cookie: a=b",
  ]) {
    const form = { username: value, password: value, email: value, next: `/${value}` };
    for (const path of ["login", "sign-up", "reset"]) {
      const answer = await site.client().post(`/accounts/${path}/`, { form: { ...fields, ...form } });
      expect([200, 303, 400, 422]).toContain(answer.status);
      for (const [name, text] of answer.headers) {
        expect(`${name}: ${text}`).not.toMatch(/[\r\n]|session=evil/);
        expect(name === "location" ? new URL(text, home).host : home.host).toBe(home.host);
      }
    }
  }
});

test("a forged Host gets no mail whose link leads to it", async () => {
  const form = { email: "django@example.com" };
  for (const host of ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80"]) {
    const headers = { host, origin: `http://${host}` };
    expect((await site.client().post("/accounts/reset/", { form, headers })).status).toBe(400);
  }
  const forwarded = { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
  await site.client().post("/accounts/reset/", { form, headers: forwarded });
  await vi.waitFor(() => expect(sent()).toHaveLength(1), { timeout: 20_000 });
  expect(sent()[0]?.text).toContain("http://localhost/accounts/reset/link/");
  expect(sent()[0]?.text).not.toContain("evil");
});

test("mass assignment: what no form asks for is nobody's to give", async () => {
  const more = { isStaff: "on", isSuperuser: "1", isActive: "", pk: "1", id: "1", groups: "1", user_permissions: "1" };
  await site.client().post("/accounts/sign-up/", { form: { username: "eve", ...fields, ...more } });
  const eve = await User.get({ username: "eve" });
  expect([eve.isStaff, eve.isSuperuser, eve.isActive, await eve.groups.all().count()]).toEqual([false, false, true, 0]);
  const client = await loggedIn();
  const form = { oldPassword: "secret of django", newPassword: "minor swing 1937", again: "minor swing 1937", ...more };
  await client.post("/accounts/password/", { form: { ...form, username: "eve" } });
  const django = await User.get({ username: "django" });
  expect([django.isStaff, django.isSuperuser, django.isActive]).toEqual([false, false, true]);
  expect(await User.count()).toBe(2);
});

test("cookie tampering: a session that was changed, cut or put together of two is nobody's", async () => {
  const cookieOf = async (name: string) => {
    const client = site.client();
    await client.post("/login/", rightFor(name));
    return /session=([^;]+)/.exec(client.cookies.headerFor(home) ?? "")?.[1] ?? "";
  };
  await someone("boss", { isSuperuser: true });
  const [django, boss] = [await cookieOf("django"), await cookieOf("boss")];
  const who = async (session: string) =>
    ((await site.client().get("/me/", { headers: { cookie: `session=${session}` } })).json() as { name: string }).name;
  expect([await who(django), await who(boss)]).toEqual(["django", "boss"]);
  const at = boss.lastIndexOf(".") === -1 ? boss.length - 20 : boss.lastIndexOf(".");
  const forged = [
    boss.slice(0, at) + django.slice(at),
    boss.slice(0, at),
    boss.slice(1),
    `${boss}x`,
    `${django}.${boss}`,
    Buffer.from(JSON.stringify({ _login: { user: "1" } })).toString("base64url"),
    `${boss.slice(0, 5)}${boss[5] === "A" ? "B" : "A"}${boss.slice(6)}`,
  ];
  for (const session of forged) expect(await who(session)).toBe("");
});
