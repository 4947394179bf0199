import { defineApp } from "hotclub";
import { f, installModels, Model, ProjectState, runCode } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import { describeState } from "../../../src/orm/migrations/state/describe-state.js";
import { writeMigration } from "../../../src/orm/migrations/writer/write-migration.js";
import { engines } from "../engines.js";
import { goTo, modelsAfter, nodesOf, withDatabase } from "./history.js";

class Lot extends Model {
  name = f.char({ maxLength: 20 });
  bar = f.child(() => Bar);
}
class Bar extends Lot {
  hasDarts = f.bool({ default: false });
}
const app = defineApp({ name: "shop", models: [Bar, Lot] });
installModels([app]);

async function operationsFor(before: ProjectState) {
  const questioner = new RefusingQuestioner();
  const [draft] = await detectChanges(before, describeState([app]).state, { questioner });
  return draft?.operations ?? [];
}

for (const engine of engines.filter(({ name }) => name === "sqlite" || name === "postgres")) {
  describe(`migrations of models that extend others with tables on ${engine.name}`, () => {
    withDatabase(engine);

    test("make the tables that the models need, and find nothing more to do", async () => {
      const operations = await operationsFor(new ProjectState([]));
      const nodes = nodesOf({
        "shop.0001_initial": operations,
        "shop.0002_data": [
          runCode(async ({ models }) => {
            await models.get("Bar").all().update({ hasDarts: true });
          }),
        ],
      });
      await goTo(nodes, "0001_initial");
      await Bar.create({ name: "one" });
      expect((await Lot.get({ bar__hasDarts: false })).name).toBe("one");
      await goTo(nodes, "0002_data");
      expect((await Lot.get({ bar__hasDarts: true })).name).toBe("one");
      expect(await operationsFor(modelsAfter(nodes).state)).toEqual([]);
      expect(writeMigration({ dependencies: [], operations })).toMatch(/lotPtr: field\.oneToOne\("shop\.Lot"/);
      expect((await Bar.all().delete()).count).toBe(2);
    });
  });
}
