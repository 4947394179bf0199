import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { nameWithTail, shortName } from "../../src/orm/schema/naming.js";

const name = fc.string({ unit: "binary", minLength: 1, maxLength: 80 });

describe("names that are made of others", () => {
  test("fit every database and end in no half of a character, whatever they are made of", () => {
    const property = fc.property(name, fc.array(name, { maxLength: 3 }), (table, columns) => {
      for (const made of [shortName(table, columns, "uniq"), nameWithTail(table, "_pkey")]) {
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
        // As the database gives it back.
        expect(Buffer.from(made).toString()).toBe(made);
      }
    });
    fc.assert(property);
  });

  test("keep as much as fits", () => {
    expect(nameWithTail("room", "_pkey")).toBe("room_pkey");
    expect(nameWithTail("a".repeat(63), "_pkey")).toBe(`${"a".repeat(58)}_pkey`);
    expect(nameWithTail(`${"a".repeat(55)}🎷`, "_pkey")).toBe(`${"a".repeat(55)}_pkey`);
    expect(nameWithTail(`${"a".repeat(54)}🎷`, "_pkey")).toBe(`${"a".repeat(54)}🎷_pkey`);
  });
});
