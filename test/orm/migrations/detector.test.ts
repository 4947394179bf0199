import { field, type FieldDescription, index, type ModelState, ProjectState, unique } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import type { DetectOptions } from "../../../src/orm/migrations/detector/comparison.js";
import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import type { Questioner } from "../../../src/orm/migrations/detector/questioner.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import type { MigrationDraft } from "../../../src/orm/migrations/detector/split-migrations.js";
import { optimize } from "../../../src/orm/migrations/optimizer/optimize.js";
import type { ModelStateOptions } from "../../../src/orm/migrations/state/model-state.js";

type Fields = Readonly<Record<string, FieldDescription>>;

function model(label: string, fields: Fields, options: ModelStateOptions = {}): ModelState {
  const [app = "", name = ""] = label.split(".");
  return { app, name, fields: new Map(Object.entries({ id: field.auto(), ...fields })), options };
}

const to = (label: string, options: object = {}) => field.foreignKey(label, { onDelete: "cascade", ...options });

/** Says yes to every rename, and gives the same value to all rows. */
const agreeing: Questioner = {
  isModelRenamed: async () => true,
  isFieldRenamed: async () => true,
  areModelsExchanged: async () => true,
  areFieldsExchanged: async () => true,
  fillFor: async () => ({ fill: "filled" }),
};
/** Says that nothing was renamed. */
const denying: Questioner = {
  ...agreeing,
  isModelRenamed: async () => false,
  isFieldRenamed: async () => false,
  areModelsExchanged: async () => false,
  areFieldsExchanged: async () => false,
};

async function draftsFor(
  from: readonly ModelState[],
  goal: readonly ModelState[],
  options: Partial<DetectOptions> = {},
): Promise<MigrationDraft[]> {
  const [before, after] = [new ProjectState(from), new ProjectState(goal)];
  const drafts = await detectChanges(before, after, { questioner: denying, ...options });
  // Whatever was found leads to the goal, as it is and optimized.
  for (const change of [
    (draft: MigrationDraft) => draft.operations,
    (draft: MigrationDraft) => optimize(draft.operations, draft.app),
  ]) {
    const state = new ProjectState(from);
    for (const draft of drafts) for (const operation of change(draft)) operation.changeState(draft.app, state);
    expect(plain(state)).toEqual(plain(after));
  }
  return drafts;
}

/** A state whose models, indexes and constraints can be compared in any order. */
function plain(state: ProjectState) {
  const sorted = (list: readonly object[] = []) => list.map((one) => JSON.stringify(one)).sort();
  return Object.fromEntries(
    [...state.models].map(([label, { fields, options }]) => [
      label,
      {
        fields: Object.fromEntries(fields),
        options: { ...options, indexes: sorted(options.indexes), constraints: sorted(options.constraints) },
      },
    ]),
  );
}

/** What is done, in words, by migration. */
async function changes(from: readonly ModelState[], goal: readonly ModelState[], options: Partial<DetectOptions> = {}) {
  const drafts = await draftsFor(from, goal, options);
  return drafts.map(
    ({ app, operations }) => `${app}: ${operations.map((operation) => operation.describe()).join("; ")}`,
  );
}

const room = model("chat.Room", { slug: field.slug(), size: field.int({ null: true }) });
const message = model("chat.Message", { room: to("chat.Room"), text: field.text() });

