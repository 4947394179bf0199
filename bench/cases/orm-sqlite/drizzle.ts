import { and, asc, count, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
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

// Prepared once and executed with values, as its documentation recommends for what is asked again and again: SQL is
// written once. Rows of which there are more or fewer cannot be.
const value = sql.placeholder;
const byKey = db
  .select()
  .from(message)
  .where(eq(message.id, value("id")))
  .prepare();
const listed = db
  .select()
  .from(message)
  .innerJoin(user, eq(user.id, message.authorId))
  .where(lt(message.likes, value("likes")))
  .orderBy(asc(message.id))
  .limit(100)
  .prepare();
const firstUsers = db.select().from(user).orderBy(asc(user.id)).limit(10).prepare();
const ordered = db
  .select()
  .from(message)
  .where(and(gte(message.likes, value("likes")), eq(message.open, true)))
  .orderBy(desc(message.likes), asc(message.id))
  .limit(50)
  .prepare();
const counted = db
  .select({ id: user.id, username: user.username, n: count(message.id) })
  .from(user)
  .leftJoin(message, eq(message.authorId, user.id))
  .groupBy(user.id)
  .orderBy(asc(user.id))
  .limit(20)
  .prepare();
const insert = db
  .insert(message)
  .values({
    authorId: value("authorId"),
    text: value("text"),
    likes: value("likes"),
    open: value("open"),
    sentAt: value("sentAt"),
  })
  .prepare();
const update = db
  .update(message)
  .set({ likes: sql`${value("likes")}` })
  .where(eq(message.id, value("id")))
  .prepare();

const contender: OrmContender<DrizzleMessage, DrizzleUser> = {
  ...drizzleReaders,
  getByPk: async (id) => byKey.all({ id })[0] as DrizzleMessage,
  listJoin: async () => {
    const rows = listed.all({ likes: 10 });
    return rows.map((row) => Object.assign(row.bench_message, { author: row.bench_user }));
  },
  prefetch: async () => {
    const users = firstUsers.all();
    const keys = users.map(({ id }) => id);
    return grouped(users, await db.select().from(message).where(inArray(message.authorId, keys)));
  },
  filterOrder: async () => ordered.all({ likes: 25 }),
  aggregate: async () => counted.all(),
  insertOne: async () => Number(insert.run(fresh()).lastInsertRowid),
  bulkInsert: async () => {
    const rows = Array.from({ length: 1000 }, fresh);
    return (await db.insert(message).values(rows).returning({ id: message.id })).map(({ id }) => id);
  },
  updateFilter: async (id) => update.run({ likes: 3, id }).changes,
};

offerRows(ormRows(contender));
