import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

import * as fc from "fast-check";
import {
  Avg,
  closeDatabases,
  connectDatabase,
  Count,
  createTables,
  databases,
  Exists,
  F,
  Max,
  Min,
  OuterRef,
  Q,
  Subquery,
  Sum,
  type Condition,
  type Expression,
  type QuerySet,
} from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Category, Message, models, Room, User } from "../contracts/orm/models.js";
import { newSqliteFile } from "./engines.js";

/** A condition, an expression and a query as plain data, which both sides understand. See django-oracle.py. */
type Value =
  | string
  | number
  | boolean
  | null
  | readonly (string | number)[]
  | { F: string }
  | { outer: string }
  | { query: Spec };
type ConditionSpec =
  | readonly ["is", string, Value]
  | readonly ["exists", Spec]
  | readonly ["not", ConditionSpec]
  | readonly ["and" | "or" | "xor", readonly ConditionSpec[]];
type ExpressionSpec =
  | readonly ["F", string]
  | readonly ["subquery", Spec]
  | readonly ["Count" | "Sum" | "Max" | "Min" | "Avg", string, { distinct?: boolean; filter?: ConditionSpec }];
type Step =
  | readonly ["filter", ConditionSpec]
  | readonly ["where" | "exclude", readonly (readonly [string, Value])[]]
  | readonly ["annotate", readonly (readonly [string, ExpressionSpec])[]]
  | readonly ["values", readonly string[]]
  | readonly ["order", readonly string[]]
  | readonly ["distinct"]
  | readonly ["slice", number, number]
  | readonly ["union", Spec];
interface Spec {
  readonly model: string;
  readonly steps: readonly Step[];
  readonly ask: "rows" | "count" | "exists" | "aggregate";
  readonly names: readonly string[];
  readonly aggregates?: readonly (readonly [string, ExpressionSpec])[];
}

/** The Python that has Django: `DJANGO_PYTHON=/path/to/venv/bin/python npm run test:django`. */
const python = process.env["DJANGO_PYTHON"] ?? "python3";
const version = spawnSync(python, ["-c", "import django; print(django.get_version())"], { encoding: "utf8" });
const hasDjango = version.status === 0 && Number(version.stdout.split(".")[0]) >= 5;

const word = fc.constantFrom("a", "b", "ab", "ba", "%", "");
const number = fc.integer({ min: -1, max: 3 });

const paths: Readonly<Record<string, readonly (readonly [string, "text" | "number" | "relation"])[]>> = {
  User: [
    ["nickname", "text"],
    ["messages", "relation"],
    ["messages__likes", "number"],
    ["messages__score", "number"],
    ["messages__note", "text"],
    ["messages__room__title", "text"],
    ["rooms__title", "text"],
    ["rooms__messages__score", "number"],
  ],
  Room: [
    ["title", "text"],
    ["owner", "relation"],
    ["owner__nickname", "text"],
    ["owner__messages__likes", "number"],
    ["messages", "relation"],
    ["messages__note", "text"],
    ["messages__likes", "number"],
    ["messages__score", "number"],
    ["messages__author__nickname", "text"],
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
  ],
};

const modelName = fc.constantFrom("User", "Room", "Message");

function comparison(model: string): fc.Arbitrary<readonly [string, Value]> {
  return fc.constantFrom(...(paths[model] ?? [])).chain(([path, kind]) => {
    const at = <V extends Value>(lookup: string, value: fc.Arbitrary<V>): fc.Arbitrary<readonly [string, Value]> =>
      value.map((one) => [lookup === "" ? path : `${path}__${lookup}`, one] as const);
    const isnull = at("isnull", fc.boolean());
    if (kind === "relation") return isnull;
    const value: fc.Arbitrary<string | number> = kind === "text" ? word : number;
    const same = (paths[model] ?? []).filter(([, other]) => other === kind).map(([other]) => other);
    return fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("", "gt", "gte", "lt", "lte").chain((lookup) => at(lookup, value)) },
      at("in", fc.array(value, { maxLength: 3 })),
      at("", fc.constant(null)),
      isnull,
      fc.constantFrom("", "gt", "lte").chain((lookup) =>
        at(
          lookup,
          fc.constantFrom(...same).map((other) => ({ F: other })),
        ),
      ),
    );
  });
}

