import { fileURLToPath } from "node:url";

import type { BenchCase } from "./case.js";
import { benchRedis } from "./redis.js";
import { canPin, LeftOut, pin, ServerProcess } from "./server-process.js";

/** How long each server is loaded after its check, in seconds. */
const seconds = 0.3;

/** Checks the servers of every case. Gives the exit code. */
export async function checkCases(cases: readonly BenchCase[], say: (line: string) => void): Promise<number> {
  if (canPin) pin(process.pid, 1);
  let failures = 0;
  for (const benchCase of cases) failures += await checkCase(benchCase, (text) => say(`  ${text}`));
  return failures === 0 ? 0 : 1;
}

/** Starts each server of a case, compares its answers, and loads it for a moment. Gives how many failed. */
async function checkCase(benchCase: BenchCase, onProgress: (text: string) => void): Promise<number> {
  const redis = benchCase.needs?.includes("redis") === true ? await benchRedis() : undefined;
  let failures = 0;
  try {
    for (const name of benchCase.servers) {
      const outcome = await checkServer(benchCase, name, redis && { REDIS_URL: redis.url }).catch((error: unknown) => {
        if (error instanceof LeftOut) return `left out: ${error.message}`;
        failures += 1;
        return `FAILED: ${String(error instanceof Error ? error.stack : error)}`;
      });
      onProgress(`${benchCase.name} ${name}: ${outcome}`);
    }
  } finally {
    redis?.stop();
  }
  return failures;
}

async function checkServer(
  benchCase: BenchCase,
  name: string,
  environment: Readonly<Record<string, string>> | undefined,
): Promise<string> {
  const file = fileURLToPath(new URL(`./cases/${benchCase.folder ?? benchCase.name}/${name}.js`, import.meta.url));
  const server = await ServerProcess.start(file, environment);
  try {
    await benchCase.check(server.port, name);
    const none = (): Promise<void> => Promise.resolve();
    const { done, lost } = await benchCase.load(server.port, seconds, name, none, () => server.memory());
    return `answers as it should; ${Math.round(done)} done and ${lost} lost in a moment`;
  } finally {
    await server.stop();
  }
}
