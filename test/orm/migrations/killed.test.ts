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

import { compiled } from "../../compiled.js";
import { HotclubProcess } from "../../project/hotclub-process.js";
import { postgresUrl } from "../../services/index.js";
import { newSqliteFile } from "../engines.js";
import { tables } from "./history.js";
import { everything } from "./killed/everything.js";
import { apps } from "./killed/project.js";

const directory = compiled(new URL("./killed/", import.meta.url));

const engines = [
  { name: "sqlite", newUrl: async () => `sqlite:${newSqliteFile()}` },
  { name: "postgres", newUrl: postgresUrl },
] as const;

installModels(apps);

/** What `hotclub migrate` does, in a process of its own. */
function migrateIn(url: string, environment: Readonly<Record<string, string>> = {}): HotclubProcess {
  return new HotclubProcess([], {
    directory,
    main: `${directory}/main.js`,
    environment: { DATABASE_URL: url, ...environment },
  });
}

async function connect(url: string): Promise<void> {
  await closeDatabases();
  databases.set("default", await connectDatabase(url));
}

/** The same in this process. */
async function migrateHere({ STEPWISE }: Readonly<Record<string, string>>): Promise<void> {
  const { nodes } = await loadProjectMigrations(apps);
  const change = everything(STEPWISE !== "1");
  const others = nodes.filter(({ name }) => name !== "0003_everything");
  const last = nodes.find((node) => !others.includes(node));
  if (last === undefined) throw new Error("There is no 0003_everything.");
  await migrate([...others, { ...last, migration: change }]);
}

/** The rows that must survive, with their links. */
async function rows(): Promise<unknown> {
  const { rows: found } = await databases
    .get()
    .query(
      "SELECT h.id, h.name, h.size, h.key, m.text, p.name FROM shop_hall h JOIN shop_words m ON m.hall_id = h.id " +
        "JOIN shop_hall_people l ON l.hall_id = h.id JOIN shop_person p ON p.id = l.person_id ORDER BY h.id",
    );
  return found;
}

const survivors = [
  [1, "room-1", 10, "key-1", 1, "user-1"],
  [2, "room-2", 0, "key-2", 2, "user-2"],
  [3, "room-3", 30, "key-3", 3, "user-3"],
];

const isEvery = process.env["KILL_ALL"] === "1";
const operations = 23;

/**
 * Where the process is killed: after the second statement of an operation, of which each way on each database takes its
 * own; with `KILL_ALL=1` after every statement of all of them, of which a first run says how many there are.
 */
async function moments(offset: number, url: string, environment: Readonly<Record<string, string>>): Promise<string[]> {
  if (!isEvery) return numbers(operations).flatMap((one) => ((one - 1 - offset) % 4 === 0 ? [`${one}:2!`] : []));
  const counting = migrateIn(url, { ...environment, KILL_AT: "nowhere" });
  const end = await counting.exited;
  if (end !== 0) throw new Error(counting.lines.join("\n"));
  return counting.lines.flatMap((line) => {
    const [, operation, count] = /^(\d+) has (\d+) statements$/.exec(line) ?? [];
    return count === undefined ? [] : numbers(Number(count)).map((statement) => `${operation}:${statement}`);
  });
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

afterEach(closeDatabases);

describe.each(engines)("migrations on $name", ({ name, newUrl }) => {
  test.each([
    ["that are one transaction", {}, 0],
    ["that go step by step", { STEPWISE: "1" }, 1],
  ])(
    "%s, killed in the middle of an operation, are done by the next run, and no row is lost",
    { timeout: isEvery ? 3_600_000 : 600_000 },
    async (_, environment: Readonly<Record<string, string>>, offset) => {
      await connect(name === "sqlite" ? "sqlite::memory:" : await newUrl());
      await createTables([...apps].flatMap((app) => app.models ?? []));
      const expected = await tables();
      const places = await moments(name === "sqlite" ? offset : offset + 2, await newUrl(), environment);
      if (isEvery) process.stdout.write(`${places.length} moments: ${places.join(" ")}\n`);
      expect(new Set(places.map((place) => place.split(":")[0])).size).toBeGreaterThan(4);
      for (const moment of places) {
        const url = await newUrl();
        const killed = migrateIn(url, { ...environment, KILL_AT: moment });
        const end = await killed.exited;
        if (end !== "SIGKILL") throw new Error(`${moment}: ${end}\n${killed.lines.join("\n")}`);
        await connect(url);
        await migrateHere(environment);
        expect([moment, await tables()]).toEqual([moment, expected]);
        expect([moment, await rows()]).toEqual([moment, survivors]);
        if (isEvery) process.stdout.write(`${moment}\n`);
      }
    },
  );

  test("are done once by ten processes that start at the same time", { timeout: 120_000 }, async () => {
    const url = await newUrl();
    const processes = Array.from({ length: 10 }, () => migrateIn(url));
    expect(await Promise.all(processes.map((one) => one.exited))).toEqual(Array.from({ length: 10 }, () => 0));
    const done = processes.flatMap(({ lines }) => lines.filter((line) => line.endsWith(" done")));
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
    const { nodes } = await loadProjectMigrations(apps);
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
