import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CookieInvalid, parseCookies, serializeCookie } from "hotclub/protocol";

const name = fc.string({ unit: fc.constantFrom(..."abcXYZ019!#$%&'*+-.^_`|~".split("")), minLength: 1, maxLength: 20 });

describe("cookies", () => {
  it("come back as they were set, whatever their values", () => {
    fc.assert(
      fc.property(name, fc.string({ unit: "grapheme", maxLength: 50 }), (name, value) => {
        const [pair = ""] = serializeCookie(name, value).split(";");
        expect([...parseCookies(pair)]).toEqual([[name, value]]);
      }),
    );
  });

  it("are kept safe unless something else is said", () => {
    expect(serializeCookie("a", "b")).toBe("a=b; Path=/; HttpOnly; SameSite=Lax");
  });

  it("say how they are kept", () => {
    const cookie = serializeCookie("a", "b c", {
      maxAgeS: 60,
      path: "/x",
      domain: "example.com",
      secure: true,
      httpOnly: false,
      sameSite: "none",
      partitioned: true,
    });
    expect(cookie).toMatch(
      /^a=b%20c; Max-Age=60; Domain=example\.com; Path=\/x; Expires=.* GMT; Secure; Partitioned; SameSite=None$/,
    );
  });

  it("cannot break out of their header", () => {
    for (const [name, value] of [
      ["a\r\nx", "b"],
      ["a;b", "c"],
      ["", "c"],
      ["a=b", "c"],
    ] as const) {
      expect(() => serializeCookie(name, value)).toThrow(CookieInvalid);
    }
    expect(serializeCookie("a", "b\r\nset-cookie: c=d")).toMatch(/^a=b%0D%0Aset-cookie%3A%20c%3Dd;/);
    expect(() => serializeCookie("a", "b", { path: "/\r\nx" })).toThrow(CookieInvalid);
    expect(() => serializeCookie("a", "b", { domain: "x; Secure" })).toThrow(CookieInvalid);
  });

  it("need TLS where browsers demand it", () => {
    expect(() => serializeCookie("a", "b", { sameSite: "none" })).toThrow("needs secure");
    expect(() => serializeCookie("a", "b", { partitioned: true })).toThrow("needs secure");
  });

  it("are read from any header without failing, the first of a name counting", () => {
    expect([...parseCookies('a=1; b="2"; a=3; =4; c; d=%zz')]).toEqual(
      expect.arrayContaining([
        ["a", "1"],
        ["d", "%zz"],
      ]),
    );
    expect(parseCookies(undefined).size).toBe(0);
    expect(parseCookies("__proto__=1; constructor=2").get("constructor")).toBe("2");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (header) => {
        expect(parseCookies(header).size).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
