import {
  addChangeTrigger,
  addConstraintNotValid,
  addIndexConcurrently,
  check,
  collectSql,
  createCollation,
  createExtension,
  createModel,
  databases,
  field,
  index,
  noop,
  ProjectState,
  removeChangeTrigger,
  removeCollation,
  removeIndexConcurrently,
  runCode,
  validateConstraint,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { engines } from "../engines.js";
import { goTo, nodesOf, tables, withDatabase } from "./history.js";

const room = createModel("Room", {
  fields: { id: field.auto(), slug: field.slug({ dbIndex: false }), size: field.int() },
});

describe.each(engines.filter(({ name }) => name === "sqlite" || name === "postgres"))(
  "operations for PostgreSQL, on $name",
  (engine) => {
    withDatabase(engine);
    const isPostgres = engine.name === "postgres";

    test("come and go, and do what they can elsewhere", async () => {
      const small = check({ size__lt: 100 }).named("small");
      const nodes = nodesOf({
        "shop.0001": [room, createExtension("pg_trgm"), createCollation("plain", { locale: "C" })],
        "shop.0002": [addIndexConcurrently("Room", index("size")), addIndexConcurrently("Room", index("-slug"))],
        "shop.0003": [addConstraintNotValid("Room", small)],
        "shop.0004": [validateConstraint("Room", small), addChangeTrigger("Room")],
        "shop.0005": [
          removeIndexConcurrently("Room", index("size")),
          removeChangeTrigger("Room"),
          removeCollation("plain", { locale: "C" }),
        ],
      });
      await goTo(nodes, "0004");
      const found = (await tables()).get("shop_room");
      expect(found?.indexes.map(({ columns }) => columns.join()).sort()).toEqual(["-slug", "size"]);
      expect(found?.checks.map(({ name }) => name)).toEqual(["small"]);
      await goTo(nodes, "0005");
      expect((await tables()).get("shop_room")?.indexes.map(({ columns }) => columns.join())).toEqual(["-slug"]);
      await goTo(nodes, "0001");
      expect((await tables()).get("shop_room")).toMatchObject({ indexes: [], checks: [] });
      await goTo(nodes, "zero");
    });

    test("an index that was left half made is made anew", async () => {
      const nodes = nodesOf({
        "shop.0001": [
          room,
          runCode(
            async ({ models }) => {
              for (const size of [1, 1]) await models.get("Room").create({ slug: "a", size });
            },
            { reverse: noop },
          ),
        ],
        "shop.0002": [addIndexConcurrently("Room", index("size").named("by_size"))],
      });
      await goTo(nodes, "0001");
      if (isPostgres) {
        // It fails over the two equal rows, and leaves an index that is not valid.
        const failing = databases
          .get()
          .query('CREATE UNIQUE INDEX CONCURRENTLY "by_size" ON "shop_room" ("size")', [], { hasRows: false });
        await expect(failing).rejects.toMatchObject({ code: "ORM_UNIQUE_VIOLATION" });
      }
      await goTo(nodes, "0002");
      expect((await tables()).get("shop_room")?.indexes).toMatchObject([{ name: "by_size", isUnique: false }]);
    });

    test("show their SQL without running it", async () => {
      const nodes = nodesOf({ "shop.0001": [room, runCode(noop, { reverse: noop })] });
      const [node] = nodes;
      if (node === undefined) throw new Error("There is none.");
      const lines = await collectSql(node, new ProjectState());
      expect(lines[0]).toBe("BEGIN;");
      expect(lines.join("\n")).toContain('CREATE TABLE "shop_room"');
      expect(lines).toContain("-- (no SQL)");
      expect((await tables()).size).toBe(0);
    });
  },
);
