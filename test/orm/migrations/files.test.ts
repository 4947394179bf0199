import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { defineApp } from "hotclub";
import {
  addConstraint,
  addField,
  addIndex,
  alterField,
  check,
  createModel,
  deleteModel,
  F,
  f,
  field,
  index,
  installModels,
  loadProjectMigrations,
  makeMigrations,
  mergeMigrations,
  migration,
  MigrationGraph,
  Model,
  noop,
  RefusingQuestioner,
  removeField,
  renameField,
  renameModel,
  runCode,
  runSql,
  squashMigrations,
  unique,
  writeMigrationFiles,
  type Operation,
  type ProjectMigrations,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { optimize } from "../../../src/orm/migrations/optimizer/optimize.js";
import { describeState } from "../../../src/orm/migrations/state/describe-state.js";
import { writeMigration } from "../../../src/orm/migrations/writer/write-migration.js";
import { scratch } from "../../project/scratch.js";
import { nodesOf } from "./history.js";

const told = (operations: readonly Operation[]) => operations.map((operation) => operation.describe());

describe("a migration's file", () => {
  test("has a function as a person would write it, whatever a bundler made of it", () => {
    const bundled = (source: string) => Object.assign(() => new Date(), { toString: () => source });
    for (const source of ["()=>new Date", "() => /* @__PURE__ */ new Date()", "() => /*#__PURE__*/ new Date()"]) {
      const fill = bundled(source);
      const operations = [addField("Message", "sentAt", field.dateTime({ autoNowAdd: true }), { fill })];
      expect(writeMigration({ dependencies: [], operations })).toContain("{ fill: () => new Date() }");
    }
  });

  test("has the data of a function that only names data, and refuses one that may do more", () => {
    const base = ["swing"];
    const written = (fill: () => unknown) =>
      writeMigration({ dependencies: [], operations: [addField("Message", "notes", field.json(), { fill })] });
    expect(written(() => ({ key: "A (minor)", bpm: 3.5, tags: [true, null] }))).toContain(
      'fill: () => ({ key: "A (minor)", bpm: 3.5, tags: [true, null] })',
    );
    expect(written(() => base)).toContain('fill: () => ["swing"]');
    for (const fill of [() => ({ at: Date.now() }), () => [Math.random()], () => [...base, "jazz"]]) {
      expect(() => written(fill)).toThrow("cannot be written into a migration");
    }
  });

  test("reads as a person would have written it", () => {
    const text = writeMigration({
      dependencies: ["chat.0001_initial"],
      operations: [
        createModel("Room", {
          fields: {
            id: field.auto(),
            slug: field.slug({ unique: true }),
            owner: field.foreignKey("accounts.User", { onDelete: "setNull", null: true }),
          },
          ordering: ["-slug"],
          indexes: [index("owner", "-id").named("newest")],
        }),
        addField("Message", "sentAt", field.dateTime({ autoNowAdd: true }), { fill: () => new Date() }),
        addField("Message", "token", field.uuid(), { fill: () => crypto.randomUUID() }),
        alterField("Message", "at", field.dateTime({ default: new Date(0) })),
        addConstraint("Message", check({ endsAt__gt: F("startsAt") }).named("ends_later")),
        addIndex("Message", index("text", { where: { isDeleted: false } })),
        runSql(["SELECT 1", 'SELECT "2"'], { reverse: "", elidable: true }),
      ],
    });
    expect(text).toBe(
      `import {
  addConstraint,
  addField,
  addIndex,
  alterField,
  check,
  createModel,
  F,
  field,
  index,
  migration,
  runSql,
} from "hotclub/orm";

export default migration({
  dependencies: ["chat.0001_initial"],
  operations: [
    createModel("Room", {
      fields: {
        id: field.auto(),
        slug: field.slug({ unique: true }),
        owner: field.foreignKey("accounts.User", { null: true, onDelete: "setNull" }),
      },
      ordering: ["-slug"],
      indexes: [index("owner", "-id").named("newest")],
    }),
    addField("Message", "sentAt", field.dateTime({ autoNowAdd: true }), { fill: () => new Date() }),
    addField("Message", "token", field.uuid(), { fill: () => crypto.randomUUID() }),
    alterField("Message", "at", field.dateTime({ default: new Date("1970-01-01T00:00:00.000Z") })),
    addConstraint("Message", check({ endsAt__gt: F("startsAt") }).named("ends_later")),
    addIndex("Message", index("text", { condition: { kind: "where", where: { isDeleted: false } } })),
    runSql(["SELECT 1", 'SELECT "2"'], { reverse: "", elidable: true }),
  ],
});
`.replace("'SELECT \"2\"'", String.raw`"SELECT \"2\""`),
    );
  });

  test("refuses a value that no file can hold", () => {
    const operations = [addField("Room", "x", field.text(), { fill: () => operations })];
    expect(() => writeMigration({ dependencies: [], operations })).toThrow(
      "Add field x to Room.fill has a value that cannot be written",
    );
  });

  test("leads, once it is written and loaded, to the models that it was made of", async () => {
    class Author extends Model {
      name = f.char({ maxLength: 40, unique: true });
      born = f.date({ null: true });
      price = f.decimal({ maxDigits: 8, decimalPlaces: 2, default: 0 });
      tags = f.array(f.text(), { default: () => [] });
      double = f.generated(F("price").times(2), f.decimal({ maxDigits: 9, decimalPlaces: 2 }));
      friends = f.manyToMany(() => Author);
    }
    const directory = await scratch({ "migrations/.keep": "" });
    const app = defineApp({ name: "books", models: [Author], migrations: join(directory, "migrations") });
    installModels([app]);
    const project = await loadProjectMigrations([app]);
    const written = await makeMigrations(project, { questioner: new RefusingQuestioner() });
    expect(written.map(({ name }) => name)).toEqual(["0001_initial"]);
    const text = (written[0]?.text ?? "").replace(
      "hotclub/orm",
      pathToFileURL(join(process.cwd(), "src/orm/index.ts")).href,
    );
    await writeMigrationFiles(written.map(({ file }) => ({ file, text })));
    expect(await readFile(join(directory, "migrations/0001_initial.ts"), "utf8")).toBe(text);
    const again = await loadProjectMigrations([app]);
    const { fields } = new MigrationGraph(again.nodes).stateAfter().get("books.Author");
    expect([...fields.keys()]).toEqual(["id", "name", "born", "price", "tags", "double", "friends"]);
    expect(text).toContain('friends: field.manyToMany("books.Author"),');
    expect(await makeMigrations(again, { questioner: new RefusingQuestioner() })).toEqual([]);
    expect(describeState([app]).state.models.size).toBe(1);
  });
});

function projectOf(nodes: ReturnType<typeof nodesOf>): ProjectMigrations {
  const current = describeState([]);
  const apps = [...new Set(nodes.map(({ app }) => app))].map((name) =>
    defineApp({ name, migrations: `/nowhere/${name}` }),
  );
  return { apps, nodes, current, base: current.state };
}

const room = createModel("Room", { fields: { id: field.auto(), slug: field.slug() } });

describe("branches", () => {
  test("are merged where they touch different things, and refused where not", () => {
    const nodes = nodesOf({
      "a.0001_initial": [room],
      "a.0002_x": { operations: [addField("Room", "x", field.text({ null: true }))], dependencies: ["a.0001_initial"] },
      "a.0002_y": { operations: [addField("Room", "y", field.text({ null: true }))], dependencies: ["a.0001_initial"] },
    });
    const [merged] = mergeMigrations(projectOf(nodes));
    expect(merged?.dependencies).toEqual(["a.0002_x", "a.0002_y"]);
    expect(merged?.text).toContain('dependencies: ["a.0002_x", "a.0002_y"]');
    const clashing = [
      ...nodes,
      ...nodesOf({ "a.0002_z": { operations: [deleteModel("Room")], dependencies: ["a.0001_initial"] } }),
    ];
    expect(() => mergeMigrations(projectOf(clashing))).toThrow("Both change a.Room.x, a.Room.y");
    expect(mergeMigrations(projectOf(clashing), { force: true })).toHaveLength(1);
  });
});

describe("squashing", () => {
  const note = () => {};
  const nodes = nodesOf({
    "a.0001_initial": [room],
    "a.0002_more": {
      operations: [addField("Room", "x", field.text({ null: true })), runCode(note, { reverse: noop })],
      dependencies: ["a.0001_initial", "b.0001"],
    },
    "a.0003_less": [removeField("Room", "x"), runSql("SELECT 1", { elidable: true })],
    "b.0001": [],
  });

  test("gives one migration that stands for several, and takes code from where it is", () => {
    const squashed = squashMigrations(projectOf(nodes), { app: "a", end: "0003" });
    expect(squashed.name).toBe("0001_squashed_0003_less");
    expect(squashed.replaces).toEqual(["a.0001_initial", "a.0002_more", "a.0003_less"]);
    expect(told(squashed.operations)).toEqual(["Create model Room", "Run note", "Remove field x from Room"]);
    expect(squashed.borrowed).toHaveLength(1);
    expect(squashed.text).toContain('import m0002_more from "./0002_more.js";');
    expect(squashed.text).toContain("operationOf(m0002_more, 1)");
    expect(squashed.text).toContain('dependencies: ["b.0001"]');
    expect(squashMigrations(projectOf(nodes), { app: "a", start: "0002", end: "0003", optimize: false }).before).toBe(
      4,
    );
  });
});

describe("the optimizer", () => {
  const optimized = (...operations: Operation[]) => told(optimize(operations, "a"));
  const text = field.text({ null: true });

  test.each<[string, Operation[], string[]]>([
    [
      "a new model takes in what is changed about it",
      [
        room,
        addField("Room", "x", text),
        alterField("Room", "x", field.int()),
        renameField("Room", "x", "y"),
        removeField("Room", "slug"),
        addIndex("Room", index("y")),
        renameModel("Room", "Hall"),
      ],
      ["Create model Hall"],
    ],
    ["what comes and goes leaves nothing", [addField("Room", "x", text), removeField("Room", "x")], []],
    ["a model that comes and goes leaves nothing", [room, addField("Room", "x", text), deleteModel("Room")], []],
    [
      "renames are one",
      [
        renameField("Room", "a", "b"),
        renameField("Room", "b", "c"),
        renameModel("Room", "Hall"),
        renameModel("Hall", "Place"),
      ],
      ["Rename field a of Room to c", "Rename model Room to Place"],
    ],
    ["renames there and back are none", [renameField("Room", "a", "b"), renameField("Room", "b", "a")], []],
    [
      "the last change of a field counts",
      [alterField("Room", "x", field.int()), alterField("Room", "x", text)],
      ["Alter field x of Room"],
    ],
    [
      "what is changed and removed is removed",
      [alterField("Room", "x", field.int()), removeField("Room", "x")],
      ["Remove field x from Room"],
    ],
    [
      "code keeps its place",
      [room, runCode(noop), addField("Room", "x", text)],
      ["Create model Room", "Run noop", "Add field x to Room"],
    ],
    [
      "a field waits for the model that it leads to",
      [
        room,
        createModel("User", { fields: { id: field.auto() } }),
        addField("Room", "owner", field.foreignKey("a.User", { onDelete: "cascade", null: true })),
      ],
      ["Create model User", "Create model Room"],
    ],
    [
      "constraints that come and go leave nothing",
      [addConstraint("Room", unique("a", "b")), addIndex("Room", index("a"))],
      ["Add constraint a, b to Room", "Add index a to Room"],
    ],
  ])("%s", (_, operations, expected) => {
    expect(optimized(...operations)).toEqual(expected);
  });

  test("leaves a migration that cannot be shorter as it is", () => {
    const { operations } = migration({ operations: [room] });
    expect(optimize(operations, "a")).toEqual(operations);
  });
});
