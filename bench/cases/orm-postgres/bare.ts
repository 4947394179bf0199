import postgres from "postgres";

import { bareReaders, columns, joined, type MessageRow, type UserRow, withMessages } from "../../load/bare-rows.js";
import { newPostgresDatabase } from "../../load/orm-data.js";
import { type OrmContender, ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const sql = postgres(await newPostgresDatabase(), { max: 10, onnotice() {} });

const contender: OrmContender<MessageRow, UserRow> = {
  ...bareReaders,
  getByPk: async (id) => {
    const [row] = await sql<MessageRow[]>`SELECT ${sql.unsafe(columns)} FROM bench_message WHERE id = ${id}`;
    return row as MessageRow;
  },
  listJoin: async () =>
    sql<MessageRow[]>`SELECT ${sql.unsafe(joined)} FROM bench_message m JOIN bench_user u ON u.id = m.author_id
      WHERE m.likes < ${10} ORDER BY m.id LIMIT 100`,
  prefetch: async () => {
    const users = await sql<UserRow[]>`SELECT id, username FROM bench_user ORDER BY id LIMIT 10`;
    const keys = users.map(({ id }) => Number(id));
    const messages = await sql<
      MessageRow[]
    >`SELECT ${sql.unsafe(columns)} FROM bench_message WHERE author_id = ANY (${keys})`;
    return withMessages(users, messages);
  },
  filterOrder: async () =>
    sql<MessageRow[]>`SELECT ${sql.unsafe(columns)} FROM bench_message
      WHERE likes >= ${25} AND open = ${true} ORDER BY likes DESC, id LIMIT 50`,
  aggregate: async () =>
    sql<UserRow[]>`SELECT u.id, u.username, COUNT(m.id) AS n FROM bench_user u
      LEFT JOIN bench_message m ON m.author_id = u.id GROUP BY u.id ORDER BY u.id LIMIT 20`,
  insertOne: async () => {
    const [row] = await sql<{ id: string }[]>`INSERT INTO bench_message (author_id, text, likes, open, sent_at)
      VALUES (${1}, ${"x"}, ${0}, ${true}, ${new Date()}) RETURNING id`;
    return Number(row?.id);
  },
  bulkInsert: async () => {
    const rows = Array.from({ length: 1000 }, () => ({
      author_id: 1,
      text: "x",
      likes: 0,
      open: true,
      sent_at: new Date(),
    }));
    const made = await sql<{ id: string }[]>`INSERT INTO bench_message ${sql(rows)} RETURNING id`;
    return made.map(({ id }) => Number(id));
  },
  updateFilter: async (id) => (await sql`UPDATE bench_message SET likes = ${3} WHERE id = ${id}`).count,
};

offerRows(ormRows(contender));
