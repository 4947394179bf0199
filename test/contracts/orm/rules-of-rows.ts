import * as fc from "fast-check";
import {
  check,
  CheckViolation,
  createTables,
  exclude,
  F,
  f,
  IntegrityError,
  Length,
  LessThan,
  Lower,
  meta,
  Model,
  Q,
  unique,
  ValidationError,
} from "hotclub/orm";
import { beforeAll, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

/** A rule over values of each kind: on columns, values, parts of dates, keys of JSON and items of lists. */
class Parcel extends Model<Parcel> {
  label = f.char({ maxLength: 30 });
  note = f.text({ null: true, blank: true });
  size = f.char({ choices: { s: "Small", l: "Large" } });
  pieces = f.int();
  pallets = f.int();
  weight = f.float();
  price = f.decimal({ maxDigits: 8, decimalPlaces: 2 });
  isFragile = f.bool();
  day = f.date();
  sentAt = f.dateTime({ null: true, blank: true });
  opensAt = f.time();
  takes = f.duration();
  code = f.uuid();
  data = f.json({ blank: true });
  marks = f.array(f.char({ maxLength: 10 }), { blank: true });
  static meta = meta<Parcel>({
    constraints: [
      named(
        "label_differs",
        Q({ label__icontains: "DROP" })
          .not()
          .and(Q({ label__startswith: "'" }).not()),
      ),
      named("label_is_short", LessThan(Length("label"), 20)),
      named("note_is_not_label", Q({ note: F("label") }).not()),
      named("small_is_few", Q({ size: "s", pieces__gt: 3 }).not()),
      named("half_a_pallet", { pallets__gte: F("pieces").dividedBy(2) }),
      named("not_too_heavy", { weight__lt: F("pieces").times(2.5).plus(4) }),
      named("price_in_list", Q({ price__in: ["0.10", "7.50"] }).not()),
      named("fragile_is_light", Q({ isFragile: false }).or(Q({ weight__lte: 2 }))),
      named("not_in_march", Q({ day__month: 3 }).not()),
      named("sent_after_day", Q({ sentAt: null }).or(Q({ sentAt__date__gte: F("day") }))),
      named("opens_early", { opensAt__lte: "12:30" }),
      named("takes_a_day", { takes__lte: 86_400_000 }),
      named("another_code", Q({ code: "00000000-0000-4000-8000-000000000001" }).not()),
      named("data_is_not_b", Q({ data__a: "b" }).not()),
      named("no_mark_x_first", Q({ marks__0: "x" }).not()),
      unique({ expressions: [Lower("label"), F("pieces").plus(F("pallets"))], violationCode: "same_label" }),
      unique("code", { expressions: [Length("label")], where: { isFragile: true }, violationCode: "same_code" }),
    ],
  });
}

/** Rules of some rows only, by a column that may be NULL and by one that the database computes. */
class Slot extends Model<Slot> {
  state = f.char({ maxLength: 10, null: true, blank: true });
  room = f.int();
  hour = f.int();
  day = f.int({ null: true, blank: true });
  late = f.generated(F<number>("hour").minus(20), f.int());
  static meta = meta<Slot>({
    constraints: [
      unique("room", "hour", { where: { state: "open" }, violationCode: "open" }),
      unique({ expressions: [F("room").times(100).plus(F("hour"))], where: { state: "shut" }, violationCode: "shut" }),
      unique("room", { where: { late__gt: 0 }, violationCode: "late" }),
      exclude({
        elements: [
          ["room", "="],
          ["day", "="],
        ],
        using: "btree",
        where: { state: "full" },
        violationCode: "full",
      }),
    ],
  });
}

function named(name: string, condition: Parameters<typeof check>[0]) {
  return check(condition, { violationCode: name }).named(`parcel_${name}`);
}

const text = fc
  .array(fc.constantFrom("'", "''", '"', "\\", "\\'", "--", "$1", "?", "%", "_", "x", "Drop", " ", "é", ";", "b"), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pieces) => pieces.join("").trim() || "?");
