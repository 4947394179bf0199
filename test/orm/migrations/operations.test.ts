import {
  addConstraint,
  addField,
  addIndex,
  alterField,
  alterModelOptions,
  alterModelTable,
  check,
  createModel,
  databases,
  deleteModel,
  field,
  index,
  noop,
  removeConstraint,
  removeField,
  removeIndex,
  renameField,
  renameIndex,
  renameModel,
  runCode,
  runSql,
  separateDatabaseAndState,
  unique,
  type Operation,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { engines } from "../engines.js";
import { goTo, type MigrationNode, modelsAfter, nodesOf, tables, withDatabase } from "./history.js";

const room = createModel("Room", {
  fields: { id: field.auto(), slug: field.slug({ unique: true }), size: field.int({ null: true }) },
});
const message = createModel("Message", {
  fields: {
    id: field.auto(),
    room: field.foreignKey("shop.Room", { onDelete: "cascade" }),
    text: field.text(),
    sentAt: field.dateTime(),
  },
  indexes: [index("room", "-id")],
});

const sentAt = new Date("2026-02-03T04:05:06.007Z");

/** Two rooms, one of them without a size, and three messages. */
const fill = runCode(
  async ({ models }) => {
    const Room = models.get("Room");
    const lobby = await Room.create({ slug: "lobby", size: 3 });
    const cellar = await Room.create({ slug: "cellar" });
    const gone = await Room.create({ slug: "gone" });
    await gone.delete();
    for (const [where, text] of [
      [lobby, "12"],
      [lobby, "13"],
      [cellar, "14"],
    ] as const) {
      await models.get("Message").create({ room: where, text, sentAt });
    }
  },
  { reverse: noop },
);

/** A history that ends in `operations`, after tables with rows. */
function history(...operations: Operation[]): MigrationNode[] {
  return nodesOf({ "shop.0001_initial": [room, message], "shop.0002_rows": [fill], "shop.0003_change": operations });
}

async function rows(nodes: readonly MigrationNode[], label: string): Promise<readonly (readonly unknown[])[]> {
  const found = await databases.get().query(`SELECT * FROM "${modelsAfter(nodes).schema(label).table}" ORDER BY id`);
  return found.rows;
}

/** Applies, looks, takes back, and expects the tables to be as they were. */
async function thereAndBack(nodes: readonly MigrationNode[], look: () => Promise<void>): Promise<void> {
  await goTo(nodes, "0002");
  const before = await tables();
  await goTo(nodes, "0003");
  await look();
  await goTo(nodes, "0002");
  expect(await tables()).toEqual(before);
  await goTo(nodes, "0003");
  await look();
}

describe.each(engines)("operations on $name", (engine) => {
  withDatabase(engine);

  test("a new field fills the rows that are there, all with one value or each with its own", async () => {
    const nodes = history(
      addField("Room", "title", field.char({ maxLength: 20 }), { fill: "it's" }),
      addField("Room", "isOpen", field.bool({ default: true })),
      addField("Room", "key", field.char({ maxLength: 40, unique: true }), { fill: () => crypto.randomUUID() }),
      addField("Room", "openedAt", field.dateTime(), { fill: sentAt }),
      addField("Room", "closedAt", field.dateTime({ null: true })),
    );
    await thereAndBack(nodes, async () => {
      const Room = modelsAfter(nodes).model("shop.Room") as never as { all(): Promise<Record<string, unknown>[]> };
      const found = await Room.all();
      expect(found).toHaveLength(2);
      expect(new Set(found.map(({ key }) => key)).size).toBe(2);
      for (const one of found)
        expect(one).toMatchObject({ title: "it's", isOpen: true, openedAt: sentAt, closedAt: null });
    });
  });

  test("a foreign key can be added to a table with rows, and is checked", async () => {
    const nodes = history(
      addField("Message", "former", field.foreignKey("shop.Room", { onDelete: "setNull", null: true })),
    );
    await thereAndBack(nodes, async () => {
      expect((await tables()).get("shop_message")?.foreignKeys).toHaveLength(2);
      await expect(
        databases.get().query('UPDATE "shop_message" SET former_id = 99', [], { hasRows: false }),
      ).rejects.toMatchObject({
        code: "ORM_FOREIGN_KEY_VIOLATION",
      });
    });
  });

  test("a field that may no longer be null fills the rows that were", async () => {
    const nodes = history(alterField("Room", "size", field.int(), { fill: 7 }));
    await thereAndBack(nodes, async () => {
      const found = await databases.get().query('SELECT size FROM "shop_room" ORDER BY size');
      expect(found.rows).toEqual([[3], [7]]);
      expect((await tables()).get("shop_room")?.columns[1]).toMatchObject({ name: "size", isNullable: false });
    });
  });

  test("a field of another type keeps what is in it, where that can be", async () => {
    const nodes = history(alterField("Message", "text", field.int()), alterField("Message", "sentAt", field.text()));
    await thereAndBack(nodes, async () => {
      const found = await databases.get().query('SELECT text, sent_at FROM "shop_message" ORDER BY id');
      expect(found.rows.map(([text]) => text)).toEqual([12, 13, 14]);
      for (const [, text] of found.rows) expect(text).toBe("2026-02-03 04:05:06.007+00");
    });
    const Message = modelsAfter(nodesOf({ "shop.0001": [room, message] })).model("shop.Message");
    await goTo(nodes, "0002");
    const [first] = await (Message as never as { all(): Promise<{ sentAt: Date }[]> }).all();
    expect(first?.sentAt).toEqual(sentAt);
  });

  test("a field whose values do not fit its new type is refused, and nothing is changed", async () => {
    const nodes = history(
      runSql("UPDATE shop_message SET text = 'not a number' WHERE text = '13'", { reverse: "" }),
      alterField("Message", "text", field.int()),
    );
    await goTo(nodes, "0002");
    const before = await rows(nodes, "shop.Message");
    await expect(goTo(nodes, "0003")).rejects.toMatchObject({ code: "ORM_MIGRATION_FAILED" });
    expect(await rows(nodes, "shop.Message")).toEqual(before);
    const long = history(alterField("Room", "slug", field.slug({ unique: true, maxLength: 3 })));
    if (engine.name === "postgres") {
      await expect(goTo(long, "0003")).rejects.toMatchObject({ code: "ORM_MIGRATION_FAILED" });
    }
  });

  test("a field can be removed, and comes back with what its rows are given", async () => {
    const nodes = history(removeField("Message", "text", { fill: "gone" }));
    await thereAndBack(nodes, async () => {
      expect((await tables()).get("shop_message")?.columns.map(({ name }) => name)).toEqual([
        "id",
        "room_id",
        "sent_at",
      ]);
      expect(await rows(nodes, "shop.Message")).toHaveLength(3);
    });
    await goTo(nodes, "0002");
    const found = await databases.get().query('SELECT DISTINCT text FROM "shop_message"');
    expect(found.rows).toEqual([["gone"]]);
  });

  test("a renamed field keeps its rows, and its indexes and constraints follow", async () => {
    const nodes = history(
      addConstraint("Message", unique("room", "text")),
      renameField("Message", "text", "body"),
      renameField("Message", "room", "hall"),
    );
    await thereAndBack(nodes, async () => {
      const fresh = modelsAfter(nodes).state.get("shop.Message");
      expect(fresh.options.indexes?.[0]?.fields).toEqual(["hall", "-id"]);
      const found = await databases.get().query('SELECT body, hall_id FROM "shop_message" ORDER BY id');
      expect(found.rows).toEqual([
        ["12", 1],
        ["13", 1],
        ["14", 2],
      ]);
      const names = (await tables()).get("shop_message")?.indexes.map(({ name }) => name) ?? [];
      expect(names.filter((name) => name.includes("room"))).toEqual([]);
    });
  });

  test("a renamed model takes its table along, and what leads to it follows", async () => {
    const nodes = history(renameModel("Room", "Hall"));
    await thereAndBack(nodes, async () => {
      expect([...(await tables()).keys()].sort()).toEqual(["shop_hall", "shop_message"]);
      expect((await tables()).get("shop_message")?.foreignKeys).toMatchObject([{ table: "shop_hall" }]);
      expect(await rows(nodes, "shop.Hall")).toHaveLength(2);
    });
  });

  test("indexes and constraints come, go and are renamed", async () => {
    const nodes = history(
      addIndex("Message", index("-sentAt").named("newest")),
      addConstraint("Message", unique("room", "text")),
      removeIndex("Message", index("room", "-id")),
      renameIndex("Message", index("-sentAt").named("newest"), "latest"),
      alterField("Room", "size", field.int({ null: true, dbIndex: true })),
    );
    await thereAndBack(nodes, async () => {
      const found = (await tables()).get("shop_message")?.indexes ?? [];
      expect(found.map(({ columns, isUnique }) => [columns.join(), isUnique])).toEqual(
        expect.arrayContaining([
          ["room_id", false],
          ["-sent_at", false],
          ["room_id,text", true],
        ]),
      );
      expect(found.map(({ name }) => name)).toContain("latest");
      expect(found.map(({ columns }) => columns.join())).not.toContain("room_id,-id");
      expect((await tables()).get("shop_room")?.indexes.map(({ columns }) => columns.join())).toContain("size");
    });
    const without = nodesOf({
      "shop.0001_initial": [room, message, addConstraint("Message", unique("room", "text"))],
      "shop.0002": [removeConstraint("Message", unique("room", "text"))],
    });
    expect(modelsAfter(without).state.get("shop.Message").options.constraints).toBeUndefined();
  });

  test("options change the state, and the table where it has another name", async () => {
    const nodes = history(alterModelOptions("Room", { ordering: ["-slug"] }), alterModelTable("Room", "halls"));
    await thereAndBack(nodes, async () => {
      expect([...(await tables()).keys()].sort()).toEqual(["halls", "shop_message"]);
      const models = modelsAfter(nodes);
      const slugs = (await (models.model("shop.Room") as never as { all(): Promise<{ slug: string }[]> }).all()).map(
        ({ slug }) => slug,
      );
      expect(slugs).toEqual(["lobby", "cellar"]);
    });
  });

  test("a model can be deleted, and its table comes back empty", async () => {
    const nodes = history(deleteModel("Message"));
    await goTo(nodes, "0003");
    expect([...(await tables()).keys()]).toEqual(["shop_room"]);
    await goTo(nodes, "0002");
    expect(await rows(nodesOf({ "shop.0001": [room, message] }), "shop.Message")).toEqual([]);
  });

  test("a primary key can change its type, with what refers to it", async () => {
    const nodes = history(alterField("Room", "id", field.char({ maxLength: 20, primaryKey: true })));
    await goTo(nodes, "0003");
    const found = await databases.get().query('SELECT room_id FROM "shop_message" ORDER BY id');
    expect(found.rows).toEqual([["1"], ["1"], ["2"]]);
    expect((await tables()).get("shop_message")?.foreignKeys).toHaveLength(1);
    const fresh = modelsAfter(nodes);
    const editor = databases.get().backend.schemaEditor(databases.get());
    expect(editor.shapeOf(fresh.schema("shop.Message")).columns[1]?.type.toLowerCase()).toContain("varchar(20)");
  });

  test("keys of deleted rows are given to no other after a table was made anew", async () => {
    const nodes = history(alterField("Room", "size", field.int(), { fill: 0 }));
    await goTo(nodes, "0003");
    const Room = modelsAfter(nodes).model("shop.Room") as never as { create(values: object): Promise<{ id: number }> };
    expect((await Room.create({ slug: "next", size: 1 })).id).toBe(4);
  });

  test("the state can be changed without the database, and the other way round", async () => {
    const nodes = history(
      separateDatabaseAndState({
        database: [
          runSql('ALTER TABLE "shop_message" RENAME TO "notes"', {
            reverse: 'ALTER TABLE "notes" RENAME TO "shop_message"',
          }),
        ],
        state: [renameModel("Message", "Note"), alterModelTable("Note", "notes")],
      }),
    );
    await goTo(nodes, "0003");
    expect(await rows(nodes, "shop.Note")).toHaveLength(3);
    await goTo(nodes, "0002");
    expect([...(await tables()).keys()].sort()).toEqual(["shop_message", "shop_room"]);
  });

  test("SQL can differ by database", async () => {
    const nodes = history(
      runSql({
        sqlite: ["UPDATE shop_room SET size = 1", "UPDATE shop_room SET size = size + 1"],
        postgres: "UPDATE shop_room SET size = 2",
      }),
    );
    await goTo(nodes, "0003");
    expect((await databases.get().query("SELECT DISTINCT size FROM shop_room")).rows).toEqual([[2]]);
    await expect(goTo(nodes, "0002")).rejects.toMatchObject({ code: "ORM_MIGRATION_IRREVERSIBLE" });
  });

  test("an operation that fails says where it stands, and leaves nothing of its migration", async () => {
    const nodes = history(
      addField("Room", "title", field.text(), { fill: "" }),
      runSql("UPDATE nowhere SET a = 1", { reverse: "" }),
    );
    await goTo(nodes, "0002");
    const before = await tables();
    const failed = goTo(nodes, "0003");
    await expect(failed).rejects.toThrow(
      /^shop\.0003_change failed at operation 2 of 2 \(Run SQL\): .*All of this migration is undone/s,
    );
    expect(await tables()).toEqual(before);
  });

  test("what the database computes and gives by itself comes, changes and goes", async () => {
    const nodes = history(
      addField("Room", "kind", field.char({ maxLength: 9, dbDefault: "hall" })),
      addField(
        "Room",
        "double",
        field.custom("generated", {
          expression: {
            kind: "arithmetic",
            operator: "*",
            left: { kind: "field", path: "size" },
            right: { kind: "value", value: 2 },
          },
          output: field.int({ null: true }),
          null: true,
          stored: true,
        }),
      ),
      addConstraint("Room", check({ size__lt: 100 }).named("not_too_big")),
      alterField("Room", "kind", field.char({ maxLength: 9, dbDefault: "room" })),
      alterField("Room", "slug", field.slug({ maxLength: 30, unique: true })),
    );
    await thereAndBack(nodes, async () => {
      await databases.get().query("DELETE FROM shop_room WHERE slug = 'late'", [], { hasRows: false });
      await databases.get().query("INSERT INTO shop_room (slug, size) VALUES ('late', 4)", [], { hasRows: false });
      const found = await databases.get().query("SELECT slug, kind, double FROM shop_room ORDER BY id");
      expect(found.rows).toEqual([
        ["lobby", "hall", 6],
        ["cellar", "hall", null],
        ["late", "room", 8],
      ]);
      const tooBig = databases.get().query("UPDATE shop_room SET size = 100", [], { hasRows: false });
      await expect(tooBig).rejects.toMatchObject({ code: "ORM_CHECK_VIOLATION" });
    });
  });

  test("a renamed field is renamed in conditions", async () => {
    const nodes = history(
      addIndex("Room", index("slug", { where: { size__gt: 1 } }).named("big")),
      addConstraint("Room", check({ size__lt: 100 }).named("not_too_big")),
      renameField("Room", "size", "seats"),
    );
    await thereAndBack(nodes, async () => {
      const { indexes = [], constraints = [] } = modelsAfter(nodes).state.get("shop.Room").options;
      expect(JSON.stringify([indexes, constraints])).toContain("seats__gt");
      expect(JSON.stringify([indexes, constraints])).toContain("seats__lt");
    });
  });

  test("values that a database keeps in its own way are converted by their fields", async () => {
    const nodes = history(
      alterField("Room", "size", field.decimal({ maxDigits: 20, decimalPlaces: 2, null: true })),
      addField("Message", "data", field.json({ default: { a: [1] } })),
    );
    await goTo(nodes, "0003");
    const sizes = async (history: readonly MigrationNode[]) => {
      const Room = modelsAfter(history).model("shop.Room") as never as { all(): Promise<{ size: unknown }[]> };
      return (await Room.all()).map(({ size }) => (size === null ? null : JSON.stringify(size)));
    };
    expect(await sizes(nodes)).toEqual(['"3"', null]);
    const Message = modelsAfter(nodes).model("shop.Message") as never as { first(): Promise<{ data: unknown }> };
    expect((await Message.first()).data).toEqual({ a: [1] });
    await goTo(nodes, "0002");
    expect((await databases.get().query("SELECT size FROM shop_room ORDER BY id")).rows).toEqual([[3], [null]]);
  });
});
