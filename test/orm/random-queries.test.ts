import * as fc from "fast-check";
import { closeDatabases, createTables, databases } from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Message, models, Room, User } from "../contracts/orm/models.js";
import { engines } from "./engines.js";
import { evaluate, type AskedCondition, type AskedQuery, type Row } from "./naive-evaluator.js";

const word = fc.constantFrom("a", "A", "b", "ab", "aB", "%", "a_b", "");
const number = fc.integer({ min: -1, max: 3 });

interface World {
  readonly users: readonly { nickname: string | null }[];
  readonly rooms: readonly { title: string; owner: number | null }[];
  readonly messages: readonly {
    room: number;
    author: number;
    text: string;
    note: string | null;
    likes: number;
    score: number | null;
  }[];
}

const index = fc.nat(100);

/** A few rows that refer to each other in any way. */
const world: fc.Arbitrary<World> = fc.record({
  users: fc.array(fc.record({ nickname: fc.option(word) }), { minLength: 1, maxLength: 3 }),
  rooms: fc.array(fc.record({ title: word, owner: fc.option(index) }), { minLength: 1, maxLength: 4 }),
  messages: fc.array(
    fc.record({
      room: index,
      author: index,
      text: word,
      note: fc.option(word),
      likes: number,
      score: fc.option(number),
    }),
    { maxLength: 7 },
  ),
});

/** Where queries may go from each model: the path, and what is at its end. */
const paths: Readonly<Record<string, readonly (readonly [path: string, kind: "text" | "number" | "relation"])[]>> = {
  User: [
    ["nickname", "text"],
    ["messages", "relation"],
    ["messages__likes", "number"],
    ["messages__score", "number"],
    ["messages__note", "text"],
    ["messages__room__title", "text"],
    ["messages__room__owner__nickname", "text"],
    ["rooms__title", "text"],
    ["rooms__messages__text", "text"],
    ["rooms__messages__score", "number"],
  ],
  Room: [
    ["title", "text"],
    ["owner", "relation"],
    ["owner__nickname", "text"],
    ["owner__messages__likes", "number"],
    ["messages", "relation"],
    ["messages__text", "text"],
    ["messages__note", "text"],
    ["messages__likes", "number"],
    ["messages__score", "number"],
    ["messages__author__nickname", "text"],
    ["messages__author__rooms__title", "text"],
  ],
  Message: [
    ["text", "text"],
    ["note", "text"],
    ["likes", "number"],
    ["score", "number"],
    ["author__nickname", "text"],
    ["author__messages__score", "number"],
    ["room__title", "text"],
    ["room__owner", "relation"],
    ["room__owner__nickname", "text"],
    ["room__messages__note", "text"],
    ["room__owner__rooms__title", "text"],
  ],
};

const textLookups = ["exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"];
const orders: Readonly<Record<string, readonly string[]>> = {
  User: ["nickname", "-nickname"],
  Room: ["title", "-title", "owner__nickname", "-owner__nickname"],
  Message: ["text", "-note", "likes", "-score", "author__nickname", "-room__title", "room__owner__nickname"],
};

function condition(model: string): fc.Arbitrary<AskedCondition> {
  return fc.constantFrom(...(paths[model] ?? [])).chain(([path, kind]) => {
    const at = (lookup: string, value: fc.Arbitrary<unknown>) =>
      value.map((one) => ({ path: path.split("__"), lookup, value: one }));
    const isnull = at("isnull", fc.boolean());
    if (kind === "relation") return isnull;
    const value: fc.Arbitrary<string | number> = kind === "text" ? word : number;
    const compared = fc.constantFrom("exact", "gt", "gte", "lt", "lte").chain((lookup) => at(lookup, value));
    const listed = at("in", fc.array(value, { maxLength: 3 }));
    const ranged = at("range", fc.tuple(value, value));
    const nothing = at("exact", fc.constant(null));
    const matched = fc.constantFrom(...textLookups).chain((lookup) => at(lookup, word));
    return fc.oneof(compared, listed, ranged, nothing, isnull, kind === "text" ? matched : compared);
  });
}

