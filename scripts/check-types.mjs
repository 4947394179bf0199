// Checks the types of sources, tests, benches and examples with both supported compilers; the public types must hold under each.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

let failed = false;
for (const compiler of ["typescript7", "typescript"]) {
  const bin = fileURLToPath(new URL(`../node_modules/${compiler}/bin/tsc`, import.meta.url));
  const { status } = spawnSync(process.execPath, [bin, "-p", "tsconfig.json"], { stdio: "inherit" });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
