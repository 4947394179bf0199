import { beforeAll, describe, expect, test } from "vitest";

import { generatedApp } from "../../bench/load/generated-app.js";
import { costOf } from "./type-checker.js";

/**
 * What the compiler pays, in type instantiations: the same on every machine. Seconds are printed and not judged, as they
 * are those of whatever else the machine does. Each budget is a tenth above what was measured when it was written.
 */
const timeout = 900_000;

describe("an app of 200 models and 2,000 queries", () => {
  test("is checked within its budget", { timeout }, async () => {
    const { instantiations, types, seconds } = await costOf(generatedApp(200, 2000));
    process.stdout.write(`200 models, 2,000 queries: ${instantiations} instantiations, ${types} types, ${seconds} s\n`);
    expect(instantiations).toBeLessThan(2_050_000);
    expect(types).toBeLessThan(520_000);
  });
});

const uses = 10;

/** Common expressions on the model `M`, and what one of them may cost, its own model's share included. */
const budgets: readonly { readonly name: string; readonly write: (model: string) => string; readonly most: number }[] =
  [
    { name: "a lookup of a field", write: (model) => `${model}.filter({ text0__icontains: "a" })`, most: 1_750 },
    {
      name: "a lookup through relations",
      write: (model) => `${model}.filter({ first__second__text1__startswith: "a", back__at__year__gte: 2026 })`,
      most: 2_280,
    },
    {
      name: "an annotation that is filtered by",
      write: (model) => `${model}.annotate({ n: Count("tags") }).filter({ n__gt: 2 })`,
      most: 1_820,
    },
    { name: "values of a relation", write: (model) => `${model}.values("text0", "first__text1")`, most: 970 },
    { name: "selectRelated", write: (model) => `${model}.selectRelated("first__second")`, most: 640 },
    {
      name: "create",
      write: (model) =>
        `${model}.create({ text0: "a", text1: "b", text2: "c", text3: "d", text4: "e", text5: "f", first: 1 })`,
      most: 2_510,
    },
    {
      name: "a wrong lookup",
      write: (model) =>
        `// @ts-expect-error a number has no text lookups\n${model}.filter({ number0__icontains: "a" })`,
      most: 1_790,
    },
  ];

describe("a common expression", () => {
  let before: number;
  beforeAll(async () => {
    before = (await costOf(program(() => "0"))).instantiations;
  }, timeout);

  for (const { name, write, most } of budgets) {
    test(`${name} costs no more than ${most} instantiations`, { timeout }, async () => {
      const { instantiations } = await costOf(program(write));
      const each = Math.ceil((instantiations - before) / uses);
      process.stdout.write(`${name}: ${each} instantiations\n`);
      expect(each).toBeLessThanOrEqual(most);
    });
  }
});

/** A program of ten models with one use of an expression on each. */
function program(write: (model: string) => string): string {
  const made = Array.from({ length: uses }, (_, index) => {
    const [first = "", second] = write(`M${index}`).split("\n");
    return second === undefined
      ? `export const use${index} = ${first};`
      : `${first}\nexport const use${index} = ${second};`;
  });
  return `${generatedApp(uses, 0).replace(", F, ", ", ").replace(", Q }", " }")}void Count;\n${made.join("\n")}\n`;
}
