import {
  connectDatabase,
  createModel,
  databases,
  field,
  type MigrationNode,
  migrate,
  noop,
  readReplicas,
  runCode,
  setRouters,
} from "hotclub/orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { engines } from "../engines.js";
import { nodesOf, withDatabase } from "./history.js";

const user = createModel("User", { fields: { id: field.auto(), name: field.text() } });
const room = createModel("Room", { fields: { id: field.auto(), members: field.manyToMany("shop.User") } });
const rows = runCode(
  async ({ models, database }) => {
    const member = await models.get("User").create({ name: database.alias });
    const made = await models.get("Room").create({});
    const { members } = made as never as { members: { add(users: object[]): Promise<void>; count(): Promise<number> } };
    await members.add([member]);
    expect(await members.count()).toBe(1);
    expect(await models.get("Room").filter({ members__name: database.alias }).count()).toBe(1);
  },
  { reverse: noop },
);

async function tablesOf(alias: string): Promise<string[]> {
  const database = databases.get(alias);
  const found = await database.backend.schemaEditor(database).introspect();
  return [...found.keys()].filter((name) => name !== "hotclub_migrations").sort();
}

describe.each(engines.filter(({ name }) => name === "sqlite" || name === "postgres"))(
  "migrations of several databases, of which one is $name",
  (engine) => {
    withDatabase(engine);
    beforeEach(async () => {
      databases.set("archive", await connectDatabase("sqlite::memory:"));
    });
    afterEach(() => setRouters([]));

    test("do all on the one that they are for, code too, whatever routers say", async () => {
      setRouters([readReplicas({ primary: "archive", replicas: ["archive"] })]);
      const nodes: MigrationNode[] = nodesOf({ "shop.0001": [user, room], "shop.0002": [rows] });
      await migrate(nodes);
      expect(await tablesOf("default")).toEqual(["shop_room", "shop_room_members", "shop_user"]);
      expect(await tablesOf("archive")).toEqual([]);
      setRouters([]);
      await migrate(nodes, { using: "archive" });
      for (const alias of ["default", "archive"]) {
        const { rows: names } = await databases.get(alias).query("SELECT name FROM shop_user");
        expect(names).toEqual([[alias]]);
      }
    });

    test("leave out what routers keep from it, and go on to know of it", async () => {
      setRouters([
        {
          allowsMigration: (alias, app, model) =>
            alias === "archive" ? app === "shop" && model === "User" : undefined,
        },
      ]);
      const nodes = nodesOf({ "shop.0001": [user, room], "shop.0002": [rows] });
      await migrate(nodes);
      await migrate(nodes, { using: "archive" });
      expect(await tablesOf("default")).toEqual(["shop_room", "shop_room_members", "shop_user"]);
      expect(await tablesOf("archive")).toEqual(["shop_user"]);
      await migrate(nodes, { using: "archive", app: "shop", name: "zero" });
      expect(await tablesOf("archive")).toEqual([]);
    });
  },
);
