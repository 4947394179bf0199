import * as fc from "fast-check";
import { closeDatabases, Count, createTables, databases, Max, Min, Sum, type Expression } from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Message, models, Room, User } from "../contracts/orm/models.js";
import { engines } from "./engines.js";
import {
  aggregated,
  compareValues,
  evaluate,
  keepAll,
  valueAt,
  type AggregateName,
  type AskedAggregate,
  type AskedCondition,
  type AskedFilter,
  type AskedQuery,
  type Row,
} from "./naive-evaluator.js";

/** Queries for each set of rows. */
const perWorld = 50;

/** How many sets of rows for each database: 5,000 queries for all of them. */
const worlds: Readonly<Record<string, number>> = { "sqlite in memory": 50, postgres: 40, libsql: 10 };

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

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

const filter = (model: string): fc.Arbitrary<AskedFilter> =>
  fc.record({
    isNegated: fc.boolean(),
    conditions: fc.uniqueArray(condition(model), {
      minLength: 1,
      maxLength: 3,
      selector: ({ path, lookup }) => `${path.join(".")} ${lookup}`,
    }),
  });

/** What there is to aggregate: any path, numbers with all functions. */
function aggregate(model: string): fc.Arbitrary<AskedAggregate> {
  return fc.constantFrom(...(paths[model] ?? [])).chain(([path, kind]) => {
    const counting: AggregateName[] = ["count", "countDistinct"];
    const names: AggregateName[] =
      kind === "number" ? [...counting, "sum", "min", "max"] : kind === "text" ? [...counting, "min", "max"] : counting;
    return fc.record({
      name: fc.constantFrom(...names),
      path: fc.constant(path.split("__")),
      filter: fc.option(condition(model), { nil: undefined, freq: 3 }),
    });
  });
}

function query(model: string): fc.Arbitrary<AskedQuery> {
  const having = fc.record({
    isNegated: fc.boolean(),
    at: fc.constantFrom<0 | 1>(0, 1),
    lookup: fc.constantFrom("exact", "gt", "gte", "lt", "lte"),
    value: number,
  });
  return fc
    .record({
      annotations: fc.array(aggregate(model), { maxLength: 2 }),
      filters: fc.array(filter(model), { maxLength: 3 }),
      having: fc.array(having, { maxLength: 2 }),
      order: fc.uniqueArray(fc.constantFrom("n0", "-n1", ...(orders[model] ?? [])), { maxLength: 2 }),
      slice: fc.option(fc.tuple(fc.nat(3), fc.integer({ min: 3, max: 6 })), { nil: undefined }),
    })
    .map(withSense);
}

/** Without conditions on annotations that are none, or no numbers. */
function withSense(given: AskedQuery): AskedQuery {
  const { annotations, having, order } = given;
  const isNumber = (at: number): boolean => {
    const of = annotations[at];
    return of !== undefined && (/count|sum/.test(of.name) || /likes|score/.test(of.path.at(-1) ?? ""));
  };
  return {
    ...given,
    having: having.filter(({ at }) => isNumber(at)),
    order: order.filter((key) => !/n\d/.test(key) || Number(key.at(-1)) < annotations.length),
  };
}

/** Groups of rows by a value, or all of them as one. */
interface AskedGroups {
  readonly filters: readonly AskedFilter[];
  readonly by: string | undefined;
  readonly aggregates: readonly (readonly [name: AggregateName, path: string])[];
}

/** Paths that lead to one value. */
const single: Readonly<Record<string, readonly string[]>> = {
  User: ["nickname"],
  Room: ["title", "owner__nickname", "owner"],
  Message: ["text", "note", "likes", "score", "room__title", "room__owner__nickname", "author"],
};

