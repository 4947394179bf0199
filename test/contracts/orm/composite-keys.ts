import {
  assertQueries,
  Count,
  createTables,
  F,
  f,
  Model,
  ModelBase,
  ModelInvalid,
  NotUpdated,
  Prefetch,
  ProtectedError,
  RowNumber,
  UniqueViolation,
  ValidationError,
  Window,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Tenant extends Model {
  name = f.char({ maxLength: 20 });
}
class Account extends ModelBase {
  key = f.compositeKey("tenant", "code");
  tenant = f.foreignKey(() => Tenant, { onDelete: "cascade" });
  code = f.char({ maxLength: 20 });
  title = f.char({ maxLength: 20, default: "" });
  bookings = f.reverse(() => Booking, "account");
  limit = f.reverseOne(() => Limit, "account");
}
class Booking extends Model {
  tenant = f.foreignKey(() => Tenant, { onDelete: "cascade" });
  accountCode = f.char({ maxLength: 20 });
  account = f.foreignKey(() => Account, { fields: ["tenant", "accountCode"], onDelete: "cascade" });
  counterCode = f.char({ maxLength: 20, null: true });
  counter = f.foreignKey(() => Account, { fields: ["tenant", "counterCode"], onDelete: "protect", null: true });
  amount = f.int();
}
class Limit extends Model {
  tenant = f.foreignKey(() => Tenant, { onDelete: "cascade" });
  accountCode = f.char({ maxLength: 20 });
  account = f.oneToOne(() => Account, { fields: ["tenant", "accountCode"], onDelete: "cascade" });
  most = f.int();
}
class Reading extends ModelBase {
  key = f.compositeKey("sensor", "takenAt");
  sensor = f.int();
  takenAt = f.dateTime();
  value = f.float();
}

const models = [Tenant, Account, Booking, Limit, Reading];

async function codes(set: PromiseLike<{ readonly code: string }[]>): Promise<string[]> {
  return (await set).map((row) => row.code);
}

export function describeCompositeKeys(engine: OrmEngine): void {
  describe("composite keys", () => {
    withTables(engine);
    let one: Tenant;
    let two: Tenant;
    beforeAll(() => createTables(models));
    beforeEach(async () => {
      for (const model of [Limit, Booking, Account, Tenant, Reading]) await model.all().delete();
      one = await Tenant.create({ name: "one" });
      two = await Tenant.create({ name: "two" });
      await Account.create({ tenant: one, code: "cash" });
      await Account.create({ tenant: one, code: "bank" });
      await Account.create({ tenant: two, code: "cash", title: "other" });
    });

    test("the key is the list of the values of its fields", async () => {
      const account = await Account.get({ tenant: one, code: "cash" });
      expect(account.pk).toEqual([one.id, "cash"]);
      expect((await Account.get({ pk: [two.id, "cash"] })).title).toBe("other");
      await expect(Account.create({ tenant: one, code: "cash" })).rejects.toBeInstanceOf(UniqueViolation);
      expect(account.isSame(await Account.get({ pk: account.pk }))).toBe(true);
      expect(account.isSame(await Account.get({ pk: [two.id, "cash"] }))).toBe(false);
    });

    test("rows are found by lists of keys, and by keys in order", async () => {
      const keys = [
        [one.id, "bank"],
        [two.id, "cash"],
        [two.id, "bank"],
      ] as const;
      expect(await codes(Account.filter({ pk__in: keys }).orderBy("pk"))).toEqual(["bank", "cash"]);
      expect(await codes(Account.exclude({ pk__in: keys }))).toEqual(["cash"]);
      expect(await codes(Account.filter({ pk__gt: [one.id, "bank"] }).orderBy("-pk"))).toEqual(["cash", "cash"]);
      expect(await codes(Account.filter({ pk__in: Account.filter({ code: "bank" }) }))).toEqual(["bank"]);
      expect(await Account.filter({ pk__in: [] }).count()).toBe(0);
      expect((await Account.orderBy("pk").values("pk", "title"))[2]).toEqual({ pk: [two.id, "cash"], title: "other" });
      expect(await Account.aggregate({ n: Count("pk") })).toEqual({ n: 3 });
      expect((await Account.all().inBulk([[one.id, "bank"]])).size).toBe(1);
      expect(() => Account.filterBy({ pk: "cash" })).toThrow(/is not a list of tenant, code/);
    });

    test("a row is changed and deleted by its key", async () => {
      const account = await Account.get({ pk: [one.id, "cash"] });
      await account.assign({ title: "till" }).save();
      expect(await Account.filter({ title: "till" }).values("tenant", "code")).toEqual([
        { tenant: one.id, code: "cash" },
      ]);
      await account.refreshFromDb();
      expect(await Account.filter({ tenant__name: "one" }).update({ title: "x" })).toBe(2);
      await Account.all().bulkUpdate([account.assign({ title: "y" })], ["title"]);
      expect((await Account.get({ pk: account.pk })).title).toBe("y");
      expect((await account.delete()).count).toBe(1);
      expect(await Account.all().count()).toBe(2);
      const gone = new Account({ tenant: one, code: "gone" });
      await expect(gone.save({ forceUpdate: true })).rejects.toBeInstanceOf(NotUpdated);
      await gone.save();
      expect(await Account.all().contains(gone)).toBe(true);
    });

    test("many rows are created at once, and those there are changed", async () => {
      const rows = [1, 2].map((sensor) => ({ sensor, takenAt: new Date(0), value: sensor }));
      await Reading.bulkCreate(rows);
      await Reading.bulkCreate(
        rows.map(({ sensor, takenAt }) => ({ sensor, takenAt, value: 9 })),
        { updateConflicts: true, updateFields: ["value"] },
      );
      expect(await Reading.orderBy("pk").valuesList("value", { flat: true })).toEqual([9, 9]);
      expect((await Reading.filter({ pk__in: [[1, new Date(0)]] }))[0]?.pk).toEqual([1, new Date(0)]);
      const page = await Reading.orderBy("-pk").page({ size: 1 });
      expect((await Reading.orderBy("-pk").page({ size: 1, after: page.next })).rows[0]?.sensor).toBe(1);
      const [made, isNew] = await Reading.all().getOrCreate({ pk: [1, new Date(0)] }, { defaults: { value: 3 } });
      expect([made.value, isNew]).toEqual([9, false]);
    });

    test("a foreign key to it has its key in other fields", async () => {
      const account = await Account.get({ pk: [one.id, "cash"] });
      const booking = await Booking.create({ account, amount: 5 });
      expect(booking.accountCode).toBe("cash");
      expect(booking.account.id).toEqual([one.id, "cash"]);
      await Booking.create({ tenant: one, accountCode: "bank", counterCode: "cash", amount: 7 });
      expect(await Booking.filter({ account }).valuesList("amount", { flat: true })).toEqual([5]);
      expect(await Booking.filter({ account: [one.id, "bank"] }).count()).toBe(1);
      expect(await Booking.filter({ account__in: [account], account__title: "" }).count()).toBe(1);
      expect(await Booking.exclude({ counter__title: "x" }).count()).toBe(2);
      expect(await Booking.filter({ counter__isnull: true }).valuesList("amount", { flat: true })).toEqual([5]);
      expect(await codes(Account.filter({ bookings__amount__gt: 6 }))).toEqual(["bank"]);
      expect(await codes(Account.exclude({ bookings__amount__gt: 0 }))).toEqual(["cash"]);
      const counted = Account.annotate({ n: Count("bookings") })
        .orderBy("pk")
        .values("code", "n");
      expect(await counted).toEqual([
        { code: "bank", n: 1 },
        { code: "cash", n: 1 },
        { code: "cash", n: 0 },
      ]);
    });

    test("what it refers to is loaded for all rows at once, with the rows, or the other way", async () => {
      await Booking.bulkCreate([
        { tenant: one, accountCode: "cash", amount: 1 },
        { tenant: one, accountCode: "bank", amount: 2, counterCode: "cash" },
        { tenant: two, accountCode: "cash", amount: 3 },
      ]);
      await assertQueries(2, async () => {
        const bookings = await Booking.orderBy("amount");
        const titles = [];
        for (const booking of bookings) titles.push((await booking.account).title);
        expect(titles).toEqual(["", "", "other"]);
      });
      await assertQueries(1, async () => {
        const bookings = await Booking.orderBy("amount").selectRelated("account", "counter");
        expect(bookings.map((booking) => booking.account.title)).toEqual(["", "", "other"]);
        expect(bookings.map((booking) => booking.counter?.code)).toEqual([undefined, "cash", undefined]);
      });
      await assertQueries(2, async () => {
        const accounts = await Account.orderBy("pk").prefetchRelated("bookings");
        const bookings = await Promise.all(accounts.map(async (account) => await account.bookings));
        expect(bookings.map((set) => set.map((booking) => booking.amount))).toEqual([[2], [1], [3]]);
      });
      const account = await Account.get({ pk: [one.id, "bank"] });
      await account.bookings.create({ amount: 10 });
      expect(await account.bookings.count()).toBe(2);
      expect((await account.bookings.first())?.tenant.id).toBe(one.id);
    });

    test("a reference that is assigned is written, and so are its fields", async () => {
      const booking = await Booking.create({ tenant: one, accountCode: "cash", amount: 1 });
      booking.assign({ account: [one.id, "bank"] });
      await booking.save();
      expect((await Booking.get({ pk: booking.pk })).accountCode).toBe("bank");
      const fresh = await Booking.get({ pk: booking.pk });
      fresh.accountCode = "cash";
      expect((await fresh.account).code).toBe("cash");
      await fresh.save();
      const made = new Booking({ account: [two.id, "cash"], amount: 4 });
      made.accountCode = "none";
      made.assign({ account: [one.id, "cash"], counter: [one.id, "bank"] });
      await made.save();
      expect((await Booking.get({ pk: made.pk })).counterCode).toBe("bank");
      await Booking.filter({ pk: made.pk }).update({ counter: null });
      expect((await Booking.get({ pk: made.pk })).counter).toBeNull();
    });

    test("a row that is referred to takes the others along, or is kept", async () => {
      await Booking.create({ tenant: one, accountCode: "bank", counterCode: "cash", amount: 1 });
      const cash = await Account.get({ pk: [one.id, "cash"] });
      await expect(cash.delete()).rejects.toBeInstanceOf(ProtectedError);
      const bank = await Account.get({ pk: [one.id, "bank"] });
      expect((await bank.delete()).byModel).toEqual({ Account: 1, Booking: 1 });
      expect((await cash.delete()).count).toBe(1);
    });

    test("one row at most can refer to it by a one to one", async () => {
      const account = await Account.get({ pk: [one.id, "cash"] });
      const limit = await Limit.create({ account, most: 3 });
      expect([limit.accountCode, limit.account.id]).toEqual(["cash", [one.id, "cash"]]);
      expect((await account.limit).most).toBe(3);
      expect(await (await Account.get({ pk: [one.id, "bank"] })).limit.orNull()).toBe(null);
      expect(await codes(Account.filter({ limit__most: 3 }))).toEqual(["cash"]);
      expect((await Limit.selectRelated("account").get()).account.code).toBe("cash");
      await expect(new Limit({ account, most: 4 }).fullClean()).rejects.toThrow(/tenant and accountCode/);
      await expect(Limit.create({ account, most: 4 })).rejects.toThrow(UniqueViolation);
      expect((await account.delete()).byModel).toEqual({ Account: 1, Limit: 1 });
    });

    test("is that of the row, also where what a part of it refers to was loaded along", async () => {
      await Account.create({ tenant: one, code: "loaded" });
      const [account] = await Account.filter({ code: "loaded" }).selectRelated("tenant");
      expect(account?.tenant.name).toBe("one");
      expect(account?.pk).toEqual([one.id, "loaded"]);
      if (account === undefined) throw new Error("no row");
      account.title = "changed";
      await account.save();
      expect(await Account.filter({ pk: account.pk }).valuesList("title", { flat: true })).toEqual(["changed"]);
      const booking = await Booking.create({ account, amount: 1 });
      const [read] = await Booking.filter({ pk: booking.pk }).selectRelated("tenant");
      expect(read?.account.id).toEqual([one.id, "loaded"]);
      expect((await account.delete()).byModel["Account"]).toBe(1);
    });

    test("the rows that refer to each are cut to the first, and grouped by what they refer to", async () => {
      const [cash, bank] = await Account.bulkCreate([
        { tenant: one, code: "x" },
        { tenant: one, code: "w" },
      ]);
      if (cash === undefined || bank === undefined) throw new Error("no rows");
      for (const amount of [1, 7, 5]) await Booking.create({ account: cash, amount });
      await Booking.create({ account: bank, amount: 2 });
      const best = Prefetch("bookings", { querySet: Booking.orderBy("-amount").slice(0, 2), toAttr: "best" });
      const accounts = await Account.filter({ tenant: one, code__in: ["w", "x"] })
        .orderBy("code")
        .prefetchRelated(best);
      expect(accounts.map((account) => account.best.map(({ amount }) => amount))).toEqual([[2], [7, 5]]);
      const groups = await Booking.values("account")
        .annotate({ n: Count("*") })
        .orderBy("-n");
      expect(groups.map(({ n }) => n)).toEqual([3, 1]);
      const placed = Booking.annotate({
        place: Window(RowNumber(), { partitionBy: "account", orderBy: F("amount").desc() }),
      });
      expect(await placed.filter({ place: 1 }).orderBy("amount").valuesList("amount", { flat: true })).toEqual([2, 7]);
    });

    test("what cannot work is refused", async () => {
      class Twice extends ModelBase {
        key = f.compositeKey("a", "a");
        a = f.int();
      }
      class Loose extends ModelBase {
        key = f.compositeKey("a", "b");
        a = f.int();
        b = f.int({ null: true });
      }
      class Pair extends ModelBase {
        key = f.compositeKey("a", "b");
        a = f.int();
        b = f.int();
      }
      class Short extends Model {
        pair = f.foreignKey(() => Pair, { onDelete: "cascade" });
      }
      for (const model of [Twice, Loose]) expect(() => model.filterBy({})).toThrow(ModelInvalid);
      await expect(createTables([Short])).rejects.toThrow(/must say which fields hold it/);
      await expect(Account.create({ tenant: one } as never)).rejects.toBeInstanceOf(ValidationError);
      const same = new Account({ tenant: one, code: "cash" });
      await expect(same.fullClean()).rejects.toThrow(/tenant and code/);
    });
  });
}
