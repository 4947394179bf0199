import { Count, f, meta, Model } from "hotclub/orm";

import type { OrmContender } from "./orm-rows.js";

class User extends Model {
  username = f.char({ maxLength: 40 });
  messages = f.reverse(() => Message, "author");
  static meta = meta({ dbTable: "bench_user" });
}

class Message extends Model {
  author = f.foreignKey(() => User, { onDelete: "cascade" });
  text = f.text();
  likes = f.int({ default: 0 });
  open = f.bool({ default: true });
  sentAt = f.dateTime({ autoNowAdd: true });
  static meta = meta({ dbTable: "bench_message" });
}

/** What a project of Hotclub writes, on the default database. */
export function ourOrm(): OrmContender<Message, User> {
  return {
    getByPk: (id) => Message.get({ pk: id }),
    listJoin: async () => Message.filter({ likes__lt: 10 }).selectRelated("author").orderBy("pk").slice(0, 100),
    prefetch: async () => User.orderBy("pk").slice(0, 10).prefetchRelated("messages"),
    filterOrder: async () => Message.filter({ likes__gte: 25, open: true }).orderBy("-likes", "pk").slice(0, 50),
    aggregate: async () =>
      User.annotate({ n: Count("messages") })
        .orderBy("pk")
        .slice(0, 20),
    insertOne: async () => (await Message.create({ author: 1, text: "x" })).id,
    bulkInsert: async () => {
      const made = await Message.bulkCreate(Array.from({ length: 1000 }, () => ({ author: 1, text: "x" })));
      return made.map(({ id }) => id);
    },
    updateFilter: (id) => Message.filter({ pk: id }).update({ likes: 3 }),
    toMessage: ({ id, author, text, likes, open, sentAt }) => [id, author.id, text, likes, open, sentAt.getTime()],
    authorName: ({ author }) => (author as unknown as User).username,
    messagesOf: async (user) => [user.id, await user.messages],
    countOf: (user) => [user.id, (user as unknown as { n: number }).n],
  };
}