function groups(model: string): fc.Arbitrary<AskedGroups> {
  const path = fc.constantFrom(...(single[model] ?? []));
  const one = path.chain((at) => {
    const names: AggregateName[] = /likes|score/.test(at) ? ["count", "countDistinct", "sum", "min", "max"] : ["count"];
    return fc.tuple(fc.constantFrom(...names), fc.constant(at));
  });
  return fc.record({
    filters: fc.array(filter(model), { maxLength: 2 }),
    by: fc.option(path, { nil: undefined }),
    aggregates: fc.array(one, { minLength: 1, maxLength: 3 }),
  });
}

const asked = fc.tuple(
  world,
  fc.array(
    fc
      .constantFrom("User", "Room", "Message")
      .chain((model) =>
        fc.oneof(
          { weight: 4, arbitrary: query(model).map((one) => ({ model, query: one, groups: undefined })) },
          { weight: 1, arbitrary: groups(model).map((one) => ({ model, query: undefined, groups: one })) },
        ),
      ),
    { minLength: perWorld, maxLength: perWorld },
  ),
);

/** Writes a world to the database, and gives it as rows that refer to each other. */
async function build({ users, rooms, messages }: World): Promise<Record<string, Row[]>> {
  for (const model of [Message, Room, User]) await model.all().delete();
  const savedUsers = await User.bulkCreate(users.map((user, at) => ({ username: `u${at}`, ...user })));
  const userRows = savedUsers.map(({ id, nickname }): Row => ({ id, nickname, messages: [], rooms: [] }));
  const owners = rooms.map(({ owner }) => (owner === null ? null : pick(userRows, owner)));
  const savedRooms = await Room.bulkCreate(
    rooms.map(({ title }, at) => ({ slug: `r${at}`, title, owner: owners[at]?.id ?? null })),
  );
  const roomRows = savedRooms.map(({ id, title }, at): Row => ({ id, title, owner: owners[at] ?? null, messages: [] }));
  for (const row of roomRows) ((row["owner"] as Row | null)?.["rooms"] as Row[] | undefined)?.push(row);
  const places = messages.map(({ room, author }) => ({ room: pick(roomRows, room), author: pick(userRows, author) }));
  const savedMessages = await Message.bulkCreate(
    messages.map(({ text, note, likes, score }, at) => {
      const { room, author } = places[at] ?? { room: { id: 0 }, author: { id: 0 } };
      return { text, note, likes, score, room: room.id, author: author.id };
    }),
  );
  const messageRows = savedMessages.map(({ id, text, note, likes, score }, at): Row =>
    Object.assign({ id, text, note, likes, score }, places[at]),
  );
  for (const row of messageRows) {
    for (const name of ["room", "author"]) ((row[name] as Row)["messages"] as Row[]).push(row);
  }
  return { User: userRows, Room: roomRows, Message: messageRows };
}

function pick(rows: readonly Row[], at: number): Row {
  const row = rows[at % rows.length];
  if (row === undefined) throw new Error("There are no rows to pick from.");
  return row;
}

const functions: Readonly<Record<AggregateName, (path: string, filter: object | undefined) => Expression>> = {
  count: (path, filter) => Count(path, filter === undefined ? {} : { filter }),
  countDistinct: (path, filter) => Count(path, filter === undefined ? { distinct: true } : { filter, distinct: true }),
  sum: (path, filter) => Sum(path, filter === undefined ? {} : { filter }),
  min: (path, filter) => Min(path, filter === undefined ? {} : { filter }),
  max: (path, filter) => Max(path, filter === undefined ? {} : { filter }),
};

const keyOf = ({ path, lookup }: AskedCondition): string => [...path, lookup].join("__");

function setOf(model: string) {
  return ({ User, Room, Message }[model] as typeof Message).all();
}

type AnySet = ReturnType<typeof setOf>;

function filtered(set: AnySet, filters: readonly AskedFilter[]): AnySet {
  return filters.reduce((narrowed, { isNegated, conditions }) => {
    const where = Object.fromEntries(conditions.map((one) => [keyOf(one), one.value]));
    return isNegated ? narrowed.exclude(where as never) : narrowed.filterBy(where);
  }, set);
}

