import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { closeDatabases, connectDatabase, createTables, databases, f, meta, Model } from "hotclub/orm";
import { afterEach, describe, expect, test } from "vitest";

import { postgresUrl } from "../services/index.js";
import { newSqliteFile } from "./engines.js";

class Line extends Model {
  text = f.char({ maxLength: 100 });
  number = f.int();
  static meta = meta({ dbTable: "memory_line" });
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

afterEach(closeDatabases);

describe("iterating over 100,000 rows", () => {
  test.each([
    ["SQLite", () => Promise.resolve(`sqlite:${newSqliteFile()}`)],
    ["PostgreSQL", postgresUrl],
  ])("keeps memory flat on %s", { timeout: 120_000 }, async (_, urlOf) => {
    const database = await connectDatabase(await urlOf());
    databases.set("default", database);
    await createTables([Line]);
    // Made by the database: the rows are what matters, not how they came.
    const numbers =
      database.engine === "sqlite"
        ? "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n"
        : "SELECT i FROM generate_series(1, 100000) AS n (i)";
    const text = "'a line of some text, which is not so short: ' || i";
    await database.query(`INSERT INTO memory_line (text, number) SELECT ${text}, i FROM (${numbers}) AS n`, [], {
      hasRows: false,
    });
    const seen: number[] = [];
    let count = 0;
    let sum = 0;
    for await (const line of Line.orderBy("pk").iterator({ chunkSize: 500 })) {
      count += 1;
      sum += line.number;
      if (count % 20_000 === 0) seen.push(heapUsed());
    }
    expect([count, sum]).toEqual([100_000, 5_000_050_000]);
    // All rows at once would be more than 20 MB.
    const [first = 0, ...later] = seen;
    expect(Math.max(...later) - first).toBeLessThan(4 * 2 ** 20);
  });
});
