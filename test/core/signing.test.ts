import fc from "fast-check";
import { BadSignature, Signer } from "hotclub/core";
import { describe, expect, it } from "vitest";

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