const whole = fc.integer({ min: -3, max: 6 });
/** Nearly always the first, so that not every row breaks a rule. */
const mostly = <T>(first: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const parcel = fc.record({
  label: text,
  note: fc.option(text),
  size: mostly("l", "s"),
  pieces: whole,
  pallets: mostly(3, -1, 1, 2),
  weight: mostly(-2.5, 0, 0.1, 2, 4, 6.5, 1e-7),
  price: mostly("-3.00", "0.10", "0.1", "7.50", "123456.78"),
  isFragile: fc.boolean(),
  day: mostly("2024-02-29", "2024-03-01", "1969-12-31"),
  sentAt: fc.option(fc.constantFrom("2024-02-29T23:59:59.999Z", "1969-12-31T23:00:00Z", "2030-01-01T00:00:00Z")),
  opensAt: mostly("00:00", "12:30", "12:30:00.001", "23:59:59"),
  takes: mostly(0, 1, 86_400_000, 86_400_001),
  code: mostly("00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000001"),
  data: fc.oneof(fc.record({ a: text }), mostly<object>({}, { a: "b" }), fc.array(whole)),
  marks: fc.array(fc.constantFrom("x", "y'", '"', "{}", "NULL"), { maxLength: 3 }),
});

/** What `fullClean` and the database say of a row that breaks rules. */
export function describeRulesOfRows(engine: OrmEngine): void {
  describe("rules of rows", () => {
    withTables(engine);
    beforeAll(() => createTables([Parcel, Slot]));

    test("rules of some rows are not about those of which it is not known", async () => {
      const at = { room: 1, hour: 8, day: 2 };
      await Slot.bulkCreate([
        { ...at, state: "open" },
        { ...at, state: "shut" },
        { ...at, state: "full" },
      ]);
      for (let time = 0; time < 2; time++) {
        const row = new Slot({ ...at, state: null });
        expect(await codesOf(row.fullClean())).toEqual([]);
        await row.save();
      }
      for (const state of ["open", "shut"]) {
        const row = new Slot({ ...at, state });
        expect(await codesOf(row.fullClean())).toEqual([state]);
        await expect(row.save()).rejects.toThrow(IntegrityError);
      }
      expect(await codesOf(new Slot({ ...at, state: "open" }).fullClean({ exclude: ["state"] }))).toEqual([]);
      const full = new Slot({ ...at, state: "full" });
      const found = await codesOf(full.fullClean());
      // Where the database knows no such rules, there are none.
      const told = await full.save().then(
        () => [],
        () => ["full"],
      );
      expect(found).toEqual(told);
      expect(await codesOf(new Slot({ ...at, state: "full", day: null }).fullClean())).toEqual([]);
      // What the database computes is left to it.
      await Slot.create({ ...at, hour: 21 });
      const late = new Slot({ ...at, hour: 22 });
      expect(await codesOf(late.fullClean())).toEqual([]);
      await expect(late.save()).rejects.toThrow(IntegrityError);
    });

    test("fullClean says of any row what the database then says", async () => {
      let [kept, refused] = [0, 0];
      const property = fc.asyncProperty(parcel, async ({ sentAt, ...given }) => {
        const row = new Parcel({ ...given, sentAt: sentAt === null ? null : new Date(sentAt) } as never);
        const found = await codesOf(row.fullClean());
        const told = await databaseSays(row.save());
        if (told === undefined) {
          kept++;
          expect(found).toEqual([]);
        } else {
          refused++;
          expect(found).toContain(told);
        }
      });
      await fc.assert(property, { numRuns: 200 });
      expect(Math.min(kept, refused)).toBeGreaterThan(10);
    });
  });
}

async function codesOf(check: Promise<unknown>): Promise<readonly string[]> {
  try {
    await check;
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ValidationError)) throw thrown;
    return thrown.issues.map(({ code }) => code);
  }
}

/** The code of the rule that the database names, if any. */
async function databaseSays(write: Promise<unknown>): Promise<string | undefined> {
  try {
    await write;
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof IntegrityError)) throw thrown;
    if (thrown instanceof CheckViolation) return thrown.params.constraint?.replace("parcel_", "");
    return thrown.message.includes("code") ? "same_code" : "same_label";
  }
}
