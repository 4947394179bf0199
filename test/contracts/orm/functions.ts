import {
  Abs,
  ACos,
  AnyValue,
  ArraySubquery,
  ASin,
  ATan,
  ATan2,
  BoolAnd,
  BoolOr,
  Ceil,
  Chr,
  closeDatabases,
  Concat,
  type Condition,
  Contains,
  Cos,
  Cot,
  createTables,
  CumeDist,
  databases,
  Degrees,
  DenseRank,
  EndsWith,
  Exp,
  type Expression,
  ExtractDay,
  ExtractHour,
  ExtractIsoWeekDay,
  ExtractIsoYear,
  ExtractMinute,
  ExtractMonth,
  ExtractQuarter,
  ExtractSecond,
  ExtractWeek,
  ExtractWeekDay,
  ExtractYear,
  F,
  f,
  FirstValue,
  Floor,
  GreaterThan,
  GreaterThanOrEqual,
  Greatest,
  GroupRange,
  IContains,
  IEndsWith,
  IExact,
  IRegex,
  In,
  IsNull,
  IStartsWith,
  Lag,
  LastValue,
  Lead,
  Least,
  Left,
  Length,
  LessThan,
  LessThanOrEqual,
  Ln,
  Log,
  Lower,
  LPad,
  LTrim,
  MD5,
  Mod,
  Model,
  Now,
  NthValue,
  Ntile,
  NullIf,
  Ord,
  PercentRank,
  Pi,
  Power,
  Radians,
  Random,
  Range,
  Rank,
  Regex,
  Repeat,
  Replace,
  Reverse,
  Right,
  Round,
  RPad,
  RTrim,
  SHA1,
  SHA224,
  SHA256,
  SHA384,
  SHA512,
  Sign,
  Sin,
  Sqrt,
  StartsWith,
  StdDev,
  StrIndex,
  Substr,
  Tan,
  Test,
  Trim,
  TruncHour,
  TruncMinute,
  TruncQuarter,
  TruncSecond,
  TruncWeek,
  TruncYear,
  Upper,
  Value,
  ValueRange,
  Variance,
  Window,
} from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { at, type OrmEngine } from "./engine.js";

class Sample extends Model {
  name = f.char({ maxLength: 40 });
  padded = f.char({ maxLength: 40, default: "  swing " });
  n = f.int({ default: 0 });
  x = f.float({ default: 2.25 });
  nothing = f.int({ null: true });
  isOn = f.bool({ default: true });
  at = f.dateTime({ default: () => at("2026-01-31T23:30:45.678Z") });
}

/** What a query for `expressions` gives of the sample called Django. */
async function computed(expressions: Readonly<Record<string, Expression>>): Promise<Record<string, unknown>> {
  const [row] = await Sample.filter({ name: "Django" }).values(expressions as never);
  return row as unknown as Record<string, unknown>;
}