describe("the autodetector", () => {
  test("finds nothing where nothing changed", async () => {
    expect(await changes([room, message], [room, message])).toEqual([]);
  });

  test("makes new models, each after those that it leads to", async () => {
    expect(await changes([], [message, room])).toEqual(["chat: Create model Room; Create model Message"]);
  });

  test("deletes models, each before those that it leads to", async () => {
    expect(await changes([room, message], [])).toEqual(["chat: Delete model Message; Delete model Room"]);
  });

  test("breaks a circle of foreign keys in two", async () => {
    const egg = model("farm.Egg", { hen: to("farm.Hen", { null: true }) }, { indexes: [index("hen", "id")] });
    const hen = model("farm.Hen", { egg: to("farm.Egg", { null: true }) });
    expect(await changes([], [egg, hen])).toEqual(["farm: Create model Hen; Create model Egg; Add field egg to Hen"]);
    expect(await changes([egg, hen], [])).toEqual([
      "farm: Remove field egg from Hen; Delete model Egg; Delete model Hen",
    ]);
  });

  test("lets a model lead to itself", async () => {
    const node = model("tree.Node", { parent: to("tree.Node", { null: true }) });
    expect(await changes([], [node])).toEqual(["tree: Create model Node"]);
    expect(await changes([node], [])).toEqual(["tree: Delete model Node"]);
  });

  test("puts the migration of an app after that of the app that it needs", async () => {
    const user = model("accounts.User", { name: field.text() });
    const drafts = await draftsFor([], [model("blog.Post", { author: to("accounts.User") }), user]);
    expect(drafts.map(({ app }) => app)).toEqual(["accounts", "blog"]);
    expect(drafts[1]?.after).toEqual([drafts[0]]);
  });

  test("splits an app in two where two apps need something of each other", async () => {
    const models = [
      model("a.One", { two: to("b.Two") }),
      model("a.Base", {}),
      model("b.Two", {}),
      model("b.Three", { base: to("a.Base") }),
    ];
    expect(await changes([], models)).toEqual([
      "b: Create model Two",
      "a: Create model One; Create model Base",
      "b: Create model Three",
    ]);
    const circle = [
      model("a.One", { two: to("b.Two", { null: true }) }),
      model("b.Two", { one: to("a.One", { null: true }) }),
    ];
    expect(await changes([], circle)).toHaveLength(3);
  });

  test("adds, alters and removes fields", async () => {
    const after = model("chat.Room", { slug: field.slug({ maxLength: 20 }), topic: field.text({ default: "" }) });
    expect(await changes([room], [after])).toEqual([
      "chat: Remove field size from Room; Add field topic to Room; Alter field slug of Room",
    ]);
  });

  test("asks whether a field was renamed, where it is like one that is gone", async () => {
    const renamed = model("chat.Room", { name: field.slug(), size: field.int({ null: true }) });
    expect(await changes([room], [renamed], { questioner: agreeing })).toEqual([
      "chat: Rename field slug of Room to name",
    ]);
    expect(await changes([room], [renamed])).toEqual(["chat: Remove field slug from Room; Add field name to Room"]);
  });

  test("keeps the column of a renamed field that names it", async () => {
    const renamed = model("chat.Room", { name: field.slug({ dbColumn: "slug" }), size: field.int({ null: true }) });
    expect(await changes([room], [renamed], { questioner: agreeing })).toEqual([
      "chat: Alter field slug of Room; Rename field slug of Room to name",
    ]);
  });

  test("asks whether a model was renamed, and lets what leads to it follow", async () => {
    const hall = model("chat.Hall", { slug: field.slug(), size: field.int({ null: true }) });
    const goal = [hall, model("chat.Message", { room: to("chat.Hall"), text: field.text() })];
    expect(await changes([room, message], goal, { questioner: agreeing })).toEqual(["chat: Rename model Room to Hall"]);
  });

  test("takes renames that were said on the command line, also of what changed besides", async () => {
    const hall = model("chat.Hall", { name: field.char({ maxLength: 9 }), size: field.int({ null: true }) });
    const renames = new Map([
      ["chat.Room", "Hall"],
      ["chat.Hall.slug", "name"],
    ]);
    expect(await changes([room], [hall], { answers: { renames } })).toEqual([
      "chat: Rename model Room to Hall; Rename field slug of Hall to name; Alter field name of Hall",
    ]);
  });

  test("renames in indexes and constraints what is renamed in the model", async () => {
    const before = model(
      "chat.Room",
      { slug: field.slug() },
      { indexes: [index("slug", "-id")], constraints: [unique("slug", "id")] },
    );
    const after = model(
      "chat.Room",
      { name: field.slug() },
      { indexes: [index("name", "-id")], constraints: [unique("name", "id")] },
    );
    expect(await changes([before], [after], { questioner: agreeing })).toEqual([
      "chat: Rename field slug of Room to name",
    ]);
  });

  test("removes indexes and constraints before the fields that they are over, and adds them after", async () => {
    const before = model(
      "chat.Room",
      { slug: field.slug() },
      { indexes: [index("slug")], constraints: [unique("slug", "id")] },
    );
    const after = model(
      "chat.Room",
      { name: field.int({ default: 1 }) },
      { indexes: [index("name")], constraints: [unique("name")] },
    );
    expect(await changes([before], [after])).toEqual([
      "chat: Remove constraint slug, id from Room; Remove index slug from Room; Remove field slug from Room; " +
        "Add field name to Room; Add index name to Room; Add constraint name to Room",
    ]);
  });

  test("renames an index that has another name, and makes none anew", async () => {
    const before = model("chat.Room", { slug: field.slug() }, { indexes: [index("slug").named("old")] });
    const after = model("chat.Room", { slug: field.slug() }, { indexes: [index("slug").named("new")] });
    expect(await changes([before], [after])).toEqual(["chat: Rename index old of Room to new"]);
  });

  test("changes what a model says of itself: ordering, table, whether it is managed", async () => {
    const after = { ...room, options: { ordering: ["slug"], dbTable: "rooms", managed: false } };
    expect(await changes([room], [after])).toEqual([
      "chat: Rename the table of Room to rooms; Change ordering, managed of Room",
    ]);
    expect(await changes([after], [room])).toEqual([
      "chat: Rename the table of Room to the name that follows from the model's; Change ordering, managed of Room",
    ]);
  });

  test("knows models that migrations do not manage", async () => {
    const view = model("chat.Report", { total: field.int() }, { managed: false });
    expect(await changes([], [view])).toEqual(["chat: Create model Report"]);
  });

  test("asks what rows get in a new field that may not be null", async () => {
    const after = model("chat.Room", { slug: field.slug(), size: field.int({ null: true }), topic: field.text() });
    const [draft] = await draftsFor([room], [after]);
    expect(draft?.operations[0]?.toCall()?.args[3]).toEqual({ fill: "filled" });
    const refusing = new RefusingQuestioner();
    await expect(changes([room], [after], { questioner: refusing })).rejects.toThrow(
      "chat.Room.topic is new and may not be null. What do rows get that are there already? Say --fill chat.Room.topic=VALUE",
    );
    const fills = new Map([["chat.Room.topic", ""]]);
    const [said] = await draftsFor([room], [after], { questioner: refusing, answers: { fills } });
    expect(said?.operations[0]?.toCall()?.args[3]).toEqual({ fill: "" });
  });

  test("asks nothing where a default, null, or the time says what rows get", async () => {
    const after = model("chat.Room", {
      slug: field.slug(),
      size: field.int({ null: true }),
      topic: field.text({ default: "" }),
      note: field.text({ null: true }),
      openedAt: field.dateTime({ autoNowAdd: true }),
    });
    const [draft] = await draftsFor([room], [after], { questioner: new RefusingQuestioner() });
    const fills = draft?.operations.map((operation) => operation.toCall()?.args[3] as { fill: unknown } | undefined);
    expect(fills?.map((one) => typeof one?.fill)).toEqual(["undefined", "undefined", "function"]);
  });

  test("fills with a default that is a function, for each row", async () => {
    const after = model("chat.Room", {
      slug: field.slug(),
      size: field.int({ null: true }),
      token: field.text({ unique: true }),
    });
    const compute = () => crypto.randomUUID();
    const computedDefaults = new Map([["chat.Room.token", compute]]);
    const [draft] = await draftsFor([room], [after], { questioner: new RefusingQuestioner(), computedDefaults });
    expect(draft?.operations[0]?.toCall()?.args[3]).toEqual({ fill: compute });
  });

  test("asks what rows get that are null in a field that may no longer be", async () => {
    const after = model("chat.Room", { slug: field.slug(), size: field.int() });
    const fills = new Map([["chat.Room.size", 0]]);
    expect(await changes([room], [after], { answers: { fills }, questioner: new RefusingQuestioner() })).toEqual([
      "chat: Alter field size of Room",
    ]);
    await expect(changes([room], [after], { questioner: new RefusingQuestioner() })).rejects.toThrow(
      "may no longer be null",
    );
  });

  test("refuses to guess about renames when nobody is there to ask, and loses nothing", async () => {
    const renamed = model("chat.Room", { name: field.slug(), size: field.int({ null: true }) });
    await expect(changes([room], [renamed], { questioner: new RefusingQuestioner() })).rejects.toThrow(
      "chat.Room.slug is gone, and chat.Room.name is new and just like it. Was it renamed? Say --rename chat.Room.slug:name, or --no-renames.",
    );
    const questioner = new RefusingQuestioner({ noRenames: true });
    const fills = new Map([["chat.Room.name", "x"]]);
    expect(await changes([room], [renamed], { questioner, answers: { fills } })).toHaveLength(1);
  });

  test("lets a foreign key lead elsewhere, and deletes what it led to afterwards", async () => {
    const hall = model("chat.Hall", {});
    const goal = [hall, model("chat.Message", { room: to("chat.Hall"), text: field.text() })];
    expect(await changes([room, message], goal)).toEqual([
      "chat: Create model Hall; Alter field room of Message; Delete model Room",
    ]);
  });

  test("removes a field that leads to a model of another app before that is deleted", async () => {
    const user = model("accounts.User", {});
    const post = model("blog.Post", { author: to("accounts.User") });
    const drafts = await draftsFor([user, post], [model("blog.Post", {})]);
    expect(drafts.map(({ app }) => app)).toEqual(["blog", "accounts"]);
    expect(drafts[1]?.after).toEqual([drafts[0]]);
  });

  test("makes a model whose table is that of a deleted one after that is gone", async () => {
    const before = model("chat.Old", { a: field.int() }, { dbTable: "shared" });
    const after = model("chat.New", { b: field.text() }, { dbTable: "shared" });
    expect(await changes([before], [after])).toEqual(["chat: Delete model Old; Create model New"]);
  });

  test("alters a key to another type, and a foreign key to a plain field", async () => {
    const plainMessage = model("chat.Message", { room: field.int(), text: field.text() });
    expect(await changes([room, message], [room, plainMessage])).toEqual(["chat: Alter field room of Message"]);
  });
});
