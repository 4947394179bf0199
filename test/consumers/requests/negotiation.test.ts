import { preferredEncoding, preferredLanguage, preferredType } from "hotclub/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("the media type that a client likes best", () => {
  it.each([
    ["no header", undefined, ["text/html", "application/json"], "text/html"],
    ["an empty header", "", ["text/html"], "text/html"],
    ["weights", "text/html;q=0.5, application/json", ["text/html", "application/json"], "application/json"],
    ["the order of the client", "application/json, text/html", ["text/html", "application/json"], "application/json"],
    ["the order on offer", "*/*", ["text/html", "application/json"], "text/html"],
    ["a whole kind", "image/*", ["text/html", "image/png"], "image/png"],
    ["a name before a kind", "text/*, text/plain", ["text/html", "text/plain"], "text/plain"],
    ["what the most exact says, also no", "text/*, text/html;q=0", ["text/html", "text/plain"], "text/plain"],
    ["nothing", "image/png", ["text/html"], undefined],
    ["nothing at all", "*/*;q=0", ["text/html"], undefined],
    ["parameters", 'text/html;level="1"', ["text/html", "text/html;level=1"], "text/html;level=1"],
    ["capitals", "TEXT/HTML", ["text/html"], "text/html"],
    [
      "a comma in quotes",
      'text/html;x=",application/json,", text/plain',
      ["application/json", "text/plain"],
      "text/plain",
    ],
    ["Java's", "text/html, image/gif, *; q=.2, */*; q=.2", ["application/json"], "application/json"],
    [
      "a browser's",
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      ["application/json", "text/html"],
      "text/html",
    ],
    ["a weight that is none", "text/html;q=2, text/plain", ["text/html", "text/plain"], "text/plain"],
  ] as const)("follows %s", (_what, header, offers, expected) => {
    expect(preferredType(header, offers)).toBe(expected);
  });

  it("is always one of those on offer, whatever the header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (header) => {
        const offers = ["text/html", "application/json"] as const;
        expect([...offers, undefined]).toContain(preferredType(header, offers));
        expect(["en", "de", undefined]).toContain(preferredLanguage(header, ["en", "de"]));
        expect(["br", "identity", undefined]).toContain(preferredEncoding(header, ["br", "identity"]));
      }),
    );
  });

  it("is the heaviest of those that are named", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.integer({ min: 0, max: 1000 })), (types, weights) => {
        const weighed = types.map((type) => ({ type, weight: (weights.next().value as number) / 1000 }));
        const header = weighed.map(({ type, weight }) => `${type};q=${weight.toFixed(3)}`).join(" , ");
        const heaviest = Math.max(...weighed.map(({ weight }) => weight));
        const expected = heaviest === 0 ? undefined : weighed.find(({ weight }) => weight === heaviest)?.type;
        expect(preferredType(header, types)).toBe(expected);
      }),
    );
  });
});

describe("the language that a client likes best", () => {
  it.each([
    ["de, en;q=0.5", ["en", "de"], "de"],
    ["en", ["en-GB"], "en-GB"],
    ["en-GB", ["en", "de"], "en"],
    ["en-GB, en;q=0.8", ["en-US", "en-GB"], "en-GB"],
    ["fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", ["de", "en"], "en"],
    ["fr", ["de"], undefined],
  ] as const)("of %s", (header, offers, expected) => {
    expect(preferredLanguage(header, offers)).toBe(expected);
  });
});

describe("the content coding that a client likes best", () => {
  it.each([
    [undefined, ["br", "identity"], "identity"],
    ["gzip, br", ["br", "gzip", "identity"], "gzip"],
    ["gzip;q=0.5, br;q=0.9", ["gzip", "br"], "br"],
    ["gzip;q=0", ["gzip", "identity"], "identity"],
    ["identity;q=0", ["identity"], undefined],
    ["*;q=0", ["gzip", "identity"], undefined],
    ["gzip, *;q=0", ["gzip", "identity"], "gzip"],
  ] as const)("of %s", (header, offers, expected) => {
    expect(preferredEncoding(header, offers)).toBe(expected);
  });
});
