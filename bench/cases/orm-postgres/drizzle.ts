import { and, asc, count, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { bigint, boolean, pgTable, text, timestamp, varchar } from "drizzle-orm/pg-core";
import postgres from "postgres";

import { newPostgresDatabase } from "../../load/orm-data.js";
import { drizzleReaders, grouped, type DrizzleMessage, type DrizzleUser } from "../../load/drizzle-rows.js";
import { type OrmContender, ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const key = () => bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity();
const user = pgTable("bench_user", { id: key(), username: varchar({ length: 40 }).notNull() });
const message = pgTable("bench_message", {
  id: key(),
  authorId: bigint("author_id", { mode: "number" }).notNull(),
  text: text().notNull(),
  likes: bigint({ mode: "number" }).notNull(),
  open: boolean().notNull(),
  sentAt: timestamp("sent_at", { precision: 3, withTimezone: true }).notNull(),
});
const db = drizzle(postgres(await newPostgresDatabase(), { max: 10, onnotice() {} }));
const fresh = () => ({ authorId: 1, text: "x", likes: 0, open: true, sentAt: new Date() });

// Prepared once and executed with values, as its documentation recommends for what is asked again and again: SQL is
// written once. Rows of which there are more or fewer cannot be.
const value = sql.placeholder;
const byKey = db
  .select()
  .from(message)
  .where(eq(message.id, value("id")))
  .prepare("by_key");
const listed = db
  .select()
  .from(message)
  .innerJoin(user, eq(user.id, message.authorId))
  .where(lt(message.likes, value("likes")))
  .orderBy(asc(message.id))
  .limit(100)
  .prepare("listed");
const firstUsers = db.select().from(user).orderBy(asc(user.id)).limit(10).prepare("first_users");
const ordered = db
  .select()
  .from(message)
  .where(and(gte(message.likes, value("likes")), eq(message.open, true)))
  .orderBy(desc(message.likes), asc(message.id))
  .limit(50)
  .prepare("ordered");
const counted = db
  .select({ id: user.id, username: user.username, n: count(message.id) })
  .from(user)
  .leftJoin(message, eq(message.authorId, user.id))
  .groupBy(user.id)
  .orderBy(asc(user.id))
  .limit(20)
  .prepare("counted");
const insert = db
  .insert(message)
  .values({
    authorId: value("authorId"),
    text: value("text"),
    likes: value("likes"),
    open: value("open"),
    sentAt: value("sentAt"),
  })
  .returning({ id: message.id })
  .prepare("insert");
const update = db
  .update(message)
  .set({ likes: sql`${value("likes")}` })
  .where(eq(message.id, value("id")))
  .prepare("update");

const contender: OrmContender<DrizzleMessage, DrizzleUser> = {
  ...drizzleReaders,
  getByPk: async (id) => (await byKey.execute({ id }))[0] as DrizzleMessage,
  listJoin: async () => {
    const rows = await listed.execute({ likes: 10 });
    return rows.map((row) => Object.assign(row.bench_message, { author: row.bench_user }));
  },
  prefetch: async () => {
    const users = await firstUsers.execute();
    const keys = users.map(({ id }) => id);
    return grouped(users, await db.select().from(message).where(inArray(message.authorId, keys)));
  },
  filterOrder: async () => ordered.execute({ likes: 25 }),
  aggregate: async () => counted.execute(),
  insertOne: async () => (await insert.execute(fresh()))[0]?.id ?? 0,
  bulkInsert: async () => {
    const rows = Array.from({ length: 1000 }, fresh);
    return (await db.insert(message).values(rows).returning({ id: message.id })).map(({ id }) => id);
  },
  updateFilter: async (id) => (await update.execute({ likes: 3, id })).count,
};

offerRows(ormRows(contender));