function condition(model: string, depth: number): fc.Arbitrary<ConditionSpec> {
  const is = comparison(model).map(([path, value]) => ["is", path, value] as const);
  if (depth === 0) return is;
  const inner = condition(model, depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: is },
    inner.map((one) => ["not", one] as const),
    fc
      .tuple(fc.constantFrom("and", "or", "or", "xor"), fc.array(inner, { minLength: 2, maxLength: 3 }))
      .map(([kind, items]) => [kind, items] as const),
    outerQuery(model).map((query) => ["exists", query] as const),
  );
}

/** Rows of another model that belong to the row around them. */
function outerQuery(model: string): fc.Arbitrary<Spec> {
  const [inner = "", path = ""] = {
    User: ["Message", "author"],
    Room: ["Message", "room"],
    Message: ["Room", "messages"],
  }[model] ?? ["Room", "messages"];
  return fc.array(comparison(inner), { maxLength: 1 }).map((more) => ({
    model: inner,
    steps: [
      ["where", [[path, { outer: "pk" }] as const]],
      ["where", more],
    ] as const,
    ask: "rows" as const,
    names: [],
  }));
}

function aggregate(model: string): fc.Arbitrary<ExpressionSpec> {
  const ends = paths[model] ?? [];
  const numbers = ends.filter(([, kind]) => kind === "number").map(([path]) => path);
  const filter = fc.option(condition(model, 0), { nil: undefined, freq: 4 });
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(...ends.map(([path]) => path)), fc.boolean(), filter)
      .map(
        ([path, distinct, one]) => ["Count", path, { distinct, ...(one !== undefined && { filter: one }) }] as const,
      ),
    fc
      .tuple(fc.constantFrom("Sum", "Max", "Min", "Avg" as const), fc.constantFrom(...numbers), filter)
      .map(([name, path, one]) => [name as "Sum", path, one === undefined ? {} : { filter: one }] as const),
  );
}

const plainPaths: Readonly<Record<string, readonly string[]>> = {
  User: ["nickname", "rooms__title", "messages__likes"],
  Room: ["title", "owner", "owner__nickname", "messages__score"],
  Message: ["text", "note", "likes", "room", "author__nickname", "room__owner__nickname"],
};

const spec: fc.Arbitrary<Spec> = modelName.chain((model) => {
  const where = fc.uniqueArray(comparison(model), { minLength: 1, maxLength: 3, selector: ([path]) => path });
  const narrowing: fc.Arbitrary<Step> = fc.oneof(
    condition(model, 2).map((one) => ["filter", one] as const),
    where.map((one) => ["where", one] as const),
    where.map((one) => ["exclude", one] as const),
  );
  const shape = fc.record({
    before: fc.array(narrowing, { maxLength: 2 }),
    values: fc.option(fc.uniqueArray(fc.constantFrom(...(plainPaths[model] ?? [])), { minLength: 1, maxLength: 2 }), {
      nil: undefined,
    }),
    annotation: fc.option(
      fc.oneof(
        aggregate(model),
        fc.constantFrom(...(plainPaths[model] ?? [])).map((path) => ["F", path] as const),
      ),
      { nil: undefined },
    ),
    onAnnotation: fc.option(fc.tuple(fc.constantFrom("n", "n__gt", "n__lte"), number, fc.boolean()), {
      nil: undefined,
    }),
    after: fc.array(narrowing, { maxLength: 1 }),
    order: fc.option(
      fc.uniqueArray(
        fc.constantFrom(
          ...(plainPaths[model] ?? []).filter((path) => !path.includes("owner") || path.endsWith("nickname")),
        ),
        { maxLength: 2 },
      ),
      { nil: undefined },
    ),
    distinct: fc.boolean(),
    union: fc.option(fc.array(narrowing, { maxLength: 1 }), { nil: undefined, freq: 6 }),
    ask: fc.constantFrom("rows", "rows", "rows", "count", "exists", "aggregate" as const),
    aggregates: fc.array(aggregate(model), { minLength: 1, maxLength: 2 }),
  });
  return shape.map((one): Spec => {
    const steps: Step[] = one.before.slice();
    const names: string[] = [];
    if (one.values !== undefined) steps.push(["values", one.values]);
    if (one.annotation !== undefined) {
      steps.push(["annotate", [["n", one.annotation]]]);
      names.push("n");
      const isNumber = one.annotation[0] !== "F" || /likes|score/.test(one.annotation[1]);
      if (one.onAnnotation !== undefined && isNumber) {
        const [path, value, isNegated] = one.onAnnotation;
        steps.push([isNegated ? "exclude" : "where", [[path, value]]]);
      }
    }
    steps.push(...one.after);
    if (one.order !== undefined) steps.push(["order", one.order]);
    if (one.distinct) steps.push(["distinct"]);
    const isPlain = one.values === undefined && one.annotation === undefined;
    if (one.union !== undefined && isPlain && one.ask !== "aggregate") {
      steps.push(["union", { model, steps: one.union, ask: "rows", names: [] }], ["order", []]);
    }
    const aggregates = one.aggregates.map((each, index) => [`a${index}`, each] as const);
    return one.ask === "aggregate"
      ? { model, steps, ask: one.ask, names, aggregates }
      : { model, steps, ask: one.ask, names };
  });
});

