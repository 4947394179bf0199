import { f, index, meta, Model, UniqueViolation } from "hotclub/orm";

export class Room extends Model {
  slug = f.slug({ unique: true });
  title = f.char({ maxLength: 80 });
  messages = f.reverse(() => Message, "room");
  static meta = meta({ ordering: ["title"] });

  /** The room of this slug, made where there is none. Of several that make it at once, one wins. */
  static async open(slug: string, title: string) {
    try {
      return await this.create({ slug, title });
    } catch (error) {
      if (error instanceof UniqueViolation) return this.get({ slug });
      throw error;
    }
  }
}

export class Message extends Model {
  room = f.foreignKey(() => Room, { onDelete: "cascade" });
  author = f.char({ maxLength: 40 });
  text = f.text({ maxLength: 2000 });
  sentAt = f.dateTime({ autoNowAdd: true });
  linkTitle = f.char({ maxLength: 200, default: "" });
  static meta = meta({ indexes: [index("room", "-id")] });

  /** What visitors see of it. */
  shown() {
    const { id, author, text, sentAt, linkTitle } = this;
    return { id, author, text, sentAt: sentAt.toISOString(), linkTitle };
  }

  /** The newest messages of a room, oldest first. */
  static async recent(room: Room, count: number) {
    const newestFirst = await this.filter({ room }).orderBy("-id").slice(0, count);
    return newestFirst.toReversed();
  }
}
