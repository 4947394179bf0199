import fc from "fast-check";
import { durationText, field, Form, formSet, type FormField } from "hotclub/forms";
import { describe, expect, it } from "vitest";

/** What a field makes of what was sent: its value, or the codes of its errors. */
async function given(make: () => FormField, text: unknown): Promise<{ value?: unknown; codes?: string[] }> {
  class One extends Form {
    one = make();
  }
  const form = new One({ data: { one: text } });
  if (await form.isValid()) return { value: form.cleanedData.one };
  return { codes: form.one.errors.errors.map(({ code }) => code) };
}

const values: readonly (readonly [name: string, () => FormField, fc.Arbitrary<unknown>])[] = [
  ["integers", () => field.integer({ required: false }), fc.maxSafeInteger().map((one) => (one === 0 ? 0 : one))],
  [
    "numbers",
    () => field.float(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (one === 0 ? 0 : one)),
  ],
  ["big integers", () => field.bigInteger(), fc.bigInt()],
  ["texts", () => field.char({ strip: false, required: false }), fc.string().filter((one) => !one.includes("\0"))],
  ["durations", () => field.duration(), fc.integer({ min: -1e12, max: 1e12 }).map((one) => (one === 0 ? 0 : one))],
  ["JSON", () => field.json(), json()],
  ["instants", () => field.dateTime({ zone: "Pacific/Kiritimati" }), instants()],
  ["days", () => field.date(), instants().map((one) => one.toISOString().slice(0, 10))],
  ["UUIDs", () => field.uuid(), fc.uuid()],
];

function json(): fc.Arbitrary<unknown> {
  const some = fc.jsonValue().filter((one) => one !== null);
  // JSON tells -0 from 0 nowhere.
  return some.map((one) => JSON.parse(JSON.stringify(one)) as unknown);
}

function instants(): fc.Arbitrary<Date> {
  // Clocks were set by the minute from then on.
  return fc.date({ min: new Date("1980-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
}

describe("what a form shows", () => {
  it.each(values)("comes back as it was: %s", async (_name, make, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (value) => {
        class Shown extends Form {
          one = make();
        }
        const text = await new Shown({ initial: { one: value } }).one.value();
        const sent = typeof text === "string" ? text : String(text);
        const back = new Shown({ initial: { one: value }, data: { one: sent } });
        expect(await back.isValid()).toBe(true);
        expect(back.cleanedData.one).toEqual(value);
        expect(await back.hasChanged()).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

const fields: readonly (() => FormField)[] = [
  () => field.char({ maxLength: 5, minLength: 2 }),
  () => field.text(),
  () => field.email(),
  () => field.url(),
  () => field.slug(),
  () => field.integer({ min: 0, max: 9, step: 3 }),
  () => field.bigInteger({ min: 0n }),
  () => field.float({ min: -1 }),
  () => field.decimal({ maxDigits: 4, decimalPlaces: 2 }),
  () => field.boolean(),
  () => field.nullBoolean(),
  () => field.date(),
  () => field.time(),
  () => field.dateTime(),
  () => field.splitDateTime(),
  () => field.duration(),
  () => field.uuid(),
  () => field.json(),
  () => field.ipAddress(),
  () => field.regex({ pattern: /^a+$/g }),
  () => field.choice({ choices: ["a", 1] as const }),
  () => field.multipleChoice({ choices: { A: { a: "x" } } }),
  () => field.typedChoice({ choices: ["1"], coerce: Number }),
  () => field.file(),
  () => field.image({ required: false }),
];

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\0", "\uD800", "1e999999999", "9".repeat(5000), "-0", "NaN", "Infinity", "__proto__", "{}", "null"),
  fc.constantFrom("0000-00-00", "2026-02-30", "99:99", "PT1H", "0x10", "1_000", "½", "١٢", "//evil", "javascript:x"),
  fc.array(fc.string(), { maxLength: 3 }),
);

describe("whatever is sent", () => {
  it("a form says yes or no to it, and can be shown again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: fields.length, maxLength: fields.length }), async (sent) => {
        class Everything extends Form {
          constructor(data: Record<string, unknown>) {
            super({ data });
            for (const [index, make] of fields.entries()) this.addField(`f${index}`, make());
          }
        }
        const form = new Everything(Object.fromEntries(sent.map((one, index) => [`f${index}`, one])));
        expect(await form.isValid()).toBe(false);
        await form.changedFields();
        const page = (await form.render()).toString();
        expect(page).not.toContain("<script");
      }),
      { numRuns: 40 },
    );
  });

  it("a form set makes no more forms than it may", async () => {
    class Line extends Form {
      name = field.char();
    }
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (total, initial) => {
        const Lines = formSet(Line, { max: 3, absoluteMax: 4 });
        const set = new Lines({ data: { "form-TOTAL_FORMS": total, "form-INITIAL_FORMS": initial } });
        expect(set.forms.length).toBeLessThanOrEqual(4);
        await set.isValid();
      }),
    );
  });

  it("values are what their field says they are", async () => {
    expect(await given(() => field.integer(), "3.0")).toEqual({ value: 3 });
    expect(await given(() => field.integer({ min: 1, step: 3 }), "5")).toEqual({ codes: ["step_size"] });
    expect(await given(() => field.integer(), "9007199254740993")).toEqual({ codes: ["invalid"] });
    expect(await given(() => field.decimal({ maxDigits: 4, decimalPlaces: 2 }), "123.4")).toEqual({
      codes: ["max_whole_digits"],
    });
    expect(await given(() => field.decimal({ maxDigits: 4, decimalPlaces: 2 }), "1.234")).toEqual({
      codes: ["max_decimal_places"],
    });
    expect(await given(() => field.url(), "example.org/x")).toEqual({ value: "https://example.org/x" });
    expect(await given(() => field.url(), "javascript:alert(1)")).toEqual({ codes: ["invalid"] });
    expect(await given(() => field.ipAddress(), "2001:DB8::0001")).toEqual({ value: "2001:db8::1" });
    expect(await given(() => field.duration(), "1:30")).toEqual({ value: 90_000 });
    expect(await given(() => field.text(), "a\r\nb")).toEqual({ value: "a\nb" });
    expect(await given(() => field.dateTime({ zone: "Europe/Paris" }), "2026-07-01T12:00")).toEqual({
      value: new Date("2026-07-01T10:00:00Z"),
    });
    expect(await given(() => field.typedChoice({ choices: ["1"], coerce: Number }), "1")).toEqual({ value: 1 });
    expect(await given(() => field.boolean({ required: true }), "")).toEqual({ codes: ["required"] });
    expect(await given(() => field.uuid({ required: false }), "")).toEqual({ value: null });
    expect(durationText(93_784_500)).toBe("1 02:03:04.5");
  });
});
