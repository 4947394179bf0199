import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

const folders = ["../../src/admin/static/", "../../dist/static/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

test("the admin's styles, scripts and pictures, with the client that they use, weigh under 60 KB when packed", () => {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(css|js|svg)$/.test(name))
      .map((name) => join(folder, name)),
  );
  expect(files.some((name) => name.endsWith("admin.css"))).toBe(true);
  const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(name)).length, 0);
  expect(bytes).toBeLessThan(60_000);
});
