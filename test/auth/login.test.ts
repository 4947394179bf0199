import { authenticate, User } from "hotclub/auth";
import type { TestSite } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openSite, rightFor, someone } from "./site.js";

let site: TestSite;
beforeEach(async () => {
  site = await openSite();
  await someone("django");
});
afterEach(() => site.close());

const anonymous = { name: "", isAuthenticated: false, tune: null };

describe("logging in and out", () => {
  test("a visitor is nobody until she logs in, and again when she has logged out", async () => {
    const client = site.client();
    expect((await client.get("/me/")).json()).toEqual(anonymous);
    expect((await client.post("/login/", rightFor("django"))).text).toBe("in");
    expect((await client.get("/me/")).json()).toEqual({ name: "django", isAuthenticated: true, tune: null });
    await client.post("/logout/");
    expect((await client.get("/me/")).json()).toEqual(anonymous);
    expect(client.cookies.headerFor(new URL("http://localhost/"))?.includes("session=") ?? false).toBe(false);
  });

  test("a wrong password and an unknown name are the same to who asks", async () => {
    const client = site.client();
    const wrong = await client.post("/login/", { json: { username: "django", password: "wrong" } });
    const unknown = await client.post("/login/", { json: { username: "nobody", password: "wrong" } });
    expect([wrong.status, wrong.text]).toEqual([unknown.status, unknown.text]);
    expect((await client.get("/me/")).json()).toEqual(anonymous);
  });

  test("names are found as Unicode means them, with spaces around them or not", async () => {
    await someone("ﬁnn");
    expect((await User.get({ username: "finn" })).username).toBe("finn");
    const found = await authenticate({ username: " ﬁnn ", password: "secret of ﬁnn" });
    expect(found?.username).toBe("finn");
  });

  test("who is not active cannot log in, and a session that she has is worth nothing", async () => {
    const client = site.client();
    await client.post("/login/", rightFor("django"));
    await User.filter({ username: "django" }).update({ isActive: false });
    expect((await client.get("/me/")).json()).toEqual(anonymous);
    expect((await client.post("/login/", rightFor("django"))).status).toBe(400);
  });

  test("lastLogin says when", async () => {
    expect((await User.get({ username: "django" })).lastLogin).toBeNull();
    await site.client().post("/login/", rightFor("django"));
    expect((await User.get({ username: "django" })).lastLogin).toBeInstanceOf(Date);
  });

  test("pages that do not ask who it is cost no query and say nothing of cookies", async () => {
    const client = site.client();
    await client.post("/login/", rightFor("django"));
    const plain = await client.get("/plain/");
    expect(plain.header("vary") ?? "").not.toContain("Cookie");
    expect((await client.get("/me/")).header("vary")).toContain("Cookie");
  });
});

describe("attacks", () => {
  test("a token that a visitor had before she logged in is worth nothing afterwards (fixation)", async () => {
    const attacker = site.client();
    await attacker.post("/me/");
    const victim = site.client();
    const planted = attacker.cookies.headerFor(new URL("http://localhost/")) ?? "";
    await victim.post("/login/", { ...rightFor("django"), headers: { cookie: planted } });
    expect((await victim.get("/me/")).json()).toMatchObject({ name: "django" });
    expect((await attacker.get("/me/")).json()).toEqual(anonymous);
  });

  test("what a user left in a session is not for who logs in after her", async () => {
    await someone("stephane");
    const client = site.client();
    await client.post("/login/", rightFor("django"));
    await client.post("/me/");
    await client.post("/login/", rightFor("stephane"));
    expect((await client.get("/me/")).json()).toEqual({ name: "stephane", isAuthenticated: true, tune: null });
  });

  test("what a visitor put into her session before she logged in stays hers", async () => {
    const client = site.client();
    await client.post("/me/");
    await client.post("/login/", rightFor("django"));
    expect((await client.get("/me/")).json()).toMatchObject({ name: "django", tune: "Nuages" });
  });

  test("a cookie that was changed, or made up, is nobody's", async () => {
    const client = site.client();
    await client.post("/login/", rightFor("django"));
    const token = /session=([^;]+)/.exec(client.cookies.headerFor(new URL("http://localhost/")) ?? "")?.[1] ?? "";
    for (const forged of [
      token.slice(0, -1) + (token.endsWith("A") ? "B" : "A"),
      "",
      "admin",
      `${token}%00`,
      "x".repeat(5000),
    ]) {
      const page = await site.client().get("/me/", { headers: { cookie: `session=${forged}` } });
      expect(page.json()).toEqual(anonymous);
    }
    expect((await site.client().get("/me/", { headers: { cookie: `session=${token}` } })).json()).toMatchObject({
      name: "django",
    });
  });

  test("a new password ends all other sessions, and not the one that it was changed in", async () => {
    const [here, elsewhere] = [site.client(), site.client()];
    await here.post("/login/", rightFor("django"));
    await elsewhere.post("/login/", rightFor("django"));
    expect((await here.post("/password/", { json: { password: "another one" } })).text).toBe("changed");
    expect((await here.get("/me/")).json()).toMatchObject({ name: "django" });
    expect((await elsewhere.get("/me/")).json()).toEqual(anonymous);
    expect(await authenticate({ username: "django", password: "another one" })).toBeDefined();
  });

  test("a user as JSON, or in a log, has no password", async () => {
    const { inspect } = await import("node:util");
    const user = await User.get({ username: "django" });
    expect(JSON.stringify(user)).toContain("django");
    expect(JSON.stringify(user) + inspect(user)).not.toContain("pbkdf2");
  });

  test("names that no database takes are nobody's", async () => {
    for (const username of ["dja\0ngo", "", "x".repeat(100_000), "'; drop table auth_user; --"]) {
      expect(await authenticate({ username, password: "x" })).toBeUndefined();
    }
    expect(await authenticate({ username: "django", password: "x".repeat(5000) })).toBeUndefined();
    expect(await authenticate({ username: "django" })).toBeUndefined();
  });
});
