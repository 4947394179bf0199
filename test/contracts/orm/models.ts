import { f, index, meta, Model, ModelBase, unique } from "hotclub/orm";

/** The models that the contract is tried on: relations forward and back, nullable and not, to others and to itself. */
export class User extends Model {
  username = f.char({ maxLength: 40, unique: true });
  nickname = f.char({ maxLength: 40, null: true });
  messages = f.reverse(() => Message, "author");
  rooms = f.reverse(() => Room, "owner");

  greet(): string {
    return `hello ${this.username}`;
  }
}

export class Category extends Model {
  name = f.char({ maxLength: 40 });
  parent = f.foreignKey(() => Category, { null: true, onDelete: "cascade" });
  children = f.reverse(() => Category, "parent");
  rooms = f.reverse(() => Room, "category");
  static meta = meta({ ordering: ["name"] });
}

export class Room extends Model<Room> {
  slug = f.slug({ unique: true });
  title = f.char({ maxLength: 80, default: "" });
  owner = f.foreignKey(() => User, { null: true, onDelete: "setNull" });
  category = f.foreignKey(() => Category, { null: true, onDelete: "protect" });
  isOpen = f.bool({ default: true });
  messages = f.reverse(() => Message, "room");
}

export class Message extends Model {
  room = f.foreignKey(() => Room, { onDelete: "cascade" });
  author = f.foreignKey(() => User, { onDelete: "cascade" });
  text = f.text({ maxLength: 200 });
  note = f.text({ null: true });
  likes = f.int({ default: 0 });
  score = f.int({ null: true });
  sentAt = f.dateTime({ autoNowAdd: true });
  static meta = meta<Message>({
    ordering: ["-sentAt", "-pk"],
    indexes: [index("room", "-sentAt")],
  });

  static recent(room: Room) {
    return this.filter({ room }).selectRelated("author").slice(0, 50);
  }
}

/** A model with a primary key of its own, and a rule over two fields. */
export class Flag extends ModelBase {
  code = f.char({ maxLength: 8, primaryKey: true });
  country = f.char({ maxLength: 40 });
  year = f.int({ min: 1, max: 3000 });
  static meta = meta({ constraints: [unique("country", "year")], dbTable: "flags" });
}

export const models = [User, Category, Room, Message, Flag];
