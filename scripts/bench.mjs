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
if (!isReport || !existsSync(`${root}dist`)) run(["scripts/build.mjs"]);
run([compiler, "-p", "tsconfig.bench.json"]);
run([".build/bench/run.js", ...process.argv.slice(2)], await services());

/** @param {string[]} args @param {Record<string, string>} environment */
function run(args, environment = {}) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * A PostgreSQL for the cases that say they need one, on the server of `DATABASE_URL` where that is given. It ends with
 * this process. A Redis is started by each case for itself.
 * @returns {Promise<Record<string, string>>}
 */
async function services() {
  const { servicesFor } = await import(new URL("../.build/bench/services.js", import.meta.url).href);
  if (!servicesFor(process.argv.slice(2)).has("postgres")) return {};
  register();
  const { postgresUrl } = await import("../test/services/index.ts");
  return { DATABASE_URL: await postgresUrl() };
}
