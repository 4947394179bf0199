import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { allCases } from "../../bench/all-cases.js";

const cases = fileURLToPath(new URL("../../bench/cases/", import.meta.url));

describe("the cases of the bench", () => {
  test("have names of their own, a server of ours, and a file for each server", () => {
    expect(new Set(allCases.map(({ name }) => name)).size).toBe(allCases.length);
    const wrong = allCases.filter(({ servers }) => !servers.includes("ours") || !servers.includes("bare"));
    expect(wrong).toEqual([]);
    const files = allCases.flatMap(({ name, folder = name, servers }) =>
      servers.map((server) => `${cases}${folder}/${server}.ts`),
    );
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  test("are all in the list", () => {
    const folders = new Set(allCases.map(({ name, folder = name }) => folder));
    expect(readdirSync(cases).filter((folder) => !folders.has(folder))).toEqual([]);
  });

  test("are all in the table of the README", () => {
    const readme = readFileSync(new URL("../../bench/README.md", import.meta.url), "utf8");
    const folders = new Set(allCases.map(({ name, folder = name }) => folder));
    expect([...folders].filter((folder) => !readme.includes(`\`${folder}\``))).toEqual([]);
  });
});
