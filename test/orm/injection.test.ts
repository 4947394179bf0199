import * as fc from "fast-check";
import { TimeZoneUnknown } from "hotclub/core";
import {
  Cast,
  check,
  closeDatabases,
  Collate,
  Count,
  createTables,
  databases,
  DatabaseError,
  exclude,
  Exists,
  Extract,
  F,
  f,
  Func,
  Lower,
  Max,
  meta,
  Model,
  OuterRef,
  Prefetch,
  Q,
  Round,
  RowRange,
  sql,
  StringAgg,
  unique,
  Value,
  Window,
} from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { engines } from "./engines.js";

class Author extends Model {
  name = f.char({ maxLength: 200 });
  books = f.reverse(() => Book, "author");
}

class Book extends Model {
  title = f.char({ maxLength: 200, default: "" });
  author = f.foreignKey(() => Author, { onDelete: "cascade", null: true });
  parent = f.foreignKey(() => Book, { onDelete: "cascade", null: true });
  parts = f.reverse(() => Book, "parent");
  data = f.json({ null: true });
  soldAt = f.dateTime({ null: true });
  static meta = meta({ dbTable: "hostile_book" });
}

/** Its rules are looked at with the values of rows that are not written yet. */
class Rule extends Model {
  title = f.char({ maxLength: 200, blank: true });
  data = f.json({ null: true, blank: true });
  static meta = meta<Rule>({
    dbTable: "hostile_rule",
    constraints: [
      check(Q({ title__icontains: "forbidden", data__a__startswith: "x" }).not()),
      unique({ expressions: [Lower("title")] }),
      exclude({ elements: [["title", "="]], using: "hash" }),
    ],
  });
}

/** A table that nothing here may ever touch. */
class Witness extends Model {
  secret = f.char({ maxLength: 40 });
  static meta = meta({ dbTable: "hostile_witness" });
}

/** What ends quotes, comments and statements, in each of the ways that the databases know. */
const piece = fc.constantFrom(
  "'",
  "''",
  '"',
  '""',
  "`",
  "]",
  ";",
  "--",
  "/*",
  "*/",
  "#",
  "\\",
  "\\'",
  "$1",
  "$$",
  "?",
  ":x",
  "%",
  "_",
  "__",
  ")",
  "(",
  ",",
  "\n",
  "\0",
  "\u2019",
  "\ud800",
  " ",
  "=",
  "{",
  "}",
  "[0]",
  "->",
  "::text",
  "pk",
  "title",
  "id",
  "author",
  "name",
  "data",
  "a",
  "DROP TABLE hostile_witness",
  "DELETE FROM hostile_witness",
  "UPDATE hostile_witness SET secret = 'x'",
  "UNION SELECT secret FROM hostile_witness",
  "OR 1=1",
  "pg_sleep(10)",
  "COPY hostile_witness TO PROGRAM 'id'",
  "NULL",
  "SELECT",
);
const hostile = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));

type Trial = (text: string) => unknown;

