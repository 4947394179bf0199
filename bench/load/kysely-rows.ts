import type { Generated, Kysely } from "kysely";

import { bareReaders, type MessageRow, type UserRow, withMessages } from "./bare-rows.js";
import type { OrmContender } from "./orm-rows.js";

export interface Tables {
  bench_user: { id: Generated<number | string>; username: string };
  bench_message: {
    id: Generated<number | string>;
    author_id: number | string;
    text: string;
    likes: number;
    open: number | boolean;
    sent_at: number | Date;
  };
}

const columns = ["id", "author_id", "text", "likes", "open", "sent_at"] as const;

/** The same queries with kysely. `fresh` is a new message as the driver takes it. */
export function kyselyContender(
  db: Kysely<Tables>,
  fresh: () => { author_id: number; text: string; likes: number; open: number | boolean; sent_at: number | Date },
): OrmContender<MessageRow, UserRow> {
  const isOpen = fresh().open;
  return {
    ...bareReaders,
    getByPk: (id) => db.selectFrom("bench_message").select(columns).where("id", "=", id).executeTakeFirstOrThrow(),
    listJoin: () =>
      db
        .selectFrom("bench_message as m")
        .innerJoin("bench_user as u", "u.id", "m.author_id")
        .select(["m.id", "m.author_id", "m.text", "m.likes", "m.open", "m.sent_at", "u.id as user_id", "u.username"])
        .where("m.likes", "<", 10)
        .orderBy("m.id")
        .limit(100)
        .execute(),
    prefetch: async () => {
      const users = await db.selectFrom("bench_user").select(["id", "username"]).orderBy("id").limit(10).execute();
      const keys = users.map(({ id }) => id);
      const messages = await db.selectFrom("bench_message").select(columns).where("author_id", "in", keys).execute();
      return withMessages(users, messages);
    },
    filterOrder: () =>
      db
        .selectFrom("bench_message")
        .select(columns)
        .where("likes", ">=", 25)
        .where("open", "=", isOpen)
        .orderBy("likes", "desc")
        .orderBy("id")
        .limit(50)
        .execute(),
    aggregate: () =>
      db
        .selectFrom("bench_user as u")
        .leftJoin("bench_message as m", "m.author_id", "u.id")
        .select((eb) => ["u.id", "u.username", eb.fn.count<number>("m.id").as("n")])
        .groupBy("u.id")
        .orderBy("u.id")
        .limit(20)
        .execute(),
    insertOne: async () => {
      const { id } = await db.insertInto("bench_message").values(fresh()).returning("id").executeTakeFirstOrThrow();
      return Number(id);
    },
    bulkInsert: async () => {
      const rows = Array.from({ length: 1000 }, fresh);
      const made = await db.insertInto("bench_message").values(rows).returning("id").execute();
      return made.map(({ id }) => Number(id));
    },
    updateFilter: async (id) => {
      const { numUpdatedRows } = await db
        .updateTable("bench_message")
        .set({ likes: 3 })
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
  };
}
