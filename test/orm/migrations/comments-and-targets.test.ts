import {
  addField,
  alterField,
  alterModelTableComment,
  createModel,
  createTables,
  databases,
  f,
  field,
  meta,
  Model,
  noop,
  ProjectState,
  renameField,
  runCode,
  type Operation,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import { engines } from "../engines.js";
import { goTo, modelsAfter, nodesOf, tables, withDatabase } from "./history.js";

class Remarked extends Model {
  name = f.char({ maxLength: 20, dbComment: "it's a name" });
  static meta = meta({ dbTableComment: "what is said" });
}

/** What PostgreSQL says of a table and its columns; SQLite says nothing. */
async function commentsOn(table: string): Promise<Record<string, unknown>> {
  if (!isPostgres()) return {};
  const { rows } = await databases.get().query(
    `SELECT coalesce(a.attname::text, ''), d.description FROM pg_description d
     LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
     WHERE d.objoid = to_regclass($1) AND d.classoid = 'pg_class'::regclass`,
    [`"${table}"`],
  );
  return Object.fromEntries(rows as [string, unknown][]);
}

const told = (comments: object): object => (isPostgres() ? comments : {});
const isPostgres = (): boolean => databases.get().backend.dialect.name === "postgres";

describe.each(engines)("comments and other targets than keys on $name", (engine) => {
  withDatabase(engine);

  test("tables and columns are made with their comments, which SQLite has not", async () => {
    await createTables([Remarked]);
    await Remarked.create({ name: "x" });
    expect(await commentsOn("remarked")).toEqual(told({ "": "what is said", name: "it's a name" }));
  });

  test("comments come, change and go with migrations", async () => {
    const nodes = nodesOf({
      "shop.0001": [
        createModel("Room", {
          fields: { id: field.auto(), slug: field.slug({ dbComment: "first" }), size: field.int() },
          dbTableComment: "rooms",
        }),
      ],
      "shop.0002": [
        alterModelTableComment("Room", "all rooms"),
        alterField("Room", "slug", field.slug()),
        alterField("Room", "size", field.int({ dbComment: "seats" })),
        addField("Room", "note", field.text({ null: true, dbComment: "anything" })),
      ],
      "shop.0003": [alterModelTableComment("Room", null), renameField("Room", "size", "seats")],
    });
    await goTo(nodes, "0001");
    const first = { "": "rooms", slug: "first" };
    const second = { "": "all rooms", size: "seats", note: "anything" };
    expect(await commentsOn("shop_room")).toEqual(told(first));
    await goTo(nodes, "0002");
    expect(await commentsOn("shop_room")).toEqual(told(second));
    await goTo(nodes, "0003");
    expect(await commentsOn("shop_room")).toEqual(told({ seats: "seats", note: "anything" }));
    await goTo(nodes, "0002");
    expect(await commentsOn("shop_room")).toEqual(told(second));
    await goTo(nodes, "0001");
    expect(await commentsOn("shop_room")).toEqual(told(first));
  });

  test("a field that foreign keys keep can be renamed, and change its type with them", async () => {
    const history = (...last: Operation[]) =>
      nodesOf({
        "shop.0001": [
          createModel("Country", { fields: { id: field.auto(), code: field.char({ maxLength: 2, unique: true }) } }),
          createModel("City", {
            fields: {
              id: field.auto(),
              country: field.foreignKey("shop.Country", { toField: "code", onDelete: "cascade" }),
            },
          }),
        ],
        "shop.0002": [
          runCode(
            async ({ models }) => {
              await models.get("Country").create({ code: "fr" });
              await models.get("City").create({ country: "fr" });
            },
            { reverse: noop },
          ),
        ],
        "shop.0003": last,
      });
    const nodes = history(
      renameField("Country", "code", "iso"),
      alterField("Country", "iso", field.char({ maxLength: 30, unique: true })),
    );
    const cities = async () => (await databases.get().query('SELECT country_id FROM "shop_city"')).rows;
    await goTo(nodes, "0002");
    const before = await tables();
    expect(before.get("shop_city")?.foreignKeys).toHaveLength(1);
    await goTo(nodes, "0003");
    expect(await cities()).toEqual([["fr"]]);
    const models = modelsAfter(nodes);
    expect(models.state.get("shop.City").fields.get("country")?.options["toField"]).toBe("iso");
    expect((await tables()).get("shop_city")?.foreignKeys).toHaveLength(1);
    const Country = models.model("shop.Country") as never as { create(values: object): Promise<object> };
    const City = models.model("shop.City") as never as { create(values: object): Promise<object> };
    await Country.create({ iso: "scotland" });
    await City.create({ country: "scotland" });
    await expect(City.create({ country: "atlantis" })).rejects.toMatchObject({ code: "ORM_FOREIGN_KEY_VIOLATION" });
    await databases.get().query("DELETE FROM shop_city WHERE country_id = 'scotland'", [], { hasRows: false });
    await databases.get().query("DELETE FROM shop_country WHERE iso = 'scotland'", [], { hasRows: false });
    await goTo(nodes, "0002");
    expect(await tables()).toEqual(before);
    expect(await cities()).toEqual([["fr"]]);
  });
});

test("another comment on a table, or on a column, is found", async () => {
  const state = (comment: string | undefined, column: string) =>
    new ProjectState([
      {
        app: "shop",
        name: "Room",
        fields: new Map([
          ["id", field.auto()],
          ["slug", field.slug({ dbComment: column })],
        ]),
        options: comment === undefined ? {} : { dbTableComment: comment },
      },
    ]);
  const found = async (from: ProjectState, to: ProjectState) =>
    (await detectChanges(from, to, { questioner: new RefusingQuestioner() })).flatMap(({ operations }) =>
      operations.map((operation) => operation.toCall()),
    );
  expect(await found(state(undefined, "a"), state("rooms", "a"))).toEqual([
    { name: "alterModelTableComment", args: ["Room", "rooms"] },
  ]);
  expect(await found(state("rooms", "a"), state(undefined, "b"))).toMatchObject([
    { name: "alterField" },
    { name: "alterModelTableComment", args: ["Room", null] },
  ]);
});
