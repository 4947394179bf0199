// Builds the framework and the benches, then runs them as plain JavaScript: what is measured is what users run.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/typescript7/bin/tsc", import.meta.url));

for (const step of [
  ["scripts/build.mjs"],
  [compiler, "-p", "tsconfig.bench.json"],
  [".build/bench/run.js", ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