/** Every way by which a string that a user chose can come into a query. */
const trials: Readonly<Record<string, Trial>> = {
  "a value of a lookup": (text) => Book.filter({ title: text }),
  "a pattern": (text) => Book.filter({ title__icontains: text, author__name__startswith: text }),
  "a regular expression": (text) => Book.filter({ title__regex: text }),
  "a list": (text) => Book.filter({ title__in: [text, `${text}'`] }),
  "a key of filter": (text) => Book.filterBy({ [text]: 1 }),
  "a lookup of a field": (text) => Book.filterBy({ [`title__${text}`]: text }),
  "a path of exclude": (text) => Book.exclude({ [`author__${text}`]: text } as never),
  "a key of Q": (text) => Book.filter(Q({ [text]: 1 }).or(Q({ [`title__${text}`]: 2 })) as never),
  "a name in orderBy": (text) => Book.orderBy(text as never, `-${text}` as never),
  "a path in orderBy": (text) => Book.orderBy(`author__${text}` as never),
  "a name in values": (text) => Book.values(text as never),
  "a name in valuesList": (text) => Book.valuesList(`data__${text}` as never),
  "a name in only": (text) => Book.only(text as never),
  "a name in defer": (text) => Book.defer(`author__${text}` as never),
  "a name in distinct": (text) => Book.all().distinct(text),
  "a name in selectRelated": (text) => Book.selectRelated(text as never),
  "a name in prefetchRelated": (text) => Book.prefetchRelated(text as never),
  "a name of Prefetch": (text) => Book.prefetchRelated(Prefetch(text as never, Author.all() as never) as never),
  "an alias of annotate": (text) => Book.annotate({ [text]: F("title") } as never),
  "an alias of alias": (text) =>
    Book.all()
      .alias({ [text]: Value(text) } as never)
      .orderBy(text as never),
  "an alias of an aggregate": (text) => Book.aggregate({ [text]: Count("*") } as never),
  "an alias of values": (text) => Book.values({ [text]: Value(1) } as never),
  "a path in F": (text) => Book.filter({ title: F(text) } as never),
  "a path in OuterRef": (text) => Author.filter(Exists(Book.filter({ title: OuterRef(text) } as never))),
  "a path in an aggregate": (text) => Author.annotate({ n: Max(text) } as never),
  "a filter of an aggregate": (text) => Author.annotate({ n: Count("books", { filter: { [text]: text } }) } as never),
  "a delimiter": (text) => Author.annotate({ all: StringAgg("books__title", text) }),
  "a value of an expression": (text) => Book.annotate({ value: Value(text) }),
  "a JSON key": (text) => Book.filterBy({ [`data__${text}`]: text }),
  "a JSON key deep down": (text) => Book.filterBy({ [`data__a__${text}__icontains`]: text }),
  "a JSON key to order by": (text) => Book.orderBy(`data__${text}` as never),
  has_key: (text) => Book.filter({ data__has_key: text, data__has_any_keys: [text, "a"] } as never),
  "a JSON value": (text) => Book.filterBy({ data: { [text]: text } }),
  // Any word is a name, also one that the database keeps for itself.
  "a name of a function": (text) => Book.annotate({ value: Func(`${text}x`, ["title"], { output: "text" }) }),
  "a collation": (text) => Book.orderBy(Collate("title", text).asc()),
  "a name of a common table": (text) =>
    Author.all().with(Book.values("author").annotate({ n: Count("*") }), { on: { author: "pk" }, name: text }),
  "a column of a common table": (text) => Author.all().with(Book.values("author"), { on: { [text]: "pk" } as never }),
  "a relation of recursive": (text) => Book.all().recursive(text as never),
  "an annotation of recursive": (text) => Book.all().recursive("parts", { next: { [text]: Value(1) } }),
  "a name of a filtered relation": (text) => Author.all().filteredRelation(text, "books", { title: text }),
  "a relation that is filtered": (text) => Author.all().filteredRelation("some", text as never, {}),
  "a condition of a filtered relation": (text) =>
    Author.all().filteredRelation("some", "books", { [text]: text } as never),
  "a parameter of raw SQL": (text) => Book.raw(sql`SELECT * FROM hostile_book WHERE title = ${text}`),
  "a list in raw SQL": (text) => Book.raw(sql`SELECT * FROM hostile_book WHERE title IN (${sql.list([text, "a"])})`),
  "a name in raw SQL": (text) => Book.raw(sql`SELECT id, ${sql.identifier(text)} FROM hostile_book`),
  "a column of raw SQL": (text) => Book.raw(sql`SELECT id FROM hostile_book`).values({ [text]: "text" }),
  "a parameter of query": (text) =>
    databases
      .get()
      .query(`SELECT id FROM hostile_book WHERE title = ${databases.get().engine === "sqlite" ? "?" : "$1"}`, [text]),
  "a value to create": async (text) => {
    const { pk } = await Book.create({ title: text.slice(0, 200), data: { [text]: text } });
    await Book.filter({ pk }).delete();
  },
  "a value that is computed with in a new row": async (text) => {
    const { pk } = await Book.create({ title: Lower(Value(text.slice(0, 200))) });
    await Book.filter({ pk }).delete();
  },
  "a value of a row that fullClean looks at": (text) => new Rule({ title: text, data: { a: text } }).fullClean(),
  "a value of a saved row that fullClean looks at": async (text) => {
    const rule = await Rule.get({ title: "saved" });
    await rule.assign({ title: text, data: { [text]: text } }).fullClean();
  },
  "a key to create": (text) => Book.create({ [`${text}'`]: 1 }),
  "a value to update": (text) => Book.filter({ title: text }).update({ title: text.slice(0, 200) }),
  "a key to update": (text) => Book.all().update({ [`${text}'`]: 1 }),
  "a field of bulkCreate": (text) =>
    Book.bulkCreate([], { updateConflicts: true, updateFields: [text as never], uniqueFields: ["id"] } as never),
  "a field of inBulk": (text) => Book.inBulk([text as never], { field: text as never }),
  "a field of latest": (text) => Book.all().latest(text as never),
  "a field of datetimes": (text) => Book.all().datetimes(text as never, "day"),
  "a unit of datetimes": (text) => Book.all().datetimes("soldAt", text as never),
  "a part of a date": (text) => Book.annotate({ value: Extract("soldAt", text as never) }),
  "a place of nulls": (text) => Book.orderBy(F("title").asc({ nulls: text as never })),
  "a type to cast to": (text) => Book.annotate({ value: Cast("title", text as never) }),
  "a length to cast to": (text) => Book.annotate({ value: Cast("title", "text", { maxLength: text as never }) }),
  "a bound of a window": (text) =>
    Book.annotate({ value: Window(Max("title"), { orderBy: "title", frame: RowRange(text as never, 0) }) }),
  "digits to round to": (text) => Book.annotate({ value: Round("pk", text as never) }),
  "a time zone": (text) => Book.all().datetimes("soldAt", "day", { timeZone: text }),
  "a format of explain": (text) => Book.all().explain({ format: text as never }),
  "a lock": (text) => Book.all().selectForUpdate({ of: [text] }),
  "a cursor of a page": (text) => Book.orderBy("title").page({ size: 2, after: text }),
  "a limit": (text) => Book.all().slice(0, text as never),
};

