import { bareReaders, columns, joined, type MessageRow, type UserRow, withMessages } from "../../load/bare-rows.js";
import { newSqliteFile, openSqlite } from "../../load/orm-data.js";
import { type OrmContender, ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const db = openSqlite(newSqliteFile());
const byKey = db.prepare<[number], MessageRow>(`SELECT ${columns} FROM bench_message WHERE id = ?`);
const list = db.prepare<[number], MessageRow>(
  `SELECT ${joined} FROM bench_message m JOIN bench_user u ON u.id = m.author_id WHERE m.likes < ? ORDER BY m.id LIMIT 100`,
);
const users = db.prepare<[], UserRow>("SELECT id, username FROM bench_user ORDER BY id LIMIT 10");
const messages = db.prepare<[string], MessageRow>(
  `SELECT ${columns} FROM bench_message WHERE author_id IN (SELECT value FROM json_each(?))`,
);
const ordered = db.prepare<[number, number], MessageRow>(
  `SELECT ${columns} FROM bench_message WHERE likes >= ? AND open = ? ORDER BY likes DESC, id LIMIT 50`,
);
const counted = db.prepare<[], UserRow>(
  "SELECT u.id, u.username, COUNT(m.id) AS n FROM bench_user u LEFT JOIN bench_message m ON m.author_id = u.id GROUP BY u.id ORDER BY u.id LIMIT 20",
);
const insert = db.prepare("INSERT INTO bench_message (author_id, text, likes, open, sent_at) VALUES (?, ?, ?, ?, ?)");
const insertMany = db.transaction((rows: readonly (readonly unknown[])[]) =>
  rows.map((row) => Number(insert.run(...row).lastInsertRowid)),
);
const update = db.prepare("UPDATE bench_message SET likes = ? WHERE id = ?");

const contender: OrmContender<MessageRow, UserRow> = {
  ...bareReaders,
  getByPk: async (id) => byKey.get(id) as MessageRow,
  listJoin: async () => list.all(10),
  prefetch: async () => {
    const found = users.all();
    return withMessages(found, messages.all(JSON.stringify(found.map(({ id }) => id))));
  },
  filterOrder: async () => ordered.all(25, 1),
  aggregate: async () => counted.all(),
  insertOne: async () => Number(insert.run(1, "x", 0, 1, Date.now()).lastInsertRowid),
  bulkInsert: async () => insertMany(Array.from({ length: 1000 }, () => [1, "x", 0, 1, Date.now()])),
  updateFilter: async (id) => update.run(3, id).changes,
};

offerRows(ormRows(contender));
