// Checks the types of sources, tests, benches, examples and the samples of the docs with both supported compilers: the
// public types must hold under each.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { extractSamples } from "./extract-samples.mjs";

extractSamples();
let failed = false;
for (const compiler of ["typescript7", "typescript"]) {
  const bin = fileURLToPath(new URL(`../node_modules/${compiler}/bin/tsc`, import.meta.url));
  for (const project of ["tsconfig.json", "tsconfig.samples.json"]) {
    const { status } = spawnSync(process.execPath, [bin, "-p", project], { stdio: "inherit" });
    if (status !== 0) failed = true;
  }
}
process.exit(failed ? 1 : 0);