/** The functions of the database, each with what it gives: the same on every database. */
export function describeFunctions(engine: OrmEngine): void {
  const hasUserFunctions = !engine.name.includes("libsql");

  describe("functions of the database", () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables([Sample]);
      await Sample.bulkCreate([
        { name: "Django", n: 7 },
        { name: "Joseph", n: -3, isOn: false },
        { name: "Stephane", n: 7 },
        { name: "Roger", n: 1 },
      ]);
    });
    afterAll(closeDatabases);

    test("of text", async () => {
      expect(
        await computed({
          chr: Chr(65),
          concat: Concat("name", Value("-"), "nothing", "n"),
          left: Left("name", 3),
          length: Length("name"),
          lower: Lower("name"),
          lpad: LPad("name", 8, "*"),
          cut: LPad("name", 2),
          ltrim: LTrim("padded"),
          ord: Ord("name"),
          repeat: Repeat("name", 2),
          replace: Replace("name", "jan", "un"),
          removed: Replace("name", "o"),
          reverse: Reverse("name"),
          right: Right("name", 2),
          rpad: RPad("name", 8, "ab"),
          rtrim: RTrim("padded"),
          index: StrIndex("name", Value("ang")),
          missing: StrIndex("name", Value("z")),
          substr: Substr("name", 2, 3),
          rest: Substr("name", 3),
          trim: Trim("padded"),
          upper: Upper("name"),
        }),
      ).toEqual({
        chr: "A",
        concat: "Django-7",
        left: "Dja",
        length: 6,
        lower: "django",
        lpad: "**Django",
        cut: "Dj",
        ltrim: "swing ",
        ord: 68,
        repeat: "DjangoDjango",
        replace: "Dungo",
        removed: "Djang",
        reverse: "ognajD",
        right: "go",
        rpad: "Djangoab",
        rtrim: "  swing",
        index: 3,
        missing: 0,
        substr: "jan",
        rest: "ango",
        trim: "swing",
        upper: "DJANGO",
      });
    });

    test.skipIf(!hasUserFunctions)("hashes of text, by RFC 1321 and FIPS 180-4", async () => {
      const abc = Value("abc");
      const found = await computed({
        md5: MD5(abc),
        s224: SHA224(abc),
        s256: SHA256(abc),
        s384: SHA384(abc),
        s512: SHA512(abc),
      });
      expect(found["md5"]).toBe("900150983cd24fb0d6963f7d28e17f72");
      expect(found["s224"]).toBe("23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
      expect(found["s256"]).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
      expect(found["s384"]).toMatch(/^cb00753f45a35e8bb5a03d699ac65007/);
      expect(found["s512"]).toMatch(/^ddaf35a193617abacc417349ae204131/);
      // PostgreSQL has it in its extension pgcrypto only.
      if (engine.name === "postgres") expect(Sample.values({ one: SHA1("name") }).toSql().sql).toContain("DIGEST");
      else expect((await computed({ one: SHA1(abc) }))["one"]).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
    });

    test("of numbers", async () => {
      const found = await computed({
        abs: Abs(F("n").negated()),
        ceil: Ceil("x"),
        floor: Floor("x"),
        mod: Mod("n", 4),
        power: Power("x", 2),
        round: Round("x"),
        sign: Sign(F<number>("n").times(-2)),
        sqrt: Sqrt("x"),
        bitAnd: F<number>("n").bitAnd(3),
        bitOr: F<number>("n").bitOr(8),
        bitXor: F<number>("n").bitXor(2),
        shifted: F<number>("n").bitLeftShift(2),
        back: F<number>("n").bitRightShift(1),
        rest: F<number>("n").modulo(4),
        whole: F<number>("n").dividedBy(2),
      });
      expect(found).toEqual({
        abs: 7,
        ceil: 3,
        floor: 2,
        mod: 3,
        power: 5.0625,
        round: 2,
        sign: -1,
        sqrt: 1.5,
        bitAnd: 3,
        bitOr: 15,
        bitXor: 5,
        shifted: 28,
        back: 3,
        rest: 3,
        whole: 3,
      });
      const curved = await computed({
        acos: ACos(0.5),
        asin: ASin(0.5),
        atan: ATan(0.5),
        atan2: ATan2(1, 2),
        cos: Cos("x"),
        cot: Cot("x"),
        degrees: Degrees("x"),
        exp: Exp("x"),
        ln: Ln("x"),
        log: Log(2, 8),
        pi: Pi(),
        radians: Radians("x"),
        sin: Sin("x"),
        tan: Tan("x"),
      });
      const expected: Record<string, number> = {
        acos: Math.acos(0.5),
        asin: Math.asin(0.5),
        atan: Math.atan(0.5),
        atan2: Math.atan2(1, 2),
        cos: Math.cos(2.25),
        cot: 1 / Math.tan(2.25),
        degrees: (2.25 * 180) / Math.PI,
        exp: Math.exp(2.25),
        ln: Math.log(2.25),
        log: 3,
        pi: Math.PI,
        radians: (2.25 * Math.PI) / 180,
        sin: Math.sin(2.25),
        tan: Math.tan(2.25),
      };
      for (const [name, value] of Object.entries(expected)) expect(curved[name]).toBeCloseTo(value, 10);
      const { random } = await computed({ random: Random() });
      expect(Number(random) >= 0 && Number(random) < 1).toBe(true);
    });

    test("compare", async () => {
      expect(
        await computed({
          greatest: Greatest("n", "x", 3),
          least: Least("n", "x", 3),
          none: Least("nothing", "nothing"),
          same: NullIf("n", 7),
          other: NullIf("n", 8),
        }),
      ).toEqual({ greatest: 7, least: 2.25, none: null, same: null, other: 7 });
      // As in Django, a null is left out on PostgreSQL and is the answer on SQLite.
      const { partly } = await computed({ partly: Greatest("n", "nothing") });
      expect(partly).toBe(engine.name === "postgres" ? 7 : null);
    });

    test("of instants", async () => {
      expect(
        await computed({
          year: ExtractYear("at"),
          isoYear: ExtractIsoYear("at"),
          quarter: ExtractQuarter("at"),
          month: ExtractMonth("at"),
          week: ExtractWeek("at"),
          day: ExtractDay("at"),
          weekDay: ExtractWeekDay("at"),
          isoWeekDay: ExtractIsoWeekDay("at"),
          hour: ExtractHour("at"),
          minute: ExtractMinute("at"),
          second: ExtractSecond("at"),
          inYear: TruncYear("at"),
          inQuarter: TruncQuarter("at"),
          inWeek: TruncWeek("at"),
          inHour: TruncHour("at"),
          inMinute: TruncMinute("at"),
          inSecond: TruncSecond("at"),
          later: F("at").plusMs(60_000),
          since: F("at").msSince(F("at").plusMs(-5)),
        }),
      ).toEqual({
        year: 2026,
        isoYear: 2026,
        quarter: 1,
        month: 1,
        week: 5,
        day: 31,
        weekDay: 7,
        isoWeekDay: 6,
        hour: 23,
        minute: 30,
        second: 45,
        inYear: at("2026-01-01T00:00:00Z"),
        inQuarter: at("2026-01-01T00:00:00Z"),
        inWeek: at("2026-01-26T00:00:00Z"),
        inHour: at("2026-01-31T23:00:00Z"),
        inMinute: at("2026-01-31T23:30:00Z"),
        inSecond: at("2026-01-31T23:30:45Z"),
        later: at("2026-01-31T23:31:45.678Z"),
        since: 5,
      });
      const { now } = await computed({ now: Now() });
      expect(now).toBeInstanceOf(Date);
    });

    test("aggregates: of truth, of any value, how far values lie apart", async () => {
      const found = await Sample.aggregate({
        all: BoolAnd("isOn"),
        any: BoolOr("isOn"),
        value: AnyValue("padded"),
        variance: Variance("n"),
        sample: Variance("n", { sample: true }),
        deviation: StdDev("n"),
      });
      expect([found.all, found.any, found.value]).toEqual([false, true, "  swing "]);
      expect(found.variance).toBeCloseTo(18, 10);
      expect(found.sample).toBeCloseTo(24, 10);
      expect(found.deviation).toBeCloseTo(Math.sqrt(18), 10);
    });

    test("windows", async () => {
      const order = { orderBy: "n" } as const;
      const whole = { ...order, frame: ValueRange(null, null) };
      const rows = await Sample.annotate({
        rank: Window(Rank(), order),
        dense: Window(DenseRank(), order),
        percent: Window(PercentRank(), order),
        cume: Window(CumeDist(), order),
        half: Window(Ntile(2), { orderBy: ["n", "name"] }),
        before: Window(Lag("n"), { orderBy: ["n", "name"] }),
        after: Window(Lead("n"), { orderBy: ["n", "name"] }),
        first: Window(FirstValue("n"), whole),
        last: Window(LastValue("n"), whole),
        second: Window(NthValue("n", 2), whole),
        peers: Window(LastValue("name"), { ...order, frame: GroupRange(0, 0) }),
      }).orderBy("n", "name");
      expect(rows.map(({ rank, dense }) => [rank, dense])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
        [3, 3],
      ]);
      expect(rows.map(({ percent, cume }) => [percent.toFixed(2), cume.toFixed(2)])).toEqual([
        ["0.00", "0.25"],
        ["0.33", "0.50"],
        ["0.67", "1.00"],
        ["0.67", "1.00"],
      ]);
      expect(rows.map(({ half }) => half)).toEqual([1, 1, 2, 2]);
      expect(rows.map(({ before, after }) => [before, after])).toEqual([
        [null, 1],
        [-3, 7],
        [1, 7],
        [7, null],
      ]);
      expect(rows.map(({ first, last, second }) => [first, last, second])).toEqual(rows.map(() => [-3, 7, 1]));
    });

    test("lookups as expressions", async () => {
      const names = async (condition: Condition): Promise<string[]> =>
        Sample.filter(condition).orderBy("name").valuesList("name", { flat: true });
      expect(await names(IExact("name", "dJANGO"))).toEqual(["Django"]);
      expect(await names(GreaterThan("n", 1))).toEqual(["Django", "Stephane"]);
      expect(await names(GreaterThanOrEqual("n", 7))).toEqual(["Django", "Stephane"]);
      expect(await names(LessThan("n", 1))).toEqual(["Joseph"]);
      expect(await names(LessThanOrEqual("n", F("n")))).toHaveLength(4);
      expect(await names(In("n", [1, -3]))).toEqual(["Joseph", "Roger"]);
      expect(await names(Range("n", [0, 6]))).toEqual(["Roger"]);
      expect(await names(IsNull("nothing", false))).toEqual([]);
      expect(await names(Contains("name", "ang"))).toEqual(["Django"]);
      expect(await names(IContains(Lower("name"), "ANG"))).toEqual(["Django"]);
      expect(await names(StartsWith("name", "Jo"))).toEqual(["Joseph"]);
      expect(await names(IStartsWith("name", "jo"))).toEqual(["Joseph"]);
      expect(await names(EndsWith("name", "er"))).toEqual(["Roger"]);
      expect(await names(IEndsWith("name", "ER"))).toEqual(["Roger"]);
      if (hasUserFunctions) {
        expect(await names(Regex("name", "^[DJ].*[oh]$"))).toEqual(["Django", "Joseph"]);
        expect(await names(IRegex("name", "^[dj].*[OH]$"))).toEqual(["Django", "Joseph"]);
      }
      const rows = await Sample.orderBy("name").annotate({ isHigh: Test(GreaterThan("n", 1)) });
      expect(rows.map(({ isHigh }) => isHigh)).toEqual([true, false, false, true]);
    });

    test("an array of what another query gives", async () => {
      const high = Sample.filter({ n__gt: 0 }).orderBy("name").values("name");
      const [row] = await Sample.filter({ name: "Joseph" }).annotate({ high: ArraySubquery(high) });
      expect(row?.high).toEqual(["Django", "Roger", "Stephane"]);
      const [bare] = await Sample.filter({ name: "Joseph" }).annotate({ none: ArraySubquery(high.none()) });
      expect(bare?.none).toEqual([]);
    });
  });
}
