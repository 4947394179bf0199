import { defineProject, defineSettings } from "hotclub";
import { f, index, meta, Model, unique } from "hotclub/orm";

class Hall extends Model {
  name = f.slug({ unique: true });
  size = f.int();
  key = f.char({ maxLength: 40, unique: true });
}

class Message extends Model {
  hall = f.foreignKey(() => Hall, { onDelete: "cascade" });
  text = f.int();
  static meta = meta({ indexes: [index("-text")], constraints: [unique("hall", "text")] });
}

class Note extends Model {
  message = f.foreignKey(() => Message, { onDelete: "cascade" });
}

/** What the migrations beside it lead to; the last of them is killed at every statement. */
export default defineProject({
  name: "shop",
  settings: defineSettings(),
  models: [Hall, Message, Note],
  migrations: new URL("./migrations/", import.meta.url),
});
