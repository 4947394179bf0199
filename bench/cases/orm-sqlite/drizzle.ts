import { and, asc, count, desc, eq, gte, inArray, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

import { newSqliteFile, openSqlite } from "../../load/orm-data.js";
import { drizzleReaders, grouped, type DrizzleMessage, type DrizzleUser } from "../../load/drizzle-rows.js";
import { type OrmContender, ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const user = sqliteTable("bench_user", {
  id: integer().primaryKey({ autoIncrement: true }),
  username: text().notNull(),
});
const message = sqliteTable("bench_message", {
  id: integer().primaryKey({ autoIncrement: true }),
  authorId: integer("author_id").notNull(),
  text: text().notNull(),
  likes: integer().notNull(),
  open: integer({ mode: "boolean" }).notNull(),
  sentAt: integer("sent_at", { mode: "timestamp_ms" }).notNull(),
});
const db = drizzle(openSqlite(newSqliteFile()));
const fresh = () => ({ authorId: 1, text: "x", likes: 0, open: true, sentAt: new Date() });

const contender: OrmContender<DrizzleMessage, DrizzleUser> = {
  ...drizzleReaders,
  getByPk: async (id) => (await db.select().from(message).where(eq(message.id, id)))[0] as DrizzleMessage,
  listJoin: async () => {
    const rows = await db
      .select()
      .from(message)
      .innerJoin(user, eq(user.id, message.authorId))
      .where(lt(message.likes, 10))
      .orderBy(asc(message.id))
      .limit(100);
    return rows.map((row) => Object.assign(row.bench_message, { author: row.bench_user }));
  },
  prefetch: async () => {
    const users = await db.select().from(user).orderBy(asc(user.id)).limit(10);
    const keys = users.map(({ id }) => id);
    return grouped(users, await db.select().from(message).where(inArray(message.authorId, keys)));
  },
  filterOrder: async () =>
    db
      .select()
      .from(message)
      .where(and(gte(message.likes, 25), eq(message.open, true)))
      .orderBy(desc(message.likes), asc(message.id))
      .limit(50),
  aggregate: async () =>
    db
      .select({ id: user.id, username: user.username, n: count(message.id) })
      .from(user)
      .leftJoin(message, eq(message.authorId, user.id))
      .groupBy(user.id)
      .orderBy(asc(user.id))
      .limit(20),
  insertOne: async () => Number((await db.insert(message).values(fresh())).lastInsertRowid),
  bulkInsert: async () => {
    const rows = Array.from({ length: 1000 }, fresh);
    return (await db.insert(message).values(rows).returning({ id: message.id })).map(({ id }) => id);
  },
  updateFilter: async (id) => (await db.update(message).set({ likes: 3 }).where(eq(message.id, id))).changes,
};

offerRows(ormRows(contender));
