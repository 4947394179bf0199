import { fileURLToPath } from "node:url";

import {
  closeDatabases,
  connectDatabase,
  createTables,
  databases,
  installModels,
  loadProjectMigrations,
  migrate,
  readHistory,
} from "hotclub/orm";
import { afterEach, describe, expect, test } from "vitest";

import { HotclubProcess } from "../../project/hotclub-process.js";
import { postgresUrl } from "../../services/index.js";
import { newSqliteFile } from "../engines.js";
import { tables } from "./history.js";
import project from "./killed/project.js";

const file = fileURLToPath(new URL("./killed/project.ts", import.meta.url));
const directory = fileURLToPath(new URL("./killed/", import.meta.url));

const engines = [
  { name: "sqlite", newUrl: async () => `sqlite:${newSqliteFile()}` },
  { name: "postgres", newUrl: postgresUrl },
] as const;

installModels(project.apps);

/** `hotclub migrate` in a process of its own. */
function migrateIn(url: string, environment: Readonly<Record<string, string>> = {}): HotclubProcess {
  return new HotclubProcess(["migrate", "--project", file], {
    directory,
    environment: { DATABASE_URL: url, SECRET_KEY: "k".repeat(32), ...environment },
  });
}

async function connect(url: string): Promise<void> {
  await closeDatabases();
  databases.set("default", await connectDatabase(url));
}

/** The rows that must survive, without the keys that are made at random. */
async function rows(): Promise<unknown> {
  const { rows: found } = await databases
    .get()
    .query(
      "SELECT h.id, h.name, h.size, m.text FROM shop_hall h JOIN shop_message m ON m.hall_id = h.id ORDER BY h.id",
    );
  return found;
}

const survivors = [
  [1, "room-1", 10, 1],
  [2, "room-2", 0, 2],
  [3, "room-3", 30, 3],
];

/** All statements with `KILL_ALL=1`; otherwise some, spread over the operations. */
const moments =
  process.env["KILL_ALL"] === "1" ? Array.from({ length: 200 }, (_, index) => index + 1) : [1, 9, 23, 38, 52];

afterEach(closeDatabases);

describe.each(engines)("migrations on $name", ({ name, newUrl }) => {
  test.each([
    ["that are one transaction", {}],
    ["that go step by step", { STEPWISE: "1" }],
  ])(
    "%s, killed in the middle of an operation, are done by the next run, and no row is lost",
    { timeout: 600_000 },
    async (_, environment: Readonly<Record<string, string>>) => {
      await connect(name === "sqlite" ? "sqlite::memory:" : await newUrl());
      await createTables([...project.apps].flatMap((app) => app.models ?? []));
      const expected = await tables();
      let ended = 0;
      for (const moment of moments) {
        const url = await newUrl();
        const killed = await migrateIn(url, { ...environment, KILL_AT: String(moment) }).exited;
        if (killed === 0) ended++;
        else expect(killed).toBe("SIGKILL");
        expect(await migrateIn(url, environment).exited).toBe(0);
        await connect(url);
        expect([moment, await tables()]).toEqual([moment, expected]);
        expect(await rows()).toEqual(survivors);
        // It ended before the statement came: there are no later ones.
        if (ended > 0) break;
      }
      expect(ended).toBeLessThan(moments.length);
    },
  );

  test("are done once by ten processes that start at the same time", { timeout: 120_000 }, async () => {
    const url = await newUrl();
    const processes = Array.from({ length: 10 }, () => migrateIn(url));
    expect(await Promise.all(processes.map((one) => one.exited))).toEqual(Array.from({ length: 10 }, () => 0));
    const done = processes.flatMap(({ lines }) => lines.filter((line) => line.includes(" done in ")));
    expect(done.map((line) => line.split(" ", 1).join()).sort()).toEqual([
      "shop.0001_initial",
      "shop.0002_rows",
      "shop.0003_everything",
    ]);
    await connect(url);
    expect(await rows()).toEqual(survivors);
  });

  test("are found by the files alone, and are nothing to do the second time", async () => {
    await connect(await newUrl());
    const { nodes } = await loadProjectMigrations(project.apps);
    expect((await migrate(nodes)).map(({ node }) => node.name)).toEqual([
      "0001_initial",
      "0002_rows",
      "0003_everything",
    ]);
    expect(await migrate(nodes)).toEqual([]);
    const { applied } = await readHistory(nodes);
    expect([...applied.keys].sort()).toEqual(nodes.map(({ key }) => key).sort());
  });
});
