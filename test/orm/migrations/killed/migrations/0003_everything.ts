import {
  addConstraint,
  addField,
  addIndex,
  addIndexConcurrently,
  alterField,
  createModel,
  deleteModel,
  field,
  index,
  migration,
  removeField,
  removeIndex,
  renameField,
  renameModel,
  runSql,
  unique,
} from "hotclub/orm";

import { dying } from "../dying.js";

const isAtomic = process.env["STEPWISE"] !== "1";
const newest = index("-text");

export default migration({
  dependencies: ["shop.0002_rows"],
  atomic: isAtomic,
  operations: dying([
    alterField("Room", "size", field.int(), { fill: 0 }),
    addField("Room", "key", field.char({ maxLength: 40, unique: true }), { fill: () => crypto.randomUUID() }),
    renameModel("Room", "Hall"),
    renameField("Hall", "slug", "name"),
    removeField("Message", "draft", { fill: "" }),
    alterField("Message", "text", field.int()),
    renameField("Message", "room", "hall"),
    removeIndex("Message", index("hall", "-id")),
    addConstraint("Message", unique("hall", "text")),
    isAtomic ? addIndex("Message", newest) : addIndexConcurrently("Message", newest),
    createModel("Note", {
      fields: { id: field.auto(), message: field.foreignKey("shop.Message", { onDelete: "cascade" }) },
    }),
    runSql("UPDATE shop_hall SET size = size * 10", { reverse: "UPDATE shop_hall SET size = size / 10" }),
    deleteModel("Old"),
  ]),
});
