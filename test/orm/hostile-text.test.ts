import * as fc from "fast-check";
import { closeDatabases, createTables, databases, f, meta, Model } from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { models, User } from "../contracts/orm/models.js";
import { engines } from "./engines.js";

const text = fc.string({
  unit: fc.constantFrom("%", "_", "\\", "*", "?", "[", "]", "^", "'", '"', "a", "A", "-", "é"),
});

/** Any name that databases keep: not empty, at most 63 bytes, without NUL. */
const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 15 })
  .filter((one) => Buffer.byteLength(one) <= 63 && !one.includes("\0") && !/^sqlite_/i.test(one));

for (const engine of engines) {
  describe(`hostile text on ${engine.name}`, () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables(models);
    });
    afterAll(closeDatabases);

    test("patterns match as JavaScript matches the same text", async () => {
      const property = fc.asyncProperty(text, text, async (stored, pattern) => {
        const { pk } = await User.create({ username: `u${Math.random()}`, nickname: stored.slice(0, 40) });
        const nickname = stored.slice(0, 40);
        const matches = (key: string) =>
          User.all()
            .filterBy({ pk, [key]: pattern })
            .exists();
        expect(await matches("nickname__contains"), "contains").toBe(nickname.includes(pattern));
        expect(await matches("nickname__startswith"), "startswith").toBe(nickname.startsWith(pattern));
        expect(await matches("nickname__endswith"), "endswith").toBe(nickname.endsWith(pattern));
        expect(await matches("nickname__exact"), "exact").toBe(nickname === pattern);
        const [a, b] = [asciiLower(nickname), asciiLower(pattern)];
        expect(await matches("nickname__icontains"), "icontains").toBe(a.includes(b));
        expect(await matches("nickname__istartswith"), "istartswith").toBe(a.startsWith(b));
        expect(await matches("nickname__iendswith"), "iendswith").toBe(a.endsWith(b));
        expect(await matches("nickname__iexact"), "iexact").toBe(a === b);
        expect(await User.filter({ pk, nickname__in: [nickname, pattern] }).exists()).toBe(true);
      });
      await fc.assert(property, { numRuns: 60 });
    });

    test("names of tables, columns and indexes are only names", async () => {
      let count = 0;
      const property = fc.asyncProperty(name, name, async (text, column) => {
        const table = `${count++}${Array.from(text).slice(0, 15).join("")}`;
        fc.pre(!["id", "other"].includes(column.toLowerCase()) && Buffer.byteLength(table) <= 63);
        class Hostile extends Model {
          value = f.char({ maxLength: 20, dbColumn: column, unique: true });
          other = f.int({ default: 0, dbIndex: true });
          static meta = meta({ dbTable: table });
        }
        await createTables([Hostile]);
        const row = await Hostile.create({ value: "x" });
        expect(await Hostile.filter({ value__contains: "x" }).orderBy("-value").update({ other: 2 })).toBe(1);
        expect((await row.refreshFromDb()).other).toBe(2);
        await expect(Hostile.create({ value: "x" })).rejects.toMatchObject({ fields: ["value"] });
        expect((await Hostile.all().delete()).count).toBe(1);
      });
      // Of four bytes each, so that names made of them are cut.
      const wide = "𝄞".repeat(14);
      await fc.assert(property, { numRuns: 20, examples: [[`a${wide}`, `${wide}\n)`]] });
    });

    test("any name in a query that is no field is refused before it is asked", () => {
      const property = fc.property(fc.string({ unit: "binary", minLength: 1 }), (path) => {
        fc.pre(
          !["username", "nickname", "id", "pk", "messages", "rooms"].includes(
            path.replace(/^-/, "").split("__")[0] ?? "",
          ),
        );
        fc.pre(path !== "?");
        expect(() => User.all().filterBy({ [path]: 1 })).toThrow(
          expect.objectContaining({ code: "ORM_UNKNOWN_FIELD" }),
        );
        expect(() => User.all().orderBy(path)).toThrow(expect.objectContaining({ code: "ORM_UNKNOWN_FIELD" }));
      });
      fc.assert(property, { numRuns: 200 });
    });
  });
}

/** What SQLite folds; PostgreSQL folds more, of which there is nothing here but é, which both leave apart from É. */
function asciiLower(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
