import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { summarise } from "../../bench/figures.js";
import { documents, newestResult, withTables } from "../../bench/report/docs-tables.js";
import { htmlPage, markdownPage, ratioFile } from "../../bench/report/pages.js";
import { writeReport } from "../../bench/report/write-report.js";
import { type BenchResult, jsonOf, readResult } from "../../bench/result.js";
import { scratch } from "../project/scratch.js";
import { round } from "./round.js";
import { tiny, tinyEffort } from "./tiny-case.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const measuredAt = "2026-11-21T12:00:00.000Z";
const rounds = new Map([
  ["ours", [round(90, { lost: 3 })]],
  ["bare", [round(100, { generatorBusy: 0.95 })]],
  ["fastify", [round(30)]],
]);
const figures = summarise(
  { ...tiny, title: "a <short> text" },
  { rounds, leftOut: { django: "it is not installed" } },
  { measuredAt, commit: "abc", effort: tinyEffort, seed: 7 },
);
const result: BenchResult = {
  format: 1,
  machine: { cpu: "a processor", cores: 2, memoryGiB: 4, system: "linux 6", isPinned: true },
  versions: { node: "20.19.0", fastify: "5.0.0" },
  commit: "abc",
  measuredAt,
  cases: { "http-hello": figures, other: figures },
  failures: { broken: "it hung\n  at somewhere" },
};

describe("the report", () => {
  it("draws each case and puts its table beside, in words that a screen reader finds", () => {
    const page = htmlPage(result);
    expect(page.match(/<svg [^>]*role="img"/g)).toHaveLength(3);
    expect(page).toContain('<title id="http-hello-title">http-hello: requests per CPU second; more is better</title>');
    expect(page).toContain('<desc id="http-hello-description">ours 90, bare 100, fastify 30</desc>');
    expect(page).toContain('<th scope="row">fastify</th><td>30</td><td>30 – 30</td><td>3.00</td>');
    expect(page).toContain("Measured on 2026-11-21: a processor, 2 cores, 4 GiB, linux 6, Node 20.19.0");
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain("<figcaption>requests per CPU second; more is better</figcaption>");
  });

  it("says of how many commits and days it is, where it is of several", () => {
    const later = { ...figures, commit: "def", measuredAt: "2026-11-23T12:00:00.000Z" };
    const page = htmlPage({ ...result, cases: { "http-hello": figures, other: later } });
    expect(page).toContain("Measured between 2026-11-21 and 2026-11-23");
    expect(page).toContain("commits abc, def.");
  });

  it("shows cases by subject and leads to each, in whatever order they were measured", () => {
    const cases = { "orm-sqlite-getByPk-1": figures, other: figures, "http-hello": figures };
    const page = htmlPage({ ...result, cases });
    const order = ["http-hello", "orm-sqlite-getByPk-1", "other"];
    expect([...page.matchAll(/<h3 id="case-([\w-]+)"/g)].map(([, name]) => name)).toEqual(order);
    expect([...page.matchAll(/<a href="#case-([\w-]+)"/g)].map(([, name]) => name)).toEqual(order);
  });

  it("draws a longer bar for what is better, also where less is, and ends what would dwarf all others", () => {
    const less = { ...figures, ratio: 4, spread: [4, 4] as const, isLessBetter: true };
    const more = { ...figures, ratio: 45, spread: [44, 46] as const };
    const svg = ratioFile({ ...result, cases: { "http-hello": less, other: more } });
    expect(svg).toContain("http-hello (less is better)");
    expect([...svg.matchAll(/class="ours" x="0" width="([\d.]+)%"/g)].map(([, width]) => width)).toEqual([
      "12.5",
      "100",
    ]);
    expect(svg).toContain("1: as the bare library");
  });

  it("needs no scripts and nothing from elsewhere, and shows text as it is", () => {
    const page = htmlPage(result);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|javascript:/);
    expect(page.match(/https?:\/\/[^"]+/g)?.filter((url) => url !== "http://www.w3.org/2000/svg")).toEqual([]);
    expect(page).toContain("a &lt;short&gt; text");
  });

  it("hides nothing: what failed, was lost, was left out, or was the load's limit", () => {
    for (const page of [htmlPage(result), markdownPage(result, "ratios.svg")]) {
      expect(page).toContain("broken failed: it hung");
      expect(page).toContain("Ours lost 3.");
      expect(page).toContain("django was left out: it is not installed.");
      expect(page).toContain("The load used 95 % of its core");
    }
  });

  it("draws the ratios in a file of its own, with its colours", () => {
    const svg = ratioFile(result);
    expect(svg).toMatch(/^<svg [^]*<style>[^]*prefers-color-scheme[^]*<\/svg>\n$/);
    expect(svg).toContain("0.90 (0.90 – 0.90)");
  });

  it("is written beside the results", async () => {
    const directory = await scratch({ "today.json": jsonOf(result) });
    writeReport({ files: [join(directory, "today.json")], isDocs: false }, () => {});
    expect(readFileSync(join(directory, "today.md"), "utf8")).toContain("](today.svg)");
    expect(readFileSync(join(directory, "today.html"), "utf8")).toBe(htmlPage(result));
    expect(readFileSync(join(directory, "today.svg"), "utf8")).toBe(ratioFile(result));
  });
});

describe("figures in the docs", () => {
  it("stand between marks, and are those of a result", () => {
    const document =
      "before\n<!-- bench:headlines -->\nold\n<!-- /bench -->\nafter\n<!-- bench:all -->\nold\n<!-- /bench -->\n";
    const text = withTables(document, result, "page.md");
    expect(text).toContain("| `http-hello` | 90 requests per CPU second | 0.90 | 3.0 × fastify |");
    expect(text.match(/^\| `other` /gm)).toHaveLength(1);
    expect(text.match(/\[All figures\]\(page\.md\)/g)).toHaveLength(2);
    expect(text).not.toContain("old");
    expect(text).toMatch(/^before\n[^]*\nafter\n/);
    expect(withTables(document, undefined, "")).toBe(document);
  });

  it.each(Object.entries(documents))("in %s are those of the newest result that is kept", (name, results) => {
    const newest = newestResult(join(root, "bench/results"));
    const kept = newest === undefined ? undefined : readResult(newest);
    const document = readFileSync(join(root, name), "utf8");
    expect(document).toMatch(/<!-- bench:\w+ -->/);
    const page = newest === undefined ? "" : `${results}${basename(newest, ".json")}.md`;
    expect(document, "npm run bench -- report --docs").toBe(withTables(document, kept, page));
  });
});
