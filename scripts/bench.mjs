// Builds the framework and the benches, then runs them as plain JavaScript: what is measured is what users run.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

import { register } from "tsx/esm/api";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/typescript7/bin/tsc", import.meta.url));
const built = new URL("../.build/bench/", import.meta.url);

// The process that runs now, and the signal that has ended everything.
let current;
let stoppedBy;

// What runs ends what it has begun, and this process ends after it: nothing is left behind.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    stoppedBy ??= signal;
    if (current === undefined) process.exit(128 + constants.signals[signal]);
    current.kill(signal);
  });
}

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args @returns {Promise<number>} */
async function main(args) {
  // It is made of the pieces of the chaos runs, and watches processes of its own.
  if (args[0] === "soak") return run(["--import", "tsx", "test/chaos/layer/soak-main.ts", ...args.slice(1)]);
  // How much arrives while lines come and go.
  if (args[0] === "drop") args.splice(0, 1, "--case", "recovery,recovery-unnoticed");
  // A report draws what was measured before.
  const isBuilt = args[0] === "report" && existsSync(`${root}dist`);
  const failed =
    (isBuilt ? 0 : await run(["scripts/build.mjs"], 2)) || (await run([compiler, "-p", "tsconfig.bench.json"], 2));
  if (failed !== 0) return failed;
  const services = await openServices(args);
  try {
    return await run([fileURLToPath(new URL("run.js", built)), ...args], 1, services.environment);
  } finally {
    await services.close();
  }
}

/**
 * Gives the exit code. Only what is asked for goes to standard output: `to` is 2 for all that comes before.
 * @param {string[]} args @param {1 | 2} to @param {Record<string, string>} environment @returns {Promise<number>}
 */
function run(args, to = 1, environment = {}) {
  if (stoppedBy !== undefined) return Promise.resolve(128 + constants.signals[stoppedBy]);
  return new Promise((resolve, reject) => {
    // By the channel it knows when this process has ended, however.
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["inherit", to, "inherit", "ipc"],
      env: { ...process.env, ...environment },
    });
    current = child;
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      current = undefined;
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * A PostgreSQL for the cases that say they need one, on the server of `DATABASE_URL` where that is given. A Redis is
 * started by each case for itself.
 * @param {string[]} args
 * @returns {Promise<{ environment: Record<string, string>, close: () => Promise<void> }>}
 */
async function openServices(args) {
  const { servicesFor } = await import(new URL("services.js", built).href);
  if (!servicesFor(args).has("postgres")) return { environment: {}, close: async () => {} };
  register();
  const { closeServices, postgresUrl } = await import("../test/services/index.ts");
  const { dropDatabasesOf } = await import(new URL("databases.js", built).href);
  const url = await postgresUrl().catch((/** @type {unknown} */ error) => {
    // The cases that need none go on; those that do say it.
    process.stderr.write(`There is no PostgreSQL: ${/** @type {Error} */ (error).message}\n`);
    return "";
  });
  return {
    environment: { DATABASE_URL: url },
    close: async () => {
      await dropDatabasesOf(url);
      await closeServices();
    },
  };
}
