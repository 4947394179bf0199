import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { jsonText } from "../../src/consumers/json-text.js";

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

describe("the JSON of a message that many pass on", () => {
  it("is that of JSON.stringify, for what can change and what cannot", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, isFrozen) => {
        const given = isFrozen ? freeze(value) : value;
        expect(jsonText(given)).toBe(JSON.stringify(given));
        expect(jsonText(given)).toBe(JSON.stringify(given));
      }),
    );
  });

  it("follows every change of what can change somewhere inside", () => {
    const inner = { count: 1 };
    const date = new Date(0);
    const shallow = Object.freeze({ inner });
    const dated = Object.freeze({ date });
    expect([jsonText(shallow), jsonText(dated)]).toEqual([
      '{"inner":{"count":1}}',
      '{"date":"1970-01-01T00:00:00.000Z"}',
    ]);
    inner.count = 2;
    date.setTime(1000);
    expect([jsonText(shallow), jsonText(dated)]).toEqual([
      '{"inner":{"count":2}}',
      '{"date":"1970-01-01T00:00:01.000Z"}',
    ]);
  });

  it("is none for what has none", () => {
    expect(jsonText(undefined)).toBeUndefined();
    expect(jsonText(Object.freeze({ toJSON: () => undefined }))).toBeUndefined();
  });
});
