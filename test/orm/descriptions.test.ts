import { describeModel, f, fieldOf, Model, type ModelClass } from "hotclub/orm";
import { expect, test } from "vitest";

class Shelf extends Model {
  name = f.char({ maxLength: 20, unique: true, null: false });
}
class Book extends Model {
  shelf = f.foreignKey(() => Shelf, { onDelete: "cascade", dbConstraint: true });
  slug = f.slug();
  writtenAt = f.dateTime({ autoNowAdd: true, dbColumn: "written" });
}

test("a model as data has its fields with the options that say something", () => {
  const { label, table, fields } = describeModel(Book);
  expect({ label, table }).toEqual({ label: "Book", table: "book" });
  expect(Object.fromEntries(fields)).toEqual({
    id: { type: "auto", options: { primaryKey: true } },
    shelf: { type: "foreignKey", options: { dbIndex: true, onDelete: "cascade" }, to: "Shelf" },
    slug: { type: "slug", options: { dbIndex: true, maxLength: 50 } },
    writtenAt: { type: "dateTime", options: { autoNowAdd: true, dbColumn: "written" } },
  });
});

test("a field made from its description has that description", () => {
  const models = new Map<string, ModelClass>([["Shelf", Shelf]]);
  for (const description of [...describeModel(Book).fields.values(), ...describeModel(Shelf).fields.values()]) {
    const made = fieldOf(description, (label) => models.get(label) ?? Shelf);
    if (description.type !== "foreignKey") expect(made?.describe()).toEqual(description);
    else expect(made?.typeName).toBe("foreignKey");
  }
  expect(fieldOf({ type: "unheardOf", options: {} }, () => Shelf)).toBeUndefined();
});