function query(model: string): fc.Arbitrary<AskedQuery> {
  const conditions = fc.uniqueArray(condition(model), {
    minLength: 1,
    maxLength: 3,
    selector: ({ path, lookup }) => `${path.join(".")} ${lookup}`,
  });
  return fc.record({
    filters: fc.array(fc.record({ isNegated: fc.boolean(), conditions }), { maxLength: 3 }),
    order: fc.uniqueArray(fc.constantFrom(...(orders[model] ?? [])), { maxLength: 2 }),
    slice: fc.option(fc.tuple(fc.nat(3), fc.integer({ min: 3, max: 6 })), { nil: undefined }),
  });
}

const asked = fc.tuple(
  world,
  fc.array(
    fc.constantFrom("User", "Room", "Message").chain((model) => fc.tuple(fc.constant(model), query(model))),
    {
      minLength: 15,
      maxLength: 15,
    },
  ),
);

/** Writes a world to the database, and gives it as rows that refer to each other. */
async function build({ users, rooms, messages }: World): Promise<Record<string, Row[]>> {
  for (const model of [Message, Room, User]) await model.all().delete();
  const userRows: Row[] = [];
  for (const [at, user] of users.entries()) {
    const { id } = await User.create({ username: `u${at}`, ...user });
    userRows.push({ id, ...user, messages: [], rooms: [] });
  }
  const roomRows: Row[] = [];
  for (const [at, { title, owner }] of rooms.entries()) {
    const ownerRow = owner === null ? null : pick(userRows, owner);
    const { id } = await Room.create({ slug: `r${at}`, title, owner: ownerRow?.id ?? null });
    const row: Row = { id, title, owner: ownerRow, messages: [] };
    (ownerRow?.["rooms"] as Row[] | undefined)?.push(row);
    roomRows.push(row);
  }
  const messageRows: Row[] = [];
  for (const { room, author, ...values } of messages) {
    const [roomRow, authorRow] = [pick(roomRows, room), pick(userRows, author)];
    const { id } = await Message.create({ ...values, room: roomRow.id, author: authorRow.id });
    const row: Row = { id, ...values, room: roomRow, author: authorRow };
    (roomRow["messages"] as Row[]).push(row);
    (authorRow["messages"] as Row[]).push(row);
    messageRows.push(row);
  }
  return { User: userRows, Room: roomRows, Message: messageRows };
}

function pick(rows: readonly Row[], at: number): Row {
  const row = rows[at % rows.length];
  if (row === undefined) throw new Error("There are no rows to pick from.");
  return row;
}

async function ask(model: string, { filters, order, slice }: AskedQuery): Promise<{ ids: number[]; count: number }> {
  const start = { User, Room, Message }[model] as typeof Message;
  let set = start.all();
  for (const { isNegated, conditions } of filters) {
    const where = Object.fromEntries(
      conditions.map(({ path, lookup, value }) => [[...path, lookup].join("__"), value]),
    );
    set = isNegated ? set.exclude(where as never) : set.filterBy(where);
  }
  set = set.orderBy(...([...order, "pk"] as readonly string[]));
  if (slice !== undefined) set = set.slice(...slice);
  const rows = await set;
  return { ids: rows.map((row) => row.id), count: await set.count() };
}

for (const engine of engines.filter(({ name }) => name !== "sqlite")) {
  describe(`random queries on ${engine.name}`, () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables(models);
    });
    afterAll(closeDatabases);

    test("give the rows that a naive evaluator gives, in the same order", async () => {
      const areNullsFirst = databases.get().engine === "sqlite";
      const property = fc.asyncProperty(asked, async ([given, queries]) => {
        const rows = await build(given);
        for (const [model, one] of queries) {
          const ids = evaluate(rows[model] ?? [], one, areNullsFirst);
          expect(await ask(model, one)).toEqual({ ids, count: ids.length });
        }
      });
      await fc.assert(property, { numRuns: 30 });
    });
  });
}
