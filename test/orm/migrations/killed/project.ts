import { AppRegistry, defineApp } from "hotclub/core";
import { check, f, index, meta, Model, unique } from "hotclub/orm";

class Person extends Model {
  name = f.text();
}

class Hall extends Model {
  name = f.slug({ unique: true });
  size = f.int();
  key = f.char({ maxLength: 40, unique: true });
  people = f.manyToMany(() => Person);
  static meta = meta({ constraints: [check({ size__gte: 0 }).named("not_negative")] });
}

class Message extends Model {
  hall = f.foreignKey(() => Hall, { onDelete: "cascade" });
  text = f.int();
  static meta = meta({
    dbTable: "shop_words",
    indexes: [index("-text")],
    constraints: [unique("hall", "text")],
    ordering: ["text"],
  });
}

class Note extends Model {
  message = f.foreignKey(() => Message, { onDelete: "cascade" });
  readers = f.manyToMany(() => Person);
}

/** What the migrations beside it lead to; the last of them is killed at every statement. */
export const apps = new AppRegistry([
  defineApp({
    name: "shop",
    models: [Person, Hall, Message, Note],
    migrations: new URL("./migrations/", import.meta.url),
  }),
]);
