// Builds the framework and the benches, then runs them as plain JavaScript: what is measured is what users run.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { register } from "tsx/esm/api";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/typescript7/bin/tsc", import.meta.url));

if (process.argv[2] === "soak") {
  // It is made of the pieces of the chaos runs, and watches processes of its own.
  const soak = ["--import", "tsx", "test/chaos/layer/soak-main.ts", ...process.argv.slice(2)];
  process.exit(spawnSync(process.execPath, soak, { cwd: root, stdio: "inherit" }).status ?? 1);
}

// How much arrives while lines come and go.
if (process.argv[2] === "drop") process.argv.splice(2, 1, "--case", "recovery");

// A report draws what was measured before.
const isReport = process.argv[2] === "report";
const environment = { ...process.env, ...(isReport ? {} : await services()) };

for (const step of [
  ...(isReport && existsSync(`${root}dist`) ? [] : [["scripts/build.mjs"]]),
  [compiler, "-p", "tsconfig.bench.json"],
  [".build/bench/run.js", ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: "inherit", env: environment });
  if (status !== 0) process.exit(status ?? 1);
}

/** Servers for the cases that need some, unless they are given. They end with this process. */
async function services() {
  const names = process.argv.find((argument) => /tasks|orm|page|admin/.test(argument));
  if (names === undefined && process.argv.includes("--case")) return {};
  register();
  const { redisUrl, postgresUrl } = await import("../test/services/index.ts");
  return { REDIS_URL: await redisUrl(), DATABASE_URL: await postgresUrl() };
}
