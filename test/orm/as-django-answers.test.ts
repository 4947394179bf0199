import { readFileSync } from "node:fs";

import { closeDatabases, createTables, databases } from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import * as models from "./django-answers/models.js";
import { plain } from "./django-answers/plain.js";
import { queries } from "./django-answers/queries.js";
import { engines } from "./engines.js";

/**
 * What Django 5.2 answered, on SQLite 3.40 and PostgreSQL 15, to the queries of django-answers/queries.ts: recorded by
 * evaluating their texts over the same models and the same rows (rows.json), with nothing of this ORM in the way. A
 * query stands here when its answer is the same as Django's; where both databases agree there is one answer. Rows whose
 * order Django's query does not decide are compared without it.
 */
interface Recorded {
  readonly ordered?: true;
  readonly answer?: unknown;
  readonly sqlite?: unknown;
  readonly postgres?: unknown;
}

type Given = Record<string, unknown>;

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`django-answers/${name}.json`, import.meta.url), "utf8"));
}

const answers = read("answers") as Readonly<Record<string, Recorded>>;
const rows = read("rows") as Readonly<Record<string, readonly Given[]>> & { links: Record<string, [number, number][]> };

/** Authors are mentored by authors that may come after them, so that mentors are said last. */
async function fill(): Promise<void> {
  for (const model of models.all as readonly (typeof models.Tag)[]) {
    for (const row of rows[model.name] ?? []) {
      await model.create((model.name === "Author" ? { ...row, mentor: null } : row) as never);
    }
  }
  for (const { id, mentor } of rows["Author"] ?? []) {
    await models.Author.filter({ pk: id as number }).update({ mentor: mentor as number | null });
  }
  for (const [own, linked] of rows.links["Author.friends"] ?? []) {
    await (await models.Author.get({ pk: own })).friends.add(linked);
  }
  for (const [book, tag] of rows.links["Book.tags"] ?? []) await (await models.Book.get({ pk: book })).tags.add(tag);
  for (const [store, book] of rows.links["Store.books"] ?? []) {
    await (await models.Store.get({ pk: store })).books.add(book);
  }
}

/** The same with the names of objects in order, and the rows too where nothing says theirs. */
function comparable(answer: unknown, isOrdered: boolean): unknown {
  if (isOrdered || !Array.isArray(answer)) return answer;
  return answer.map((row) => JSON.stringify(sorted(row))).toSorted();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}

for (const engine of engines.filter(({ name }) => name === "sqlite in memory" || name === "postgres")) {
  describe(`queries on ${engine.name}`, () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables(models.all);
      await fill();
    });
    afterAll(closeDatabases);

    test(`give the answers that Django gave to ${Object.keys(queries).length} queries`, async () => {
      expect(Object.keys(queries).toSorted()).toEqual(Object.keys(answers).toSorted());
      const ours: Given = {};
      const theirs: Given = {};
      for (const [text, ask] of Object.entries(queries)) {
        const { ordered = false, answer, sqlite, postgres } = answers[text] ?? {};
        const recorded = answer === undefined ? (databases.get().engine === "sqlite" ? sqlite : postgres) : answer;
        theirs[text] = comparable(recorded, ordered);
        ours[text] = comparable(plain(await Promise.resolve(ask()).catch((error: unknown) => String(error))), ordered);
      }
      expect(ours).toEqual(theirs);
    });
  });
}
