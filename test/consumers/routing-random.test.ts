import fc from "fast-check";
import { createApplication, createReverse, http, HttpConsumer, RoutesConflict } from "hotclub/consumers";
import { HttpCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class Echo extends HttpConsumer {
  get() {
    return this.json({ pattern: this.scope.route?.pattern, params: this.params });
  }
}

interface Found {
  readonly pattern: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const fits: Readonly<Record<string, (text: string) => unknown>> = {
  int: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  slug: (text) => (/^[-\w]+$/.test(text) ? text : undefined),
  str: (text) => text || undefined,
  path: (text) => text || undefined,
};

/** What a segment of a pattern is, without the name of a parameter. */
const shapeOf = (segment: string): string => segment.replace(/^:\w+/, ":");
const converterOf = (segment: string): string | undefined =>
  segment.startsWith(":") ? (/<(\w+)>/.exec(segment)?.[1] ?? "str") : undefined;

/**
 * Matches a path by trying every route in every way and choosing by the rule that the documentation states: at each
 * segment fixed text first, then parameters in the order in which the routes name them; a parameter that takes several
 * segments leaves the first say to routes that go on after it, and takes as many as it can.
 */
function naiveMatch(patterns: readonly string[], path: string): Found | undefined {
  const texts = path.slice(1).split("/").map(decodeURIComponent);
  const ways = patterns.flatMap((pattern) => waysOf(patterns, pattern, texts));
  return ways.sort((a, b) => compare(a.rank, b.rank))[0]?.found;
}

interface Way {
  readonly rank: readonly number[];
  readonly found: Found;
}

function waysOf(patterns: readonly string[], pattern: string, texts: readonly string[]): Way[] {
  const segments = pattern.slice(1).split("/");
  const ways: Way[] = [];
  const go = (index: number, at: number, rank: readonly number[], params: Readonly<Record<string, unknown>>): void => {
    const segment = segments[index];
    if (segment === undefined) {
      if (at === texts.length) ways.push({ rank, found: { pattern, params } });
      return;
    }
    const converter = converterOf(segment);
    if (converter === undefined) {
      if (texts[at] === segment) go(index + 1, at + 1, [...rank, 0], params);
      return;
    }
    const [, name = ""] = /^:(\w+)/.exec(segment) ?? [];
    const branch = 1 + branchesAt(patterns, segments, index).indexOf(shapeOf(segment));
    const longest = converter === "path" ? texts.length : at + 1;
    for (let end = at + 1; end <= longest; end++) {
      const value = fits[converter]?.(texts.slice(at, end).join("/"));
      if (value === undefined) continue;
      const isWhole = converter === "path" && index === segments.length - 1;
      const place = converter === "path" ? [branch, isWhole ? 1 : 0, -end] : [branch];
      go(index + 1, end, [...rank, ...place], { ...params, [name]: value });
    }
  };
  go(0, 0, [], {});
  return ways;
}

/** The kinds of parameters at one place, in the order in which routes that begin alike name them. */
function branchesAt(patterns: readonly string[], segments: readonly string[], index: number): string[] {
  const before = segments.slice(0, index).map(shapeOf).join("/");
  const kinds = patterns
    .map((pattern) => pattern.slice(1).split("/").map(shapeOf))
    .filter((shapes) => shapes.length > index && shapes.slice(0, index).join("/") === before)
    .map((shapes) => shapes[index] ?? "")
    .filter((shape) => shape.startsWith(":"));
  return [...new Set(kinds)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const segment = fc.constantFrom("a", "b", "1", ":p", ":p<int>", ":p<slug>", ":p<path>");
/** Patterns whose parameters have different names, with one that takes several segments at most. */
const pattern = fc.tuple(fc.array(segment, { maxLength: 3 }), fc.boolean()).map(([segments, hasSlash]) => {
  let rests = 0;
  const named = segments.map((text, index) => {
    if (text === ":p<path>" && ++rests > 1) return `:p${index}`;
    return text.replace(":p", `:p${index}`);
  });
  return `/${named.join("/")}${hasSlash && named.length > 0 ? "/" : ""}`;
});
const table = fc.uniqueArray(pattern, { minLength: 1, maxLength: 8 });
const path = fc
  .array(fc.constantFrom("a", "b", "1", "22", "a-b", "a.b", "", "%61", "%2F"), { maxLength: 4 })
  .map((segments) => `/${segments.join("/")}`);

/** Those of the patterns that the error calls unreachable. */
function unreachableOf(patterns: readonly string[]): readonly string[] {
  try {
    createApplication({ routes: patterns.map((one) => http(one, Echo)) });
    return [];
  } catch (error) {
    if (!(error instanceof RoutesConflict)) throw error;
    return error.params.problems.map((problem) => /^http (\S+) /.exec(problem)?.[1] ?? "");
  }
}

describe("routes of any table", () => {
  it("are found as by trying all of them, and called unreachable only where they are", async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.array(path, { minLength: 20, maxLength: 40 }), async (given, paths) => {
        let patterns = given;
        for (;;) {
          const unreachable = unreachableOf(patterns);
          if (unreachable.length === 0) break;
          for (const one of paths) expect(unreachable).not.toContain(naiveMatch(patterns, one)?.pattern);
          patterns = patterns.filter((one) => !unreachable.includes(one));
        }
        const application = createApplication({
          routes: patterns.map((one) => http(one, Echo)),
          trailingSlash: "strict",
        });
        for (const one of paths) {
          const response = await new HttpCommunicator(application, "GET", one).response();
          const found = response.status === 200 ? (response.json() as Found) : undefined;
          expect(found).toEqual(naiveMatch(patterns, one));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("have URLs that lead back to them", async () => {
    const value = {
      int: fc.nat(),
      slug: fc.stringMatching(/^[-\w]{1,8}$/),
      str: fc.string({ minLength: 1, unit: "grapheme" }),
      path: fc
        .array(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1, maxLength: 3 })
        .map((all) => all.join("/")),
    };
    const call = pattern.chain((one) => {
      const params = [...one.matchAll(/:(\w+)(?:<(\w+)>)?/g)].map(
        ([, name = "", converter = "str"]) => [name, value[converter as keyof typeof value]] as const,
      );
      return fc.record({ pattern: fc.constant(one), params: fc.record(Object.fromEntries(params)) });
    });
    await fc.assert(
      fc.asyncProperty(call, async ({ pattern, params }) => {
        const steps = new Set(Object.values(params).flatMap((one) => String(one).split("/")));
        fc.pre(!steps.has(".") && !steps.has(".."));
        const routes = [http(pattern, Echo, { name: "it" })];
        const url = createReverse(routes)("it", params);
        expect(url.startsWith("//")).toBe(false);
        const application = createApplication({ routes, trailingSlash: "strict" });
        const response = await new HttpCommunicator(application, "GET", url).response();
        expect(response.json()).toEqual({ pattern, params });
      }),
      { numRuns: 500 },
    );
  });
});
