import {
  assertQueries,
  atomic,
  bulkChanged,
  check,
  createTables,
  F,
  f,
  m2mChanged,
  meta,
  Model,
  modelOptions,
  postDelete,
  postSave,
  preDelete,
  preSave,
  rowsChanged,
  unique,
  Q,
  ValidationError,
  type RowsChanged,
} from "hotclub/orm";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Hall extends Model<Hall> {
  name = f.char({ maxLength: 20, unique: true });
  isOpen = f.bool({ default: true });
}
class Concert extends Model<Concert> {
  title = f.char({ maxLength: 10, errorMessages: { blank: "needs a title" } });
  note = f.text({ blank: true, default: "" });
  kind = f.char({ choices: { jazz: "Jazz", rock: "Rock" }, default: "jazz" });
  hall = f.foreignKey(() => Hall, { onDelete: "cascade", limitChoicesTo: { isOpen: true } });
  refuge = f.foreignKey(() => Hall, {
    null: true,
    blank: true,
    onDelete: "setNull",
    limitChoicesTo: () =>
      Q({ isOpen: true })
        .or(Q({ name__startswith: "barn" }))
        .and(Q({ name: "ruin" }).not()),
  });
  seats = f.int({ default: 10 });
  sold = f.int({ default: 0 });
  startsAt = f.dateTime();
  endsAt = f.dateTime();
  poster = f.char({ maxLength: 20, null: true, blank: true, uniqueForDate: "startsAt" });
  isCancelled = f.bool({ default: false });
  createdAt = f.dateTime({ autoNowAdd: true });
  tags = f.manyToMany(() => Tag);
  static meta = meta<Concert>({
    constraints: [
      check({ sold__lte: F("seats") }, { violationMessage: "sells more than it has seats", violationCode: "sold_out" }),
      unique("hall", "startsAt", { where: { isCancelled: false } }),
      unique("title", "kind"),
    ],
  });

  override clean(): void {
    if (this.endsAt < this.startsAt) throw this.invalid({ endsAt: "is before it starts" });
  }
}
class Tag extends Model {
  name = f.char({ maxLength: 20 });
}

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));

/** What is wrong, as `field code`. */
async function problemsOf(concert: Concert): Promise<string[]> {
  try {
    await concert.fullClean();
    return [];
  } catch (thrown) {
    if (thrown instanceof ValidationError) return thrown.issues.map(({ field, code }) => `${field} ${code}`.trim());
    throw thrown;
  }
}