const start = { User, Room, Message } as unknown as Readonly<Record<string, typeof Message>>;

function valueOf(value: Value): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if ("F" in value) return F(value.F);
  if ("outer" in value) return OuterRef(value.outer);
  return "query" in value ? queryOf(value.query) : value;
}

function conditionOf([kind, ...parts]: ConditionSpec): Condition<object> {
  if (kind === "is") return Q({ [parts[0] as string]: valueOf(parts[1] as Value) });
  if (kind === "exists") return Q(Exists(queryOf(parts[0] as Spec)));
  if (kind === "not") return conditionOf(parts[0] as ConditionSpec).not();
  const [first, ...rest] = (parts[0] as readonly ConditionSpec[]).map(conditionOf);
  if (first === undefined) throw new Error("There is no condition.");
  return rest.reduce((one, other) => one[kind](other), first);
}

function expressionOf([kind, path, options]: ExpressionSpec): Expression {
  if (kind === "F") return F(path);
  if (kind === "subquery") return Subquery(queryOf(path));
  const { distinct = false, filter } = options;
  const make = { Count, Sum, Max, Min, Avg }[kind] as typeof Sum;
  return make(path, { distinct, ...(filter !== undefined && { filter: conditionOf(filter) }) });
}

function queryOf({ model, steps }: Spec): QuerySet<Message> {
  let set: QuerySet<Message> = (start[model] ?? Message).all();
  for (const [step, ...parts] of steps) {
    const entries = () =>
      Object.fromEntries(
        (parts[0] as readonly (readonly [string, Value])[]).map(([path, value]) => [path, valueOf(value)]),
      );
    if (step === "filter") set = set.filter(conditionOf(parts[0] as ConditionSpec) as never);
    else if (step === "where") set = set.filterBy(entries());
    else if (step === "exclude") set = set.exclude(entries() as never);
    else if (step === "annotate") {
      const named = (parts[0] as readonly (readonly [string, ExpressionSpec])[]).map(([name, one]) => [
        name,
        expressionOf(one),
      ]);
      set = set.annotate(Object.fromEntries(named) as never) as never;
    } else if (step === "values") set = set.values(...(parts[0] as readonly never[])) as never;
    else if (step === "order") set = set.orderBy(...(parts[0] as readonly string[]));
    else if (step === "distinct") set = set.distinct();
    else if (step === "slice") set = set.slice(...(parts as [number, number]));
    else set = set.union(queryOf(parts[0] as Spec));
  }
  return set;
}

