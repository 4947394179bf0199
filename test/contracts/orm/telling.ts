import {
  atomic,
  check,
  createTables,
  DoesNotExist,
  exclude,
  F,
  f,
  Lower,
  meta,
  Model,
  postDelete,
  postSave,
  preDelete,
  rowsChanged,
  sql,
  unique,
  ValidationError,
} from "hotclub/orm";
import { beforeAll, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Band extends Model {
  name = f.char({ maxLength: 20 });
  fans = f.reverse(() => Fan, "band");
}
class LoudBand extends Band {
  static meta = meta({ proxy: true });
}
class Fan extends Model {
  band = f.foreignKey(() => Band, { null: true, onDelete: "setNull" });
}
class Venue extends Model {
  name = f.char({ maxLength: 20 });
}
class Club extends Venue {
  barkeepers = f.reverse(() => Barkeeper, "club");
}
class Someone extends Model {
  name = f.char({ maxLength: 20, default: "" });
}
class Barkeeper extends Someone {
  club = f.foreignKey(() => Club, { onDelete: "cascade" });
}
/** Its table is never made. */
class Missing extends Model {
  name = f.char({ maxLength: 20 });
  static meta = meta({ dbTable: "telling_missing" });
}
class Account extends Model {
  email = f.char({ maxLength: 40 });
  secret = f.char({ maxLength: 40, default: "hidden" });
  tenant = f.int({ default: 1 });
  low = f.int({ default: 0 });
  high = f.int({ default: 1 });
  static meta = meta<Account>({
    constraints: [
      unique("tenant", { expressions: [Lower("email")] }).named("one_email_in_tenant"),
      check({ low__lt: F("high") }).named("low_before_high"),
      check({ high__lt: 100 }, { violationCode: "too_high", violationMessage: "is too high" }),
    ],
  });
}
class Sojourn extends Model {
  room = f.char({ maxLength: 10 });
  isFree = f.bool({ default: false });
  static meta = meta<Sojourn>({
    constraints: [exclude({ elements: [["room", "="]], using: "hash", where: { isFree: false } })],
  });
}

async function issuesOf(work: Promise<unknown>): Promise<[field: string, code: string][]> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown === undefined) return [];
  if (!(thrown instanceof ValidationError)) throw thrown;
  return thrown.issues.map(({ field, code }) => [field, code]);
}