/** Errors that say what is wrong with a query, as an application would answer them: none of them is the database's. */
const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof TypeError ||
  thrown instanceof RangeError ||
  thrown instanceof TimeZoneUnknown ||
  String((thrown as { code?: unknown }).code).startsWith("ORM_");

for (const engine of engines.filter(({ name }) => name !== "sqlite")) {
  describe(`hostile strings on ${engine.name}`, () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables([Author, Book, Rule, Witness]);
      await Witness.bulkCreate([{ secret: "kept" }, { secret: "kept" }]);
      const author = await Author.create({ name: "o'hara" });
      await Book.create({ title: "it's", author, data: { a: 1 } });
      await Rule.create({ title: "saved" });
    });
    afterAll(closeDatabases);

    test.each(Object.entries(trials))("%s is never more than that", async (_, trial) => {
      const property = fc.asyncProperty(hostile, async (text) => {
        try {
          const result: unknown = await trial(text);
          // Nothing may bring in what another table has.
          expect(JSON.stringify(result ?? null)).not.toContain("kept");
        } catch (thrown) {
          if (!isRefusal(thrown)) throw thrown;
          // A syntax error would mean that text has become SQL.
          if (thrown instanceof DatabaseError) {
            expect(`${thrown.message} ${thrown.params.databaseCode}`).not.toMatch(
              /syntax error|unrecognized token|42601/i,
            );
          }
        }
      });
      await fc.assert(property, { numRuns: 25 });
      expect(await Witness.values("secret")).toEqual([{ secret: "kept" }, { secret: "kept" }]);
      expect(await Book.values("title")).toEqual([{ title: "it's" }]);
    });
  });
}
