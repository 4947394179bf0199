import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { checkOut } from "../../bench/checkout.js";
import { compareRounds, comparisonTable } from "../../bench/compare.js";
import { measure } from "../../bench/measure.js";
import { scratch } from "../project/scratch.js";
import { round } from "./round.js";
import { tiny, tinyEffort, tinyServer } from "./tiny-case.js";

/** A repository whose build copies a file, with its bench as it was built. */
async function tinyRepository(): Promise<{ repository: string; git: (...args: string[]) => string }> {
  const manifest = {
    name: "tiny",
    type: "module",
    exports: { "./number": "./dist/number.js" },
    scripts: { build: "mkdir -p dist && cp number.js dist/" },
  };
  const repository = await scratch({
    "package.json": JSON.stringify(manifest),
    "package-lock.json": "{}",
    "node_modules/dependency/index.js": "",
    "number.js": "export const number = 2;",
    ".gitignore": "node_modules\ndist\nbuilt\n",
    "built/cases/tiny/ours.js": tinyServer("tiny/number"),
  });
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", ...args], {
      cwd: repository,
      encoding: "utf8",
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message=two");
  return { repository, git };
}

describe("comparing commits", () => {
  it("measures the same case on the package as it was, and leaves nothing behind", async () => {
    const { repository, git } = await tinyRepository();
    git("tag", "old");
    await writeFile(join(repository, "number.js"), "export const number = 3;");
    git("commit", "--quiet", "--all", "--message=three");
    const said: string[] = [];
    const options = { repository, benchFolder: "built", say: (line: string) => void said.push(line) };
    const [old, now] = [checkOut({ ...options, ref: "old" }), checkOut({ ...options, ref: "main" })];
    try {
      expect(existsSync(join(old.directory, "node_modules/dependency/index.js"))).toBe(true);
      const contestant = (label: string, file: string) => ({ label, server: "ours", file });
      const before = contestant("before", old.fileOf("cases/tiny/ours.js"));
      const { rounds } = await measure(tiny, [before], tinyEffort, () => {});
      expect(rounds.get("before")).toHaveLength(2);
      // The other commit answers with another number: the same server runs on another package.
      const after = contestant("after", now.fileOf("cases/tiny/ours.js"));
      await expect(measure(tiny, [after], tinyEffort, () => {})).rejects.toThrow(/'3'/);
    } finally {
      old.remove();
      now.remove();
    }
    expect(existsSync(old.directory)).toBe(false);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(said[0]).toMatch(/^old \([0-9a-f]{9}\) is checked out and built$/);
  });

  it("says which commit there is not, and which cannot be built", async () => {
    const { repository, git } = await tinyRepository();
    const options = { repository, benchFolder: "built", say() {} };
    expect(() => checkOut({ ...options, ref: "nowhere" })).toThrow("There is no commit nowhere.");
    git("rm", "--quiet", "number.js");
    git("commit", "--quiet", "--message=none");
    expect(() => checkOut({ ...options, ref: "main" })).toThrow(/main cannot be built/);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });

  it("tells better from worse only where the rounds agree", () => {
    const measured = (before: number[], after: number[]) => ({
      rounds: new Map([
        ["before", before.map((figure) => round(figure))],
        ["after", after.map((figure) => round(figure))],
      ]),
      leftOut: {},
    });
    const compared = {
      better: compareRounds(tiny, measured([100, 200, 100], [110, 220, 110])),
      worse: compareRounds({ ...tiny, isLessBetter: true }, measured([100, 100], [120, 120])),
      same: compareRounds(tiny, measured([100, 100, 100], [99, 101, 100])),
    };
    expect(compared.better).toMatchObject({ spread: [1.1, 1.1], betterRounds: 3, rounds: 3 });
    expect(compared.better.ratio).toBeCloseTo(1.1);
    const table = comparisonTable(compared, { before: "abc", after: "def" });
    expect(table).toContain("better: better by 10.0 %");
    expect(table).toContain("worse: worse by 20.0 %");
    expect(table).toContain("same: no difference that these rounds can show");
    expect(() => compareRounds(tiny, { rounds: new Map(), leftOut: { before: "no" } })).toThrow(
      "before has no rounds: no",
    );
  });
});
