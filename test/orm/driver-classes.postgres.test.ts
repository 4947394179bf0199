import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { connectDatabase } from "hotclub/orm";
import postgres from "postgres";
import { expect, test } from "vitest";

import { postgresUrl } from "../services/index.js";

setFlagsFromString("--allow-natives-syntax");
const hasFastProperties = runInNewContext("(value) => %HasFastProperties(value)") as (value: object) => boolean;

test("V8 can compile the classes that the driver makes two instances of for each statement", async () => {
  const url = await postgresUrl();
  const database = await connectDatabase(url);
  await database.query("SELECT 1");
  await database.close();

  const driver = postgres(url, { max: 1 });
  const query = driver.unsafe("SELECT 1");
  const rows = await query;
  await driver.end();
  expect(hasFastProperties(query.constructor)).toBe(true);
  expect(hasFastProperties(rows.constructor)).toBe(true);
});
