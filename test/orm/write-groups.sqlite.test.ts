import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import {
  atomic,
  closeDatabases,
  connectDatabase,
  createTables,
  databases,
  ForeignKeyViolation,
  QueryAborted,
  UniqueViolation,
} from "hotclub/orm";
import { afterEach, describe, expect, test } from "vitest";

import { Category, models, Message, Room, User } from "../contracts/orm/models.js";
import { newSqliteFile } from "./engines.js";

afterEach(closeDatabases);

const slugs = (count: number, prefix = "room") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const createAll = (names: readonly string[]) => names.map((slug) => Room.create({ slug }));

/** Runs one statement about the table of `model`, called # in it. */
async function write(model: typeof Room | typeof Category, text: string, value: string, signal?: AbortSignal) {
  const [, table = ""] = /FROM ("\w+")/.exec(model.all().toSql().sql) ?? [];
  const statement = { sql: text.replace("#", table), parameters: [], access: "write", hasRows: false } as const;
  return databases.get().backend.execute(statement, [value], signal);
}

/** How often the database in `file` was committed since its log was begun anew (sqlite.org/fileformat.html, §4.1). */
function commitsIn(file: string): number {
  const log = readFileSync(`${file}-wal`);
  const frameBytes = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    const isOfThisLog = log.readBigUInt64BE(at + 8) === log.readBigUInt64BE(16);
    // The last frame of a commit says how large the database is after it.
    if (isOfThisLog && log.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}

describe.each(["better-sqlite3", "libsql"] as const)("writes that come at the same time (%s)", (driver) => {
  async function open(path = newSqliteFile()): Promise<string> {
    databases.set("default", await connectDatabase(`sqlite:${path}`, { driver }));
    // So that its log tells of every commit.
    await databases.get().query("PRAGMA wal_autocheckpoint = 0");
    await createTables(models);
    return path;
  }

  test("are committed together, in the order in which they came", async () => {
    const file = await open();
    const before = commitsIn(file);
    const made = await Promise.all(createAll(slugs(200)));
    expect(commitsIn(file) - before).toBeLessThan(20);
    expect(made.map(({ id }) => id)).toEqual(made.map((_, index) => index + 1));
    expect(await Room.orderBy("id").valuesList("slug", { flat: true })).toEqual(slugs(200));
  });

  test("of one flow, one after the other, are committed one by one", async () => {
    const file = await open();
    const before = commitsIn(file);
    for (const slug of slugs(20)) await Room.create({ slug });
    expect(commitsIn(file) - before).toBe(20);
  });

  test("each have their own outcome", async () => {
    await open();
    await Promise.all(createAll(slugs(20, "warm")));
    const outcomes = await Promise.allSettled(createAll(["a", "b", "a", "c", "b", "d"]));
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([true, true, false, true, false, true]);
    for (const reason of refused) expect(reason).toBeInstanceOf(UniqueViolation);
    expect(await Room.filter({ slug__in: ["a", "b", "c", "d"] }).count()).toBe(4);
  });

  test("each have their own outcome, also where a rule is checked at the commit only", async () => {
    await open();
    const [room, author] = [await Room.create({ slug: "lobby" }), await User.create({ username: "django" })];
    await Promise.all(createAll(slugs(20, "warm")));
    const say = (text: string, to: number) => Message.create({ room: to, author, text });
    const outcomes = await Promise.allSettled([say("one", room.id), say("lost", 9999), say("two", room.id)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(ForeignKeyViolation);
    expect(await Message.orderBy("id").valuesList("text", { flat: true })).toEqual(["one", "two"]);
  });

  test("are found by a read, a transaction and a loop that are asked for after them", async () => {
    await open();
    await Promise.all(createAll(slugs(20, "warm")));
    const first = Promise.all(createAll(slugs(10, "first")));
    expect(await Room.count()).toBe(30);
    const second = Promise.all(createAll(slugs(10, "second")));
    expect(await atomic(() => Room.count())).toBe(40);
    const third = Promise.all(createAll(slugs(10, "third")));
    const found: string[] = [];
    for await (const { slug } of Room.all().iterator()) found.push(slug);
    expect(found).toHaveLength(50);
    await Promise.all([first, second, third]);
  });

  test("wait for the transaction of another process, all of them", async () => {
    const file = await open();
    await Promise.all(createAll(slugs(20, "warm")));
    const other = await connectDatabase(`sqlite:${file}`, { driver });
    const transaction = await other.backend.begin();
    const writing = Promise.all(createAll(slugs(20)));
    expect(await Room.count()).toBe(20);
    await transaction.rollback();
    await writing;
    expect(await Room.count()).toBe(40);
    await other.close();
  });

  test("are written before the database is closed", async () => {
    const file = await open();
    await Promise.all(createAll(slugs(20, "warm")));
    const writing = Promise.all(createAll(slugs(20)));
    await closeDatabases();
    await writing;
    await open(file);
    expect(await Room.count()).toBe(40);
  });

  test("fail with a stack that begins at the line of the program that asked", async () => {
    await open();
    await Promise.all(createAll(slugs(20)));
    const refused = async () => {
      await Room.create({ slug: "room0" });
    };
    const [outcome] = await Promise.allSettled([refused(), Room.create({ slug: "y" })]);
    const { stack = "" } = (outcome as PromiseRejectedResult).reason as Error;
    expect(stack.split("\n")[1]).toContain("write-groups.sqlite.test.ts");
  });

  test("are not written any more once their signal is aborted", async () => {
    await open();
    const insert = (name: string, signal?: AbortSignal) =>
      write(Category, "INSERT INTO # (name) VALUES (?)", name, signal);
    await Promise.all(slugs(20).map((slug) => insert(slug)));
    const controller = new AbortController();
    const asked = slugs(10, "late").map((slug, index) => insert(slug, index % 2 === 0 ? controller.signal : undefined));
    controller.abort();
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(refused).toHaveLength(5);
    for (const reason of refused) expect(reason).toBeInstanceOf(QueryAborted);
  });

  test("property: have the outcomes that they have one after the other, whatever else is asked meanwhile", async () => {
    await open();
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("create" as const), n: fc.nat(30) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("rename" as const), n: fc.nat(30) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), n: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.constant({ kind: "count" as const, n: 0 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        await Room.all().delete();
        const there = new Set<number>();
        const expected = steps.map(({ kind, n }): unknown => {
          if (kind === "count") return there.size;
          if (kind === "delete") return there.delete(n) ? 1 : 0;
          if (kind === "rename") return there.has(n) ? 1 : 0;
          if (there.has(n)) return "refused";
          there.add(n);
          return "made";
        });
        const outcomes = await Promise.all(
          steps.map(({ kind, n }): Promise<unknown> => {
            const slug = `room${n}`;
            if (kind === "count") return Room.count();
            if (kind === "rename") return Room.filter({ slug }).update({ title: "x" });
            if (kind === "delete") return write(Room, "DELETE FROM # WHERE slug = ?", slug).then(({ count }) => count);
            return Room.create({ slug }).then(
              () => "made",
              (thrown: unknown) => (thrown instanceof UniqueViolation ? "refused" : thrown),
            );
          }),
        );
        expect(outcomes).toEqual(expected);
        expect(await Room.count()).toBe(there.size);
      }),
      { numRuns: 60 },
    );
  });
});
