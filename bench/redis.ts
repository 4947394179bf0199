import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { CannotRun } from "./failure.js";
import { freePort } from "./load/free-port.js";

/** A Redis for a case: the one of `REDIS_URL`, or one started for this run. */
export interface BenchRedis {
  readonly url: string;
  stop(): void;
}

const missing = "There is no redis-server that starts; install one, or set REDIS_URL.";

/** Starts one with nothing kept on disk, where `REDIS_URL` names none. */
export async function benchRedis(): Promise<BenchRedis> {
  const given = process.env["REDIS_URL"];
  if (given !== undefined && given !== "") return { url: given, stop() {} };
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  await Promise.race([
    ready(server.stdout),
    once(server, "error").then(([error]) => {
      throw new CannotRun(missing, { cause: error });
    }),
  ]);
  const stop = (): void => void server.kill("SIGKILL");
  process.once("exit", stop);
  return { url: `redis://127.0.0.1:${port}`, stop };
}

async function ready(output: Readable): Promise<void> {
  let last = "";
  for await (const line of createInterface({ input: output })) {
    if (line.includes("Ready to accept connections")) {
      output.resume();
      return;
    }
    last = line;
  }
  throw new CannotRun(`${missing}${last === "" ? "" : ` It says: ${last}`}`);
}
