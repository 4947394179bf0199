import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { listErrorCodes } from "hotclub/core";
import "hotclub";
import "hotclub/testing";

import { extractSamples } from "../scripts/extract-samples.mjs";

const pages = extractSamples();

beforeEach(() => void channelLayers.set("default", new MemoryChannelLayer()));
afterEach(() => channelLayers.closeAll());

describe("the documentation", () => {
  it("has no sample that nothing runs", () => {
    expect(pages.flatMap(({ problems }) => problems)).toEqual([]);
    expect(pages.flatMap(({ programs }) => programs).length).toBeGreaterThan(10);
  });

  const programs = pages.flatMap(({ page, programs }) =>
    programs.map((path, index) => ({ page, path, number: index + 1 })),
  );

  it.each(programs)("runs sample $number of $page", async ({ path }) => {
    await expect(import(/* @vite-ignore */ path)).resolves.toBeDefined();
  });

  it("lists every error code, and none that does not exist", () => {
    const text = readFileSync(fileURLToPath(new URL("../docs/reference/errors.md", import.meta.url)), "utf8");
    const listed = [...text.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1] ?? "");
    expect(listed.toSorted()).toEqual(listErrorCodes());
    expect(new Set(listed).size).toBe(listed.length);
  });
});
