import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { closeDatabases, connectDatabase, createTables, databases } from "hotclub/orm";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Message, models, Room, User } from "../contracts/orm/models.js";

beforeAll(async () => {
  databases.set("default", await connectDatabase("sqlite::memory:"));
  await createTables(models);
});
afterAll(closeDatabases);

test("a row has its data as its own properties, and nothing else", async () => {
  const author = await User.create({ username: "u" });
  const room = await Room.create({ slug: "r" });
  await Message.create({ room, author, text: "x" });
  const read = await Message.get({ text: "x" });
  expect(Object.keys(read)).toEqual(["id", "room", "author", "text", "note", "likes", "score", "sentAt"]);
  // One slot beside the data, shared by all rows of a result.
  expect(Object.getOwnPropertySymbols(read)).toHaveLength(1);
  const [one, two] = [await Message.all(), await Message.all()];
  expect(Object.getOwnPropertySymbols(one[0]).map((key) => one[0]?.[key as never])).not.toEqual([two[0]]);
});

test("a row of eight fields takes less than 500 bytes, its date and references included", async () => {
  const author = await User.create({ username: "many" });
  const room = await Room.create({ slug: "many" });
  await Promise.all(Array.from({ length: 2000 }, () => Message.create({ room, author, text: "same" })));
  const set = Message.filter({ text: "same" });
  // Once for what is made at the first query.
  await set;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held: unknown[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 10; round++) held.push(await set);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / (10 * 2000);
  expect(held).toHaveLength(10);
  expect(bytes).toBeLessThan(500);
});