async function ask(model: string, query: AskedQuery): Promise<{ found: unknown[]; count: number }> {
  const names = query.annotations.map((_, at) => `n${at}`);
  let set = setOf(model);
  if (names.length > 0) {
    const made = query.annotations.map(({ name, path, filter: one }, at) => {
      const where = one === undefined ? undefined : { [keyOf(one)]: one.value };
      return [names[at], functions[name](path.join("__"), where)];
    });
    set = set.annotate(Object.fromEntries(made) as never) as unknown as AnySet;
  }
  set = filtered(set, query.filters);
  for (const { isNegated, at, lookup, value } of query.having) {
    const where = { [`n${at}__${lookup}`]: value };
    set = isNegated ? set.exclude(where as never) : set.filterBy(where);
  }
  set = set.orderBy(...([...query.order, "pk"] as readonly string[]));
  if (query.slice !== undefined) set = set.slice(...query.slice);
  const [rows, count] = await Promise.all([set, set.count()]);
  const found = rows.map((row) => ["id", ...names].map((name) => (row as unknown as Record<string, unknown>)[name]));
  return { found, count };
}

async function askGroups(model: string, { filters, by, aggregates }: AskedGroups): Promise<unknown[]> {
  const set = filtered(setOf(model), filters);
  const made = Object.fromEntries(aggregates.map(([name, path], at) => [`n${at}`, functions[name](path, undefined)]));
  const read = (row: object): unknown[] => aggregates.map((_, at) => (row as Record<string, unknown>)[`n${at}`]);
  if (by === undefined) return [read(await set.aggregate(made as never))];
  const rows = await set
    .values(by as "text")
    .annotate(made as never)
    .orderBy(by as "text");
  return rows.map((row) => [(row as Record<string, unknown>)[by]].concat(read(row)));
}

function evaluateGroups(
  all: readonly Row[],
  { filters, by, aggregates }: AskedGroups,
  areNullsFirst: boolean,
): unknown[] {
  const rows = keepAll(all, filters);
  const of = (some: readonly Row[]): unknown[] =>
    aggregates.map(([name, path]) =>
      aggregated(
        name,
        some.map((row) => valueAt(row, path)),
      ),
    );
  if (by === undefined) return [of(rows)];
  const groups = groupedBy(rows, by);
  return [...groups]
    .sort(([a], [b]) => compareValues(a, b, areNullsFirst))
    .map(([value, members]) => [value].concat(of(members)));
}

function groupedBy(rows: readonly Row[], by: string): Map<unknown, Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) groups.set(valueAt(row, by), [...(groups.get(valueAt(row, by)) ?? []), row]);
  return groups;
}

for (const engine of engines.filter(({ name }) => name in worlds)) {
  describe(`random queries on ${engine.name}`, () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables(models);
    });
    afterAll(closeDatabases);

    test(
      `give the rows that a naive evaluator gives, in the same order (SEED=${seed})`,
      { timeout: 120_000 },
      async () => {
        const areNullsFirst = databases.get().engine === "sqlite";
        const property = fc.asyncProperty(asked, async ([given, queries]) => {
          const rows = await build(given);
          await Promise.all(
            queries.map(async ({ model, query: one, groups: grouped }) => {
              const all = rows[model] ?? [];
              if (one !== undefined) {
                const found = evaluate(all, one, areNullsFirst);
                expect({ one, ...(await ask(model, one)) }).toEqual({ one, found, count: found.length });
              } else {
                const found = evaluateGroups(all, grouped, areNullsFirst);
                expect({ grouped, found: await askGroups(model, grouped) }).toEqual({ grouped, found });
              }
            }),
          );
        });
        await fc.assert(property, { numRuns: worlds[engine.name] ?? 1, seed });
      },
    );
  });
}
