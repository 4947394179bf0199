import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { listErrorCodes } from "hotclub/core";
import * as benchErrors from "../src/cli/bench/errors.js";
import * as everything from "hotclub";
import * as admin from "hotclub/admin";
import * as auth from "hotclub/auth";
import * as testing from "hotclub/testing";

import { errorsPage } from "../scripts/list-errors.mjs";
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

  it("lists every error, with its code and what it means: else run npm run errors", () => {
    const page = readFileSync(fileURLToPath(new URL("../docs/reference/errors.md", import.meta.url)), "utf8");
    expect(page).toBe(errorsPage());
    const listed = [...page.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1] ?? "");
    // The codes are listed when their modules load, and these load all of them.
    expect([admin, auth, benchErrors, everything, testing]).toHaveLength(5);
    expect(listed.toSorted()).toEqual(listErrorCodes());
  });
});