async function answer(one: Spec): Promise<unknown> {
  const set = queryOf(one);
  if (one.ask === "count") return set.count();
  if (one.ask === "exists") return set.exists();
  if (one.ask === "aggregate") {
    const named = (one.aggregates ?? []).map(([name, each]) => [name, expressionOf(each)]);
    return set.aggregate(Object.fromEntries(named) as never);
  }
  const isValues = one.steps.some(([step]) => step === "values");
  const rows = await set;
  const reference = (value: unknown): unknown =>
    typeof value === "object" && value !== null ? (value as { id: unknown }).id : value;
  const valuesOf = (row: Message): unknown[] =>
    one.names.map((name) => reference((row as unknown as Record<string, unknown>)[name]));
  return rows.map((row): unknown => (isValues ? row : [row.id].concat(valuesOf(row) as never)));
}

/** Rows in any order: what order databases give to equal rows is not to be compared. */
function comparable(result: unknown): unknown {
  const sorted = (value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  if (!Array.isArray(result)) return sorted(result);
  return result.map((row) => JSON.stringify(sorted(row))).sort();
}

describe.skipIf(!hasDjango)(
  `queries beside Django ${version.stdout.trim()} (skipped where there is no Django 5 or later)`,
  () => {
    let oracle: ChildProcessWithoutNullStreams;
    let lines: Interface;
    const path = newSqliteFile();

    beforeAll(async () => {
      databases.set("default", await connectDatabase(`sqlite:${path}`));
      await createTables(models);
      oracle = spawn(python, [new URL("django-oracle.py", import.meta.url).pathname, path]);
      oracle.stderr.on("data", (text: Buffer) => process.stderr.write(text));
      lines = createInterface(oracle.stdout);
    });
    afterAll(async () => {
      oracle.kill();
      await closeDatabases();
    });

    async function django(one: Spec): Promise<{ result?: unknown; error?: string }> {
      const line = once(lines, "line");
      oracle.stdin.write(`${JSON.stringify(one)}\n`);
      return JSON.parse(String((await line)[0])) as { result?: unknown; error?: string };
    }

    const index = fc.nat(9);
    const world = fc.record({
      users: fc.array(fc.option(word), { minLength: 1, maxLength: 3 }),
      rooms: fc.array(fc.tuple(word, fc.option(index)), { minLength: 1, maxLength: 3 }),
      messages: fc.array(fc.tuple(index, index, word, fc.option(word), number, fc.option(number)), { maxLength: 6 }),
    });

    test("give the same rows", { timeout: 600_000 }, async () => {
      const refused = new Map<string, number>();
      const asked = fc.tuple(world, fc.array(spec, { minLength: 40, maxLength: 40 }));
      const runs = Number(process.env["DJANGO_RUNS"] ?? 15);
      const property = fc.asyncProperty(asked, async ([{ users, rooms, messages }, queries]) => {
        for (const model of [Message, Room, Category, User]) await (model as typeof Message).all().delete();
        const people = await User.bulkCreate(users.map((nickname, at) => ({ username: `u${at}`, nickname })));
        const places = await Room.bulkCreate(
          rooms.map(([title, owner], at) => ({
            slug: `r${at}`,
            title,
            owner: owner === null ? null : (people[owner % people.length] ?? null),
          })),
        );
        const [person, place] = [people[0], places[0]];
        if (person === undefined || place === undefined) throw new Error("There are no rows.");
        await Message.bulkCreate(
          messages.map(([room, author, text, note, likes, score], at) => ({
            room: places[room % places.length] ?? place,
            author: people[author % people.length] ?? person,
            text,
            note,
            likes,
            score,
            sentAt: new Date(1_700_000_000_000 + at),
          })),
        );
        for (const one of queries) {
          const theirs = await django(one);
          if (theirs.error !== undefined) {
            // What Django refuses, or cannot write, is nothing to compare with.
            refused.set(theirs.error.slice(0, 90), (refused.get(theirs.error.slice(0, 90)) ?? 0) + 1);
            continue;
          }
          const set = queryOf(one);
          const ours = await answer(one);
          expect(comparable(ours), `${JSON.stringify(one)}\n${set.toSql().sql}`).toEqual(comparable(theirs.result));
        }
      });
      await fc.assert(property, { numRuns: runs });
      const all = [...refused].map(([error, count]) => `  ${count} times: ${error}\n`).join("");
      if (all !== "") process.stdout.write(`Refused by Django:\n${all}`);
    });
  },
);
