import type { BenchCase } from "./case.js";
import type { Measured } from "./figures.js";
import { contestantsOf } from "./measure.js";
import { benchRedis } from "./redis.js";
import { LeftOut, ServerProcess } from "./server-process.js";

/** How long each server is loaded after its check, in seconds. */
const seconds = 0.3;

/** Starts each server of a case, compares its answers, and loads it for a moment. Rejects where one of them failed. */
export async function checkCase(benchCase: BenchCase, onProgress: (text: string) => void): Promise<Measured> {
  const redis = benchCase.needs?.includes("redis") === true ? await benchRedis() : undefined;
  const leftOut: Record<string, string> = {};
  const failed: string[] = [];
  try {
    for (const { server, file } of contestantsOf(benchCase)) {
      const outcome = await checkServer(benchCase, server, file, redis && { REDIS_URL: redis.url }).catch(
        (error: unknown) => {
          if (error instanceof LeftOut) {
            leftOut[server] = error.message;
            return `left out: ${error.message}`;
          }
          failed.push(server);
          return `FAILED: ${String(error instanceof Error ? error.stack : error)}`;
        },
      );
      onProgress(`${benchCase.name} ${server}: ${outcome}`);
    }
  } finally {
    redis?.stop();
  }
  if (failed.length > 0) throw new Error(`${failed.join(", ")} failed`);
  return { rounds: new Map(), leftOut };
}

async function checkServer(
  benchCase: BenchCase,
  name: string,
  file: string,
  environment: Readonly<Record<string, string>> | undefined,
): Promise<string> {
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
