import {
  addConstraint,
  addConstraintNotValid,
  addField,
  addIndex,
  addIndexConcurrently,
  alterField,
  alterModelOptions,
  alterModelTable,
  check,
  createModel,
  deleteModel,
  field,
  index,
  migration,
  type Migration,
  removeConstraint,
  removeField,
  removeIndex,
  renameField,
  renameIndex,
  renameModel,
  runCode,
  runSql,
  separateDatabaseAndState,
  unique,
  validateConstraint,
} from "hotclub/orm";

import { dying, passed } from "./dying.js";

const newest = index("-text");
const notNegative = check({ size__gte: 0 }).named("not_negative");

/** A migration with an operation of each kind: in one transaction, or step by step. */
export function everything(isAtomic: boolean): Migration {
  // What it leads to does not depend on how often it was begun.
  const numberKeys = runCode(
    async ({ models }) => {
      for (const room of await models.get("Room").orderBy("id")) {
        room["key"] = `key-${String(room["id"])}`;
        await room.save();
        passed();
      }
    },
    { transactional: isAtomic },
  );

  return migration({
    dependencies: ["shop.0002_rows"],
    atomic: isAtomic,
    operations: dying([
      alterField("Room", "size", field.int(), { fill: 0 }),
      addField("Room", "key", field.char({ maxLength: 40, unique: true }), { fill: () => crypto.randomUUID() }),
      numberKeys,
      removeConstraint("Room", unique("slug", "size")),
      renameModel("Room", "Hall"),
      renameField("Hall", "slug", "name"),
      renameField("Hall", "members", "people"),
      renameModel("User", "Person"),
      removeField("Message", "draft", { fill: "" }),
      alterField("Message", "text", field.int()),
      renameField("Message", "room", "hall"),
      renameIndex("Message", index("hall", "-id").named("newest"), "latest"),
      removeIndex("Message", index("hall", "-id").named("latest")),
      addConstraint("Message", unique("hall", "text")),
      isAtomic ? addIndex("Message", newest) : addIndexConcurrently("Message", newest),
      createModel("Note", {
        fields: { id: field.auto(), message: field.foreignKey("shop.Message", { onDelete: "cascade" }) },
      }),
      addField("Note", "readers", field.manyToMany("shop.Person")),
      runSql("UPDATE shop_hall SET size = size * 10", { reverse: "UPDATE shop_hall SET size = size / 10" }),
      deleteModel("Old"),
      addConstraintNotValid("Hall", notNegative),
      validateConstraint("Hall", notNegative),
      separateDatabaseAndState({
        database: [alterModelTable("Message", "shop_words")],
        state: [alterModelTable("Message", "shop_words")],
      }),
      alterModelOptions("Message", { ordering: ["text"] }),
    ]),
  });
}
