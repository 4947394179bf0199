import fc from "fast-check";
import {
  BadSignature,
  SecretKeyMissing,
  Signer,
  signTimed,
  unsignTimed,
  useSecretKeys,
  ValueNotSignable,
} from "hotclub/core";
import { afterEach, describe, expect, it } from "vitest";

const signer = new Signer(["k".repeat(32)], "salt");

describe("a signer", () => {
  it("gives back every text that it signed, in characters that cookies and URLs allow", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const signed = signer.sign(text);
        expect(signed).toMatch(/^[\w.-]+$/);
        expect(signer.unsign(signed)).toBe(text);
      }),
    );
  });

  it("refuses a text of which any character was changed", () => {
    const signed = signer.sign("django");
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.constantFrom("a", "Z", "0", "."), (index, character) => {
        fc.pre(signed[index] !== character);
        const changed = signed.slice(0, index) + character + signed.slice(index + 1);
        expect(() => signer.unsign(changed)).toThrow(BadSignature);
      }),
    );
  });

  it("refuses what was signed with another key or for another use", () => {
    expect(() => new Signer(["x".repeat(32)], "salt").unsign(signer.sign("a"))).toThrow("changed");
    expect(() => new Signer(["k".repeat(32)], "other").unsign(signer.sign("a"))).toThrow("changed");
  });

  it("accepts what an old key signed, and signs with the new one", () => {
    const rotated = new Signer(["n".repeat(32), "k".repeat(32)], "salt");
    expect(rotated.unsign(signer.sign("a"))).toBe("a");
    expect(() => signer.unsign(rotated.sign("a"))).toThrow(BadSignature);
  });

  it("refuses what is older than it may be", () => {
    let now = 1_000_000_000_000;
    const timed = new Signer(["k".repeat(32)], "salt", () => now);
    const signed = timed.sign("a");
    now += 60_000;
    expect(timed.unsign(signed, { maxAgeS: 60 })).toBe("a");
    now += 1_000;
    expect(() => timed.unsign(signed, { maxAgeS: 60 })).toThrow("expired");
  });
});

describe("a signer of objects", () => {
  it("gives back all that JSON holds, deflated or not", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, compress) => {
        const signed = signer.signObject(value, { compress });
        expect(signed).toMatch(/^[\w.-]+$/);
        expect(signer.unsignObject(signed)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("deflates what becomes shorter by that, and nothing else", () => {
    const long = { text: "swing ".repeat(200) };
    expect(signer.signObject(long, { compress: true }).length).toBeLessThan(signer.signObject(long).length / 10);
    expect(signer.signObject(7, { compress: true })).toBe(signer.signObject(7));
  });

  it("refuses a text of which any character was changed, deflated or not", () => {
    for (const compress of [true, false]) {
      const signed = signer.signObject({ text: "minor ".repeat(40) }, { compress });
      fc.assert(
        fc.property(fc.nat(signed.length - 1), fc.constantFrom("a", "Z", "0", "."), (index, character) => {
          fc.pre(signed[index] !== character);
          const changed = signed.slice(0, index) + character + signed.slice(index + 1);
          expect(() => signer.unsignObject(changed)).toThrow(BadSignature);
        }),
      );
    }
  });

  it("takes no text for an object, and no deflated object for text", () => {
    expect(() => signer.unsignObject(signer.sign("django"))).toThrow("malformed");
    expect(() => signer.unsign(signer.signObject("a".repeat(99), { compress: true }))).toThrow("malformed");
  });

  it("refuses what JSON does not hold", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const value of [undefined, () => 1, circle, 1n]) {
      expect(() => signer.signObject(value)).toThrow(ValueNotSignable);
    }
  });
});

describe("what the project signs", () => {
  afterEach(() => void useSecretKeys([]));

  it("counts for its use, until it is too old", () => {
    useSecretKeys(["k".repeat(32)]);
    const signed = signTimed({ user: 7 }, { salt: "accounts.reset" });
    expect(unsignTimed(signed, { salt: "accounts.reset", maxAgeS: 60 })).toEqual({ user: 7 });
    expect(() => unsignTimed(signed, { salt: "accounts.mail", maxAgeS: 60 })).toThrow("changed");
    expect(() => unsignTimed(signed, { salt: "accounts.reset", maxAgeS: -1 })).toThrow("expired");
    expect(() => unsignTimed(signed, { salt: "accounts.reset", maxAgeS: Number.NaN })).toThrow("expired");
  });

  it("is still good after its key was replaced, as long as that is among the fallbacks", () => {
    useSecretKeys(["k".repeat(32)]);
    const signed = signTimed("a", { salt: "s" });
    expect(useSecretKeys(["n".repeat(32), "k".repeat(32)])).toEqual(["k".repeat(32)]);
    expect(unsignTimed(signed, { salt: "s", maxAgeS: 60 })).toBe("a");
    useSecretKeys(["n".repeat(32)]);
    expect(() => unsignTimed(signed, { salt: "s", maxAgeS: 60 })).toThrow(BadSignature);
  });

  it("cannot be made before a key is known", () => {
    expect(() => signTimed("a", { salt: "s" })).toThrow(SecretKeyMissing);
  });
});
