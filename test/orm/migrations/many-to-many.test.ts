import {
  addField,
  alterField,
  createModel,
  databases,
  field,
  type FieldDescription,
  migrate,
  type ModelState,
  noop,
  ProjectState,
  removeField,
  renameModel,
  runCode,
  type Operation,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import type { KnownAnswers } from "../../../src/orm/migrations/detector/questioner.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import { optimize } from "../../../src/orm/migrations/optimizer/optimize.js";
import { engines } from "../engines.js";
import { goTo, type MigrationNode, modelsAfter, nodesOf, tables, withDatabase } from "./history.js";

type Fields = Readonly<Record<string, FieldDescription>>;

function model(name: string, fields: Fields, options: Readonly<Record<string, unknown>> = {}): ModelState {
  return { app: "shop", name, fields: new Map(Object.entries({ id: field.auto(), ...fields })), options };
}

const many = (to: string, options: object = {}) => field.manyToMany(`shop.${to}`, options);
const key = (to: string) => field.foreignKey(`shop.${to}`, { onDelete: "cascade" });
const name = field.char({ maxLength: 20 });

const user = model("User", { name });
const room = model("Room", { name, members: many("User"), near: many("Room", { symmetrical: false }) });

/** The operations from one set of models to another. `renames`: `Room:Hall Hall.members:people` */
async function operationsBetween(from: readonly ModelState[], to: readonly ModelState[], renames = "") {
  const pairs = renames.split(" ").filter((one) => one !== "");
  const answers: KnownAnswers = {
    renames: new Map(pairs.map((one) => one.split(":") as [string, string]).map(([old, now]) => [`shop.${old}`, now])),
  };
  const questioner = new RefusingQuestioner({ noRenames: true });
  const drafts = await detectChanges(new ProjectState(from), new ProjectState(to), { questioner, answers });
  return drafts.flatMap(({ operations }) => optimize(operations, "shop"));
}

/** Two rooms, two users; the first room has both, the second one has the second, and leads to the first. */
const rows = runCode(
  async ({ models }) => {
    interface Rooms {
      members: { add(rows: object[]): Promise<void> };
      near: { add(rows: object[]): Promise<void> };
    }
    const [Room, User] = [models.get("Room"), models.get("User")];
    const [a, b] = [await User.create({ name: "a" }), await User.create({ name: "b" })];
    const one = (await Room.create({ name: "one" })) as never as Rooms;
    const two = (await Room.create({ name: "two" })) as never as Rooms;
    await one.members.add([a, b]);
    await two.members.add([b]);
    await two.near.add([one]);
  },
  { reverse: noop },
);

/** What a relation links, by the names of the rows, in the words of the models after `nodes`. */
async function links(nodes: readonly MigrationNode[], label: string, relation: string): Promise<string[]> {
  const schema = modelsAfter(nodes).schema(`shop.${label}`);
  const found = schema.manyToMany.find((one) => one.name === relation);
  if (found === undefined) throw new Error(`There is no ${label}.${relation}.`);
  const { near, far, schema: own } = found.links;
  const { rows: pairs } = await databases
    .get()
    .query(
      `SELECT s.name, t.name FROM "${own.table}" l JOIN "${schema.table}" s ON s.id = l."${near.column}" ` +
        `JOIN "${found.target.table}" t ON t.id = l."${far.column}" ORDER BY 1, 2`,
    );
  return pairs.map(([from, to]) => `${String(from)}-${String(to)}`);
}

const membersThere = ["one-a", "one-b", "two-b"];
const nearThere = ["two-one"];

function history(before: readonly Operation[], change: readonly Operation[]): MigrationNode[] {
  return nodesOf({ "shop.0001_initial": before, "shop.0002_rows": [rows], "shop.0003_change": change });
}

describe.each(engines.filter((one) => one.name === "sqlite" || one.name === "postgres"))(
  "links of many to many on $name",
  (engine) => {
    withDatabase(engine);

    const person = model("Person", { name });
    const hall = model("Hall", { name, members: many("User"), near: many("Hall", { symmetrical: false }) });

    test.each<[what: string, to: ModelState[], renames: string, owner: string, members: string, near: string]>([
      ["the model that declares them", [user, hall], "Room:Hall", "Hall", "members", "near"],
      [
        "the model that they lead to",
        [person, model("Room", { name, members: many("Person"), near: many("Room", { symmetrical: false }) })],
        "User:Person",
        "Room",
        "members",
        "near",
      ],
      [
        "the relations themselves",
        [user, model("Room", { name, people: many("User"), beside: many("Room", { symmetrical: false }) })],
        "Room.members:people Room.near:beside",
        "Room",
        "people",
        "beside",
      ],
      [
        "all of that at once",
        [person, model("Hall", { name, people: many("Person"), beside: many("Hall", { symmetrical: false }) })],
        "Room:Hall User:Person Hall.members:people Hall.near:beside",
        "Hall",
        "people",
        "beside",
      ],
      [
        "the table of the model",
        [user, model("Room", Object.fromEntries(room.fields), { dbTable: "rooms" })],
        "",
        "Room",
        "members",
        "near",
      ],
      [
        "the table of the links",
        [
          user,
          model("Room", {
            name,
            members: many("User", { dbTable: "memberships" }),
            near: many("Room", { symmetrical: false, dbConstraint: false }),
          }),
        ],
        "",
        "Room",
        "members",
        "near",
      ],
      [
        "a relation whose table keeps its name",
        [
          user,
          model("Room", {
            name,
            people: many("User", { dbTable: "shop_room_members" }),
            near: many("Room", { symmetrical: false }),
          }),
        ],
        "Room.members:people",
        "Room",
        "people",
        "near",
      ],
    ])("survive a new name of %s", async (_, to, renames, owner, members, near) => {
      const before = await operationsBetween([], [user, room]);
      const nodes = history(before, await operationsBetween([user, room], to, renames));
      await goTo(nodes, "0002");
      const first = await tables();
      await goTo(nodes, "0003");
      expect(await links(nodes, owner, members)).toEqual(membersThere);
      expect(await links(nodes, owner, near)).toEqual(nearThere);
      const reached = await tables();
      await goTo(nodes, "0002");
      expect(await tables()).toEqual(first);
      expect(await links(nodes.slice(0, 2), "Room", "members")).toEqual(membersThere);
      await goTo(nodes, "zero");
      await migrate(nodesOf({ "shop.0009_fresh": await operationsBetween([], to) }));
      expect(reached).toEqual(await tables());
    });

    test("survive that two models exchange their names, and two relations", async () => {
      const from = [
        model("Room", { name, members: many("User"), near: many("Room", { symmetrical: false }) }),
        model("User", { name, size: field.int({ null: true }) }),
      ];
      const to = [
        model("User", { name, near: many("Room"), members: many("User", { symmetrical: false }) }),
        model("Room", { name, size: field.int({ null: true }) }),
      ];
      const change = await operationsBetween(from, to, "Room:User User:Room User.members:near User.near:members");
      const nodes = history(await operationsBetween([], from), change);
      await goTo(nodes, "0003");
      expect(await links(nodes, "User", "near")).toEqual(membersThere);
      expect(await links(nodes, "User", "members")).toEqual(nearThere);
      const reached = await tables();
      await goTo(nodes, "0002");
      expect(await links(nodes.slice(0, 2), "Room", "members")).toEqual(membersThere);
      await goTo(nodes, "zero");
      await migrate(nodesOf({ "shop.0009_fresh": await operationsBetween([], to) }));
      expect(reached).toEqual(await tables());
    });

    test("survive that a model is renamed by hand, in a migration with nothing else", async () => {
      const nodes = history(await operationsBetween([], [user, room]), [
        renameModel("Room", "Hall"),
        renameModel("User", "Person"),
      ]);
      await goTo(nodes, "0003");
      expect(await links(nodes, "Hall", "members")).toEqual(membersThere);
    });

    test("have keys of the type of those that they link, after that has changed", async () => {
      const nodes = history(await operationsBetween([], [user, room]), [
        alterField("User", "id", field.char({ maxLength: 30, primaryKey: true })),
        alterField("Room", "id", field.text({ primaryKey: true })),
      ]);
      await goTo(nodes, "0002");
      const first = await tables();
      await goTo(nodes, "0003");
      expect(await links(nodes, "Room", "members")).toEqual(membersThere);
      expect(await links(nodes, "Room", "near")).toEqual(nearThere);
      await goTo(nodes, "0002");
      expect(await links(nodes.slice(0, 2), "Room", "members")).toEqual(membersThere);
      expect(await tables()).toEqual(first);
    });

    test("come and go with their relation, which becomes a column or another relation by removal and addition", async () => {
      const to = [user, model("Room", { name, members: field.int({ null: true }), near: many("User") })];
      const change = await operationsBetween([user, room], to);
      expect(change.map((operation) => operation.describe())).toEqual([
        "Remove field members from Room",
        "Remove field near from Room",
        "Add field members to Room",
        "Add field near to Room",
      ]);
      const nodes = history(await operationsBetween([], [user, room]), change);
      await goTo(nodes, "0003");
      expect([...(await tables()).keys()].sort()).toEqual(["shop_room", "shop_room_near", "shop_user"]);
      const reached = await tables();
      await goTo(nodes, "0002");
      await goTo(nodes, "zero");
      expect((await tables()).size).toBe(0);
      await migrate(nodesOf({ "shop.0009_fresh": await operationsBetween([], to) }));
      expect(reached).toEqual(await tables());
    });

    test("get a model of their own, to which code copies them", async () => {
      const membership = model("Membership", { room: key("Room"), user: key("User"), role: field.text() });
      const through = { through: "shop.Membership", throughFields: ["room", "user"] };
      const to = [user, model("Room", { name, members: many("User", through) }), membership];
      const from = [user, model("Room", { name, members: many("User") })];
      const change = await operationsBetween(from, to);
      expect(change.map((operation) => operation.describe())).toEqual([
        "Create model Membership",
        "Remove field members from Room",
        "Add field members to Room",
      ]);
      const copy = runCode(
        async ({ models }) => {
          for (const one of await models.get("Room").all()) {
            const { members } = one as never as { members: { all(): Promise<object[]> } };
            for (const member of await members.all()) {
              await models.get("Membership").create({ room: one, user: member, role: "guest" });
            }
          }
        },
        { reverse: noop },
      );
      const nodes = nodesOf({
        "shop.0001_initial": await operationsBetween([], from),
        "shop.0002_rows": [
          runCode(
            async ({ models }) => {
              const one = await models.get("Room").create({ name: "one" });
              const members = (one as never as { members: { add(given: object[]): Promise<void> } }).members;
              await members.add([await models.get("User").create({ name: "a" })]);
            },
            { reverse: noop },
          ),
        ],
        "shop.0003_through": [...change.slice(0, 1), copy, ...change.slice(1)],
      });
      await goTo(nodes, "0003");
      expect([...(await tables()).keys()].sort()).toEqual(["shop_membership", "shop_room", "shop_user"]);
      expect(await links(nodes, "Room", "members")).toEqual(["one-a"]);
      await goTo(nodes, "0002");
      expect(await links(nodes.slice(0, 2), "Room", "members")).toEqual([]);
    });

    test("cannot be altered into what leads elsewhere", () => {
      const change = nodesOf({
        "shop.0001": [
          createModel("User", { fields: { id: field.auto() } }),
          createModel("Room", { fields: { id: field.auto(), members: many("User") } }),
          alterField("Room", "members", many("Room")),
        ],
      });
      expect(() => modelsAfter(change)).toThrow("shop.Room.members cannot become what it is not");
    });

    test("are added to models that are there, and removed", async () => {
      const nodes = nodesOf({
        "shop.0001": [
          createModel("User", { fields: { id: field.auto() } }),
          createModel("Room", { fields: { id: field.auto() } }),
        ],
        "shop.0002": [addField("Room", "members", many("User"))],
        "shop.0003": [removeField("Room", "members")],
      });
      await goTo(nodes, "0002");
      expect([...(await tables()).keys()].sort()).toEqual(["shop_room", "shop_room_members", "shop_user"]);
      await goTo(nodes, "0003");
      expect([...(await tables()).keys()].sort()).toEqual(["shop_room", "shop_user"]);
    });
  },
);
