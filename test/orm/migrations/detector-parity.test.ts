import {
  addField,
  check,
  F,
  field,
  type FieldDescription,
  index,
  type ModelState,
  ProjectState,
  unique,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import type { DetectOptions } from "../../../src/orm/migrations/detector/comparison.js";
import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import type { Questioner } from "../../../src/orm/migrations/detector/questioner.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import { suggestName } from "../../../src/orm/migrations/names.js";
import { optimize } from "../../../src/orm/migrations/optimizer/optimize.js";
import { historicalOptions } from "../../../src/orm/migrations/state/describe-state.js";
import type { ModelStateOptions } from "../../../src/orm/migrations/state/model-state.js";

type Fields = Readonly<Record<string, FieldDescription>>;

function model(label: string, fields: Fields, options: ModelStateOptions = {}): ModelState {
  const [app = "", name = ""] = label.split(".");
  return {
    app,
    name,
    fields: new Map(Object.entries({ id: field.auto(), ...fields })),
    options: historicalOptions(options),
  };
}

const to = (label: string, options: object = {}) => field.foreignKey(label, { onDelete: "cascade", ...options });

const asked: string[] = [];
/** Says yes, and writes down what it was asked. */
const agreeing: Questioner = {
  isModelRenamed: async (app, from, now) => asked.push(`${app}.${from} -> ${now}`) > 0,
  isFieldRenamed: async (label, from, now) => asked.push(`${label}.${from} -> ${now}`) > 0,
  areModelsExchanged: async (app, one, other) => asked.push(`${app}.${one} <-> ${other}`) > 0,
  areFieldsExchanged: async (label, one, other) => asked.push(`${label}.${one} <-> ${other}`) > 0,
  fillFor: async (label, name) => (asked.push(`${label}.${name}?`) > 0 ? { fill: 0 } : undefined),
};

/** What is done, in words, by migration; whatever it is leads to the goal. */
async function changes(from: readonly ModelState[], goal: readonly ModelState[], options: Partial<DetectOptions> = {}) {
  asked.length = 0;
  const questioner = new RefusingQuestioner({ noRenames: true });
  const drafts = await detectChanges(new ProjectState(from), new ProjectState(goal), { questioner, ...options });
  const state = new ProjectState(from);
  const told = drafts.map(({ app, operations }) => {
    const short = optimize(operations, app);
    for (const operation of short) operation.changeState(app, state);
    return `${app}: ${short.map((operation) => operation.describe()).join("; ")}`;
  });
  const plain = ({ models }: ProjectState) =>
    Object.fromEntries(
      [...models].map(([label, { fields, options: own }]) => [
        label,
        [Object.fromEntries(fields), JSON.stringify(own)],
      ]),
    );
  expect(plain(state)).toEqual(plain(new ProjectState(goal)));
  return told;
}

const user = model("a.User", {});
const slug = field.slug();

describe("trap 48: the autodetector, by what Django's does,", () => {
  test("makes, keeps and drops links of many to many with their field", async () => {
    const plain = model("a.Room", { slug });
    const linked = model("a.Room", { slug, members: field.manyToMany("a.User") });
    expect(await changes([user, plain], [user, linked])).toEqual(["a: Add field members to Room"]);
    expect(await changes([user, linked], [user, plain])).toEqual(["a: Remove field members from Room"]);
    expect(await changes([], [linked, user])).toEqual(["a: Create model User; Create model Room"]);
    expect(await changes([linked, user], [])).toEqual([
      "a: Remove field members from Room; Delete model User; Delete model Room",
    ]);
    expect(await changes([linked, user], [linked, user])).toEqual([]);
  });

  test("makes a model of links before the relation that goes through it, and removes it after", async () => {
    const room = model("a.Room", { members: field.manyToMany("a.User", { through: "a.Seat" }) });
    const seat = model("a.Seat", { room: to("a.Room"), user: to("a.User") }, { constraints: [unique("room", "user")] });
    expect(await changes([], [room, seat, user])).toEqual([
      "a: Create model Room; Create model User; Create model Seat; Add field members to Room",
    ]);
    expect(await changes([room, seat, user], [])).toEqual([
      "a: Remove field members from Room; Delete model Seat; Delete model User; Delete model Room",
    ]);
  });

  test("removes and adds a relation that gets another target or another model of links, or becomes a column", async () => {
    const seat = model("a.Seat", { room: to("a.Room"), user: to("a.User") });
    const own = field.manyToMany("a.User");
    const through = field.manyToMany("a.User", { through: "a.Seat" });
    const room = (members: FieldDescription) => model("a.Room", { members });
    const replaced = ["a: Remove field members from Room; Add field members to Room"];
    expect(await changes([user, seat, room(own)], [user, seat, room(through)])).toEqual(replaced);
    expect(await changes([user, seat, room(through)], [user, seat, room(own)])).toEqual(replaced);
    expect(await changes([user, seat, room(own)], [user, seat, room(field.manyToMany("a.Seat"))])).toEqual(replaced);
    expect(await changes([user, seat, room(own)], [user, seat, room(field.int({ null: true }))])).toEqual(replaced);
    expect(await changes([user, seat, room(field.int())], [user, seat, room(own)])).toEqual(replaced);
  });

  test("lets relations and models of links follow a rename", async () => {
    const room = model("a.Room", { members: field.manyToMany("a.User", { through: "a.Seat" }) });
    const seat = model("a.Seat", { room: to("a.Room"), user: to("a.User") });
    const hall = model("a.Hall", { members: field.manyToMany("a.Person", { through: "a.Chair" }) });
    const chair = model("a.Chair", { room: to("a.Hall"), user: to("a.Person") });
    const renames = new Map([
      ["a.Room", "Hall"],
      ["a.User", "Person"],
      ["a.Seat", "Chair"],
    ]);
    const goal = [model("a.Person", {}), hall, chair];
    expect(await changes([user, room, seat], goal, { answers: { renames } })).toEqual([
      "a: Rename model Room to Hall; Rename model User to Person; Rename model Seat to Chair",
    ]);
  });

  test("lets the fields that links go by follow a rename", async () => {
    const through = (fields: [string, string]) =>
      field.manyToMany("a.User", { through: "a.Seat", throughFields: fields });
    const seat = (name: string) => model("a.Seat", { [name]: to("a.Room"), user: to("a.User") });
    const from = [user, model("a.Room", { members: through(["room", "user"]) }), seat("room")];
    const goal = [user, model("a.Room", { members: through(["hall", "user"]) }), seat("hall")];
    expect(await changes(from, goal, { questioner: agreeing })).toEqual(["a: Rename field room of Seat to hall"]);
  });

  test("asks whether two fields have exchanged their names, or two models", async () => {
    const before = model("a.Room", { low: field.int(), high: field.text() });
    const after = model("a.Room", { low: field.text(), high: field.int() });
    expect(await changes([before], [after], { questioner: agreeing })).toEqual([
      "a: Rename field low of Room to lowBefore; Rename field high of Room to low; Rename field lowBefore of Room to high",
    ]);
    expect(asked).toEqual(["a.Room.low <-> high"]);
    expect(await changes([before], [after])).toEqual(["a: Alter field low of Room; Alter field high of Room"]);
    await expect(changes([before], [after], { questioner: new RefusingQuestioner() })).rejects.toThrow(
      "Say --rename a.Room.low:high --rename a.Room.high:low, or --no-renames.",
    );
    const [one, two] = [model("a.One", { x: field.int() }), model("a.Two", { y: field.text() })];
    const [other, another] = [model("a.Two", { x: field.int() }), model("a.One", { y: field.text() })];
    const renames = new Map([
      ["a.One", "Two"],
      ["a.Two", "One"],
    ]);
    const exchanged = ["a: Rename model One to OneBefore; Rename model Two to One; Rename model OneBefore to Two"];
    expect(await changes([one, two], [other, another], { questioner: agreeing })).toEqual(exchanged);
    expect(asked).toEqual(["a.One <-> Two"]);
    expect(await changes([one, two], [other, another], { answers: { renames } })).toEqual(exchanged);
  });

  test("takes renames in a row: each name is free before it is taken", async () => {
    const before = model("a.Room", { x: field.int(), y: field.int() });
    const after = model("a.Room", { y: field.int(), z: field.int() });
    const renames = new Map([
      ["a.Room.x", "y"],
      ["a.Room.y", "z"],
    ]);
    expect(await changes([before], [after], { answers: { renames } })).toEqual([
      "a: Rename field y of Room to z; Rename field x of Room to y",
    ]);
  });

  test("takes renames that were said, keeps the column or the table of links that the new one names", async () => {
    const before = model("a.Room", { members: field.manyToMany("a.User") });
    const after = model("a.Room", { people: field.manyToMany("a.User", { dbTable: "a_room_members" }) });
    expect(await changes([user, before], [user, after], { questioner: agreeing })).toEqual([
      "a: Alter field members of Room; Rename field members of Room to people",
    ]);
  });

  test("alters a constraint of which only the message changed, and makes another anew", async () => {
    const having = (...constraints: NonNullable<ModelStateOptions["constraints"]>) =>
      model("a.Room", { size: field.int() }, { constraints });
    const small = check({ size__lt: 9 }).named("small");
    const told = check({ size__lt: 9 }, { violationMessage: "is too big" }).named("small");
    const other = check({ size__lt: 8 }).named("small");
    expect(await changes([having(small)], [having(told)])).toEqual(["a: Alter constraint small of Room"]);
    expect(await changes([having(small)], [having(other)])).toEqual([
      "a: Remove constraint small from Room; Add constraint small to Room",
    ]);
    expect(await changes([having()], [having(small)])).toEqual(["a: Add constraint small to Room"]);
    expect(await changes([having(small)], [having()])).toEqual(["a: Remove constraint small from Room"]);
  });

  test("adds and removes indexes, also over conditions and descending, and finds equal ones equal", async () => {
    const having = (...indexes: NonNullable<ModelStateOptions["indexes"]>) => model("a.Room", { slug }, { indexes });
    const one = () => index("-slug", { where: { slug__gt: "a" } }).named("some");
    expect(await changes([having(one())], [having(one())])).toEqual([]);
    expect(await changes([having()], [having(one())])).toEqual(["a: Add index some to Room"]);
    expect(await changes([having(one())], [having()])).toEqual(["a: Remove index some from Room"]);
    expect(await changes([having(index("slug"))], [having(index("-slug"))])).toEqual([
      "a: Remove index slug from Room; Add index -slug to Room",
    ]);
  });

  test("adds a generated field after the columns that it is computed from, and removes it before them", async () => {
    const double = field.generated({
      expression: F("size").times(2).node,
      output: field.int({ null: true }),
      null: true,
    });
    const before = model("a.Room", {});
    const after = model("a.Room", { double, size: field.int({ default: 1 }) });
    expect(await changes([before], [after])).toEqual(["a: Add field size to Room; Add field double to Room"]);
    expect(await changes([after], [before])).toEqual(["a: Remove field double from Room; Remove field size from Room"]);
    const tripled = field.generated({
      expression: F("size").times(3).node,
      output: field.int({ null: true }),
      null: true,
    });
    expect(await changes([after], [model("a.Room", { double: tripled, size: field.int({ default: 1 }) })])).toEqual([
      "a: Remove field double from Room; Add field double to Room",
    ]);
  });

  test("asks nothing for a default of the database, null, or a key that counts itself up", async () => {
    const after = model("a.Room", {
      kind: field.text({ dbDefault: "hall" }),
      note: field.text({ null: true }),
      members: field.manyToMany("a.User"),
    });
    expect(await changes([user, model("a.Room", {})], [user, after], { questioner: agreeing })).toEqual([
      "a: Add field kind to Room; Add field note to Room; Add field members to Room",
    ]);
    expect(asked).toEqual([]);
    const required = model("a.Room", { size: field.int() });
    await changes([model("a.Room", {})], [required], { questioner: agreeing });
    await changes([model("a.Room", { size: field.int({ null: true }) })], [required], { questioner: agreeing });
    expect(asked).toEqual(["a.Room.size?"]);
  });

  test("notices type, null, unique, index, column, target, default of the database, and what a delete does", async () => {
    const base = { one: field.int({ null: true }), two: to("a.User") };
    const altered = async (fields: Fields) =>
      changes([user, model("a.Room", base)], [user, model("a.Room", { ...base, ...fields })]);
    for (const one of [
      field.text({ null: true }),
      field.int({ null: true, unique: true }),
      field.int({ null: true, dbIndex: true }),
      field.int({ null: true, dbColumn: "uno" }),
      field.int({ null: true, dbDefault: 4 }),
      field.int({ default: 1 }),
    ]) {
      expect(await altered({ one })).toEqual(["a: Alter field one of Room"]);
    }
    for (const two of [
      to("a.User", { dbConstraint: false }),
      to("a.Room"),
      field.oneToOne("a.User", { onDelete: "cascade" }),
    ]) {
      expect(await altered({ two })).toEqual(["a: Alter field two of Room"]);
    }
  });

  test("makes no migration for what changes no table", async () => {
    const before = model("a.Room", { slug: field.slug() });
    const after = model("a.Room", {
      slug: field.slug({ verboseName: "short name", helpText: "letters", blank: true, choices: ["a", "b"] }),
    });
    expect(await changes([before], [after])).toEqual([]);
  });

  test("follows a model whose key is a foreign key, one to one or a custom field", async () => {
    const profile = model("a.Profile", {});
    const own: ModelState = {
      ...profile,
      fields: new Map([["user", field.oneToOne("a.User", { onDelete: "cascade", primaryKey: true })]]),
    };
    expect(await changes([], [own, user])).toEqual(["a: Create model User; Create model Profile"]);
    const money = field.custom("money", { currency: "EUR" });
    const more = field.custom("money", { currency: "SEK" });
    const purse = (kind: FieldDescription) => model("a.Purse", { amount: kind });
    expect(await changes([purse(money)], [purse(more)])).toEqual(["a: Alter field amount of Purse"]);
  });

  test("splits apps that lead to each other in a circle, with links of many to many too", async () => {
    const one = model("a.One", { two: to("b.Two", { null: true }), all: field.manyToMany("b.Two") });
    const two = model("b.Two", { one: to("a.One", { null: true }) });
    const told = await changes([], [one, two]);
    expect(told).toHaveLength(3);
    expect(told.join("; ")).toMatch(/Add field (one to Two|two to One)/);
  });

  test("names migrations by what they do, shortened, and by the time where that tells nothing", () => {
    const add = (name: string) => addField("Room", name, field.text());
    expect(suggestName([add("a")], [])).toBe("0001_initial");
    expect(suggestName([add("a")], ["0001_initial"])).toBe("0002_room_a");
    expect(suggestName([add("a"), add("b")], ["0004_x"])).toBe("0005_room_a_room_b");
    expect(
      suggestName(
        Array.from({ length: 20 }, (_, place) => add(`field${place}`)),
        ["0001"],
      ),
    ).toMatch(/^0002_room_field0_.*_and_more$/);
    expect(suggestName([], ["0001"])).toMatch(/^0002_auto_\d{8}_\d{4}$/);
  });
});
