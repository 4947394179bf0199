import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { allCases } from "../../bench/all-cases.js";
import { effortOf, secondsOf } from "../../bench/effort.js";

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

  test("say what services their servers look for", () => {
    const wrong = allCases.flatMap(({ name, folder = name, needs = [] }) => {
      const sources = readdirSync(`${cases}${folder}`)
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(`${cases}${folder}/${file}`, "utf8"))
        .join("\n");
      const found = [
        ...(/env\["REDIS_URL"\]/.test(sources) ? ["redis"] : []),
        ...(/env\["DATABASE_URL"\]|newPostgresDatabase/.test(sources) ? ["postgres"] : []),
      ];
      return found.filter((service) => !(needs as readonly string[]).includes(service)).map((one) => `${name}: ${one}`);
    });
    expect(wrong).toEqual([]);
  });

  test("fit into an hour together, with an effort for each that nobody asked for", () => {
    const seconds = allCases.map((benchCase) => secondsOf(benchCase, effortOf(benchCase, false, {})));
    expect(seconds.reduce((total, one) => total + one, 0)).toBeLessThan(60 * 60);
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
