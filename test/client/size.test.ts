import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { expect, it } from "vitest";

it("the browser's client weighs less than 5 KB, gzipped, as it is served", () => {
  const folder = fileURLToPath(new URL("../../dist/static/hotclub/client", import.meta.url));
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  expect(files.length).toBeGreaterThan(1);
  expect(gzipSync(Buffer.concat(files)).length).toBeLessThan(5000);
});