export function describeValidation(engine: OrmEngine): void {
  describe("validation and signals", () => {
    withTables(engine);
    beforeAll(() => createTables([Hall, Concert, Tag]));
    let hall: Hall;
    const stops: (() => void)[] = [];
    beforeEach(async () => {
      for (const model of [Concert, Tag, Hall]) await model.all().delete();
      hall = await Hall.create({ name: "olympia" });
    });
    afterEach(() => {
      for (const stop of stops.splice(0)) stop();
    });
    const concert = (values: Partial<Record<keyof Concert, unknown>> = {}): Concert =>
      new Concert({ title: "a", hall, startsAt: at(1), endsAt: at(2), ...values } as never);

    test("fullClean finds all that is wrong with the fields, and what the model itself says", async () => {
      expect(await problemsOf(concert())).toEqual([]);
      const wrong = concert({ title: "", kind: "polka", hall: 999, endsAt: at(0), seats: "x" });
      expect(await problemsOf(wrong)).toEqual([
        "title blank",
        "kind invalid_choice",
        "hall invalid",
        "seats invalid",
        "endsAt invalid",
      ]);
      await expect(wrong.fullClean()).rejects.toThrow("Concert.title needs a title; ");
      await expect(wrong.fullClean({ exclude: ["title", "kind", "hall", "seats"] })).rejects.toMatchObject({
        issues: [{ field: "endsAt", message: "is before it starts" }],
      });
    });

    test("fullClean asks whether what is referred to may be chosen", async () => {
      const closed = await Hall.create({ name: "closed", isOpen: false });
      expect(await problemsOf(concert({ hall: closed }))).toEqual(["hall invalid"]);
    });

    test("what may be chosen can be said by Q, and asked for by whoever offers it", async () => {
      const [barn, closed, ruin] = await Hall.bulkCreate([
        { name: "barn", isOpen: false },
        { name: "closed", isOpen: false },
        { name: "ruin" },
      ]);
      for (const refuge of [hall, barn, null]) expect(await problemsOf(concert({ refuge }))).toEqual([]);
      for (const refuge of [closed, ruin]) expect(await problemsOf(concert({ refuge }))).toEqual(["refuge invalid"]);
      const limits = modelOptions(Concert).field("refuge").relation?.limitChoicesTo ?? {};
      const offered = await Hall.filterBy(limits).orderBy("name");
      expect(offered.map(({ name }) => name)).toEqual(["barn", "olympia"]);
    });

    test("fullClean finds rows with the same unique values, but not the row itself", async () => {
      const first = concert({ poster: "p" });
      await first.save();
      expect(await problemsOf(first)).toEqual([]);
      expect(await problemsOf(concert({ title: "b" }))).toEqual(["unique"]);
      expect(await problemsOf(concert({ title: "b", isCancelled: true }))).toEqual([]);
      expect(await problemsOf(concert({ startsAt: at(0) }))).toEqual(["unique"]);
      expect(await problemsOf(concert({ title: "b", startsAt: at(0), poster: "p" }))).toEqual([
        "poster unique_for_date",
      ]);
      const other = new Hall({ name: "olympia" });
      await expect(other.fullClean()).rejects.toMatchObject({ issues: [{ field: "name", code: "unique" }] });
    });

    test("fullClean checks the rules of the model as the database will", async () => {
      const wrong = concert({ sold: 11 });
      expect(await problemsOf(wrong)).toEqual(["sold_out"]);
      await expect(wrong.fullClean()).rejects.toThrow("Concert sells more than it has seats.");
      await expect(wrong.save()).rejects.toMatchObject({ code: "ORM_CHECK_VIOLATION" });
      wrong.sold = 10;
      await wrong.fullClean();
    });

    test("a choice has a name for people", () => {
      expect(concert().display("kind")).toBe("Jazz");
      expect(concert().display("title")).toBe("a");
    });

    test("save has the database compute, and the instance has the result", async () => {
      const saved = await concert().save();
      await Concert.filter({ pk: saved.pk }).update({ seats: 20 });
      await saved.assign({ seats: F<number>("seats").plus(5), note: "x" }).save();
      expect([saved.seats, saved.note]).toEqual([25, "x"]);
      expect((await Concert.get({ pk: saved.pk })).seats).toBe(25);
    });

    test("signals tell of saves, with the instance before and after", async () => {
      const told: unknown[] = [];
      stops.push(
        preSave.connect(
          ({ instance }) => {
            told.push(["pre", (instance as Concert).pk]);
            (instance as Concert).note = "from a receiver";
          },
          { sender: Concert },
        ),
        postSave.connect(({ instance, created, updateFields }) => {
          told.push(["post", (instance as Concert).pk, created, updateFields]);
        }),
      );
      const made = await Concert.create({ title: "a", hall, startsAt: at(1), endsAt: at(2) });
      expect((await Concert.get({ pk: made.pk })).note).toBe("from a receiver");
      await made.save({ updateFields: ["title"] });
      expect(told).toEqual([
        ["pre", undefined],
        ["post", made.pk, true, undefined],
        ["pre", made.pk],
        ["post", made.pk, false, ["title"]],
      ]);
    });

    test("signals tell of each instance that goes, also of those that are taken along", async () => {
      const told: unknown[] = [];
      const saved = await concert().save();
      stops.push(
        preDelete.connect(({ sender, instance }) => told.push(["pre", sender.name, instance === hall])),
        postDelete.connect(({ sender, instance }) => told.push(["post", sender.name, (instance as Hall).pk])),
      );
      const key = hall.pk;
      await hall.delete();
      expect(told).toEqual([
        ["pre", "Concert", false],
        ["pre", "Hall", true],
        ["post", "Concert", saved.pk],
        ["post", "Hall", key],
      ]);
    });

    test("signals tell of links, and of rows that are changed by a query, once for all of them", async () => {
      const told: unknown[] = [];
      const saved = await concert().save();
      stops.push(
        m2mChanged.connect(({ action, keys }) => told.push([action, keys.length])),
        bulkChanged.connect(({ action, keys }) => told.push([action, keys]), { sender: Concert }),
      );
      const tag = await saved.tags.create({ name: "x" });
      await saved.tags.add(tag);
      await saved.tags.clear();
      await Concert.filter({ title: "a" }).update({ title: "b" });
      const [other] = await Concert.bulkCreate([concert({ title: "c", startsAt: at(5), endsAt: at(6) })]);
      await Concert.bulkUpdate(other === undefined ? [] : [other], ["note"]);
      await Concert.orderBy("pk").delete();
      expect(told).toEqual([
        ["preAdd", 1],
        ["postAdd", 1],
        ["preClear", 0],
        ["postClear", 0],
        ["update", [saved.pk]],
        ["create", [other?.pk]],
        ["update", [other?.pk]],
        ["delete", [saved.pk, other?.pk]],
      ]);
    });

    test("what is changed is announced as a message, when it is committed", async () => {
      const messages: RowsChanged[] = [];
      stops.push(rowsChanged.connect((message) => messages.push(message)));
      const made = await atomic(async () => {
        const inside = await Hall.create({ name: "b" });
        expect(messages).toEqual([]);
        return inside;
      });
      await atomic(async () => {
        await Hall.create({ name: "c" });
        throw new Error("undone");
      }).catch(() => {});
      await made.save();
      await made.delete();
      const key = messages[0]?.keys[0];
      expect(messages.map(({ type, model, keys, created }) => [type, model, keys, created])).toEqual([
        ["orm.saved", "Hall", [key], true],
        ["orm.saved", "Hall", [key], false],
        ["orm.deleted", "Hall", [key], false],
      ]);
    });

    test("where nobody listens, signals cost no query", async () => {
      await assertQueries(1, () => concert().save());
      expect(await assertQueries(1, () => Concert.filter({ title: "a" }).update({ note: "x" }))).toBe(1);
    });
  });
}
