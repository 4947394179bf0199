import { defineApp } from "hotclub";
import {
  createTables,
  f,
  index,
  installModels,
  meta,
  migrate,
  Model,
  ModelBase,
  type ModelClass,
  ProjectState,
  unique,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import { optimize } from "../../../src/orm/migrations/optimizer/optimize.js";
import { describeState } from "../../../src/orm/migrations/state/describe-state.js";
import { engines } from "../engines.js";
import { goTo, modelsAfter, nodesOf, tables, withDatabase } from "./history.js";

class Tag extends Model {
  name = f.text();
}
class Place extends Model {
  name = f.char({ maxLength: 20 });
  tags = f.manyToMany(() => Tag);
  static meta = meta({ ordering: ["name"], indexes: [index("name")] });
}
class Restaurant extends Place {
  seats = f.int();
  dishes = f.manyToMany(() => Tag);
  static override meta = meta({ dbTable: "eateries" });
}
class Seat extends ModelBase {
  key = f.compositeKey("row", "number");
  row = f.char({ maxLength: 2 });
  number = f.int();
  static meta = meta({ constraints: [unique("number", "row")], ordering: ["row"] });
}
const before = [Tag, Place, Restaurant, Seat] as const;

/** The same models, of which the parent has another name; each app has its own classes. */
function renamed(): ModelClass[] {
  class Venue extends Model {
    name = f.char({ maxLength: 20 });
    tags = f.manyToMany(() => Tag2);
    static meta = meta({ ordering: ["name"], indexes: [index("name")] });
  }
  class Tag2 extends Model {
    name = f.text();
  }
  Object.defineProperty(Tag2, "name", { value: "Tag" });
  class Diner extends Venue {
    seats = f.int();
    dishes = f.manyToMany(() => Tag2);
    static override meta = meta({ dbTable: "eateries" });
  }
  Object.defineProperty(Diner, "name", { value: "Restaurant" });
  class Seat2 extends ModelBase {
    key = f.compositeKey("row", "number");
    row = f.char({ maxLength: 2 });
    number = f.int();
    static meta = meta({ constraints: [unique("number", "row")], ordering: ["row"] });
  }
  Object.defineProperty(Seat2, "name", { value: "Seat" });
  return [Tag2, Venue, Diner, Seat2];
}

const app = defineApp({ name: "shop", models: [...before] });
const later = defineApp({ name: "shop", models: renamed() });
installModels([app]);
installModels([later]);

async function operationsBetween(from: ProjectState, to: ProjectState, renames = new Map<string, string>()) {
  const questioner = new RefusingQuestioner();
  const drafts = await detectChanges(from, to, { questioner, answers: { renames } });
  return drafts.flatMap(({ operations }) => optimize(operations, "shop"));
}

describe.each(engines.filter(({ name }) => name === "sqlite" || name === "postgres"))(
  "migrations of models that extend others on $name",
  (engine) => {
    withDatabase(engine);

    test("make the tables that the models have, and find nothing more to do", async () => {
      const state = describeState([app]).state;
      const nodes = nodesOf({ "shop.0001": await operationsBetween(new ProjectState(), state) });
      await migrate(nodes);
      const reached = await tables();
      expect(await operationsBetween(modelsAfter(nodes).state, state)).toEqual([]);
      await goTo(nodes, "zero");
      await createTables(before);
      expect(reached).toEqual(await tables());
    });

    test("keep rows of parent and child, and their links, when the parent gets another name", async () => {
      const [from, to] = [describeState([app]).state, describeState([later]).state];
      const rename = await operationsBetween(from, to, new Map([["shop.Place", "Venue"]]));
      const nodes = nodesOf({
        "shop.0001": await operationsBetween(new ProjectState(), from),
        "shop.0002": rename,
      });
      await goTo(nodes, "0001");
      const tag = await Tag.create({ name: "t" });
      const one = await Restaurant.create({ name: "a", seats: 3 });
      await one.tags.add([tag]);
      await one.dishes.add([tag]);
      const first = await tables();
      await goTo(nodes, "0002");
      const reached = await tables();
      expect([...reached.keys()].sort()).toEqual([
        "eateries",
        "eateries_dishes",
        "shop_seat",
        "shop_tag",
        "shop_venue",
        "shop_venue_tags",
      ]);
      const Diner = later.models?.[2] as typeof Restaurant;
      const [found] = await Diner.all();
      expect(found).toMatchObject({ name: "a", seats: 3 });
      expect(await found?.tags.count()).toBe(1);
      expect(await found?.dishes.count()).toBe(1);
      expect(await Diner.filter({ tags__name: "t", dishes__name: "t" }).count()).toBe(1);
      await goTo(nodes, "0001");
      expect(await tables()).toEqual(first);
      expect(await Restaurant.filter({ tags__name: "t" }).count()).toBe(1);
      await goTo(nodes, "zero");
      await createTables(later.models ?? []);
      expect(reached).toEqual(await tables());
    });
  },
);
