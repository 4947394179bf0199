import { AbstractUser } from "hotclub/auth";
import { f, index, meta, Model, UniqueViolation } from "hotclub/orm";
import { storedFile } from "hotclub/storage";

/** Somebody with an account. */
export class Member extends AbstractUser {
  avatar = f.image({ blank: true, default: "" });
  rooms = f.reverse(() => Room, "owner");
  static override meta = meta({ ordering: ["username"] });
}

declare module "hotclub/auth" {
  interface AuthTypes {
    user: Member;
  }
}

export class Room extends Model {
  slug = f.slug({ unique: true });
  title = f.char({ maxLength: 80 });
  /** Who may change it; the rooms that guests have opened are nobody's. */
  owner = f.foreignKey(() => Member, { null: true, blank: true, onDelete: "setNull" });
  messages = f.reverse(() => Message, "room");
  static meta = meta({ ordering: ["title"] });

  /** The room of this slug, made where there is none. Of several that make it at once, one wins. */
  static async open(slug: string, title: string, owner: Member | null = null) {
    try {
      return await this.create({ slug, title, owner });
    } catch (error) {
      if (error instanceof UniqueViolation) return this.get({ slug });
      throw error;
    }
  }
}

export class Message extends Model {
  room = f.foreignKey(() => Room, { onDelete: "cascade" });
  author = f.char({ maxLength: 150 });
  /** The author's account, where she has one. */
  member = f.foreignKey(() => Member, { null: true, blank: true, onDelete: "setNull" });
  text = f.text({ maxLength: 2000 });
  sentAt = f.dateTime({ autoNowAdd: true });
  linkTitle = f.char({ maxLength: 200, default: "" });
  static meta = meta({ indexes: [index("room", "-id")] });

  /** What visitors see of it. */
  async shown() {
    const { id, author, text, sentAt, linkTitle } = this;
    const member = await this.member;
    const avatar = storedFile(member?.avatar ?? "")?.url ?? "";
    return { id, author, isMember: member !== null, avatar, text, sentAt: sentAt.toISOString(), linkTitle };
  }

  /** The newest messages of a room, oldest first. */
  static async recent(room: Room, count: number) {
    const newestFirst = await this.filter({ room }).selectRelated("member").orderBy("-id").slice(0, count);
    return newestFirst.toReversed();
  }
}