/** Who is told of what: receivers of signals, and those who read errors. */
export function describeTelling(engine: OrmEngine): void {
  describe("telling", () => {
    withTables(engine);
    beforeAll(async () => {
      await createTables([Band, LoudBand, Fan, Venue, Club, Someone, Barkeeper, Account, Sojourn]);
    });

    test("signals name the proxy that a row is written and deleted as; its changes are those of its model", async () => {
      const heard: string[] = [];
      const connections = [
        postSave.connect(({ sender }) => void heard.push(`saved ${sender.name}`), { sender: LoudBand }),
        preDelete.connect(
          ({ sender, instance }) => void heard.push(`${sender.name} ${instance.constructor.name} goes`),
          {
            sender: LoudBand,
          },
        ),
        postDelete.connect(() => void heard.push("not as a band"), { sender: Band }),
        rowsChanged.connect(({ type, sender }) => void heard.push(`${type} ${sender.name}`), { sender: Band }),
      ];
      const band = await LoudBand.create({ name: "loud" });
      await band.delete();
      await LoudBand.create({ name: "again" });
      await LoudBand.all().delete();
      for (const end of connections) end();
      const once = ["saved LoudBand", "orm.saved Band", "LoudBand LoudBand goes", "orm.deleted Band"];
      expect(heard).toEqual([...once, ...once]);
    });

    test("before a deletion its receivers still see what refers to the row", async () => {
      const band = await Band.create({ name: "x" });
      const fan = await band.fans.create({});
      let seen = 0;
      const end = preDelete.connect(
        async () => {
          seen = await Fan.filter({ band }).count();
        },
        { sender: Band },
      );
      await band.delete();
      end();
      expect(seen).toBe(1);
      expect((await fan.refreshFromDb()).band).toBe(null);
    });

    test("that the row of the parent stays is not said of what goes along", async () => {
      const club = await Club.create({ name: "hot" });
      await club.barkeepers.create({ name: "Bo" });
      const deleted = await club.delete({ keepParents: true });
      expect(deleted.byModel).toEqual({ Club: 1, Barkeeper: 1, Someone: 1 });
      expect(await Venue.filter({ pk: club.pk }).exists()).toBe(true);
    });

    test("what is missing of an heir is missing of the model it extends", async () => {
      for (const missing of [LoudBand.get({ pk: 0 }), Club.get({ pk: 0 })]) {
        const error: unknown = await missing.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(DoesNotExist);
        expect([error instanceof Band.DoesNotExist, error instanceof Venue.DoesNotExist].filter(Boolean)).toHaveLength(
          1,
        );
        expect(error).not.toBeInstanceOf(Fan.DoesNotExist);
      }
      expect(new LoudBand.MultipleObjectsReturned({ model: "x", where: "" })).toBeInstanceOf(
        Band.MultipleObjectsReturned,
      );
      await expect(Band.get({ pk: 0 })).rejects.not.toBeInstanceOf(LoudBand.DoesNotExist);
    });

    test("the database's words about a broken rule do not have the values of the row", async () => {
      const account = { email: "a@b.c", secret: "swordfish", low: 5, high: 2 };
      const error: unknown = await Account.create(account).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "ORM_CHECK_VIOLATION", model: "Account", constraint: "low_before_high" });
      expect((error as Error).message).not.toContain("swordfish");
    });

    test("the stack of an error begins at the line of the program that asked", async () => {
      const band = await Band.create({ name: "twice" });
      const account = await Account.create({ email: "one@hot.club" });
      const failing: (() => Promise<unknown>)[] = [
        async () => await Account.create({ email: "one@hot.club" }),
        async () => await new Account({ email: "one@hot.club" }).save(),
        async () => await Account.all().bulkCreate([{ email: "one@hot.club" }]),
        async () => await Account.filter({ pk: account.pk }).update({ low: 50 }),
        async () => await atomic(async () => await Account.create({ email: "x".repeat(50) })),
        async () => await Band.get({ name: "nobody" }),
        async () => await Band.filterBy({ nothing: 1 }),
        async () => await new Band({ name: "new" }).delete(),
        async () => await Missing.all(),
        async () => await Missing.filter({ name: "nobody" }).orderBy("name").slice(0, 2),
        async () => await Missing.raw(sql`SELECT * FROM telling_missing`),
        async () => await band.fans.add(12_345).then(() => band.fans.get({ pk: 0 })),
      ];
      for (const fail of failing) {
        const error: unknown = await fail().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Error);
        const lines = ((error as Error).stack ?? "").split("\n");
        expect(lines[0]).toContain((error as Error).name);
        expect(lines.find((line) => line.startsWith("    at "))).toContain("telling.ts");
      }
    });

    test("fullClean looks at rules over expressions, and at all rules of fields that are right", async () => {
      const account = await Account.create({ email: "Stephane@hot.club" });
      expect(await issuesOf(account.fullClean())).toEqual([]);
      const other = new Account({ email: "STEPHANE@hot.club" });
      expect(await issuesOf(other.fullClean())).toEqual([["", "unique"]]);
      expect(await issuesOf(other.assign({ tenant: 2 }).fullClean())).toEqual([]);
      expect(await issuesOf(other.fullClean({ exclude: ["email"] }))).toEqual([]);
      const wrong = new Account({ email: "", low: 5, high: 500 });
      expect(await issuesOf(wrong.fullClean())).toEqual([
        ["email", "blank"],
        ["", "too_high"],
      ]);
      expect(await issuesOf(other.assign({ low: 7 }).fullClean())).toEqual([["", "constraint"]]);
    });

    test.skipIf(engine.name !== "postgres")("fullClean looks at rules of exclusion, where there are any", async () => {
      const stay = await Sojourn.create({ room: "blue" });
      expect(await issuesOf(stay.fullClean())).toEqual([]);
      expect(await issuesOf(new Sojourn({ room: "blue" }).fullClean())).toEqual([["", "exclusion"]]);
      // The rule has a part that is not looked at, and so is not looked at itself.
      expect(await issuesOf(new Sojourn({ room: "blue", isFree: true }).fullClean({ exclude: ["isFree"] }))).toEqual(
        [],
      );
      expect(await issuesOf(new Sojourn({ room: "red" }).fullClean())).toEqual([]);
    });
  });
}
