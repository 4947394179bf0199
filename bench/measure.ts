import { fileURLToPath } from "node:url";

import type { BenchCase, Effort } from "./case.js";
import { isPeer, isWarm, takesPart } from "./effort.js";
import type { Measured, Round } from "./figures.js";
import { benchRedis } from "./redis.js";
import { LeftOut, ServerProcess } from "./server-process.js";
import { whole } from "./table.js";

/** How long a profile is made. */
const profileSeconds = 3;

/** One that takes part in a case. */
export interface Contestant {
  /** What it is called in the figures. */
  readonly label: string;
  /** Which of the case's servers it is. */
  readonly server: string;
  /** The file that is its process. */
  readonly file: string;
}

/** The servers of a case, as they were built beside this file. */
export function contestantsOf({ name, folder = name, servers }: BenchCase): readonly Contestant[] {
  return servers.map((server) => ({
    label: server,
    server,
    file: fileURLToPath(new URL(`./cases/${folder}/${server}.js`, import.meta.url)),
  }));
}

/**
 * Has every contestant do the same work in interleaved rounds: A B A B, so that a slow minute of the machine slows all.
 * Each is checked for its answers and warmed up before anything is timed.
 */
export async function measure(
  benchCase: BenchCase,
  contestants: readonly Contestant[],
  effort: Effort,
  onProgress: (text: string) => void,
  profileTo?: string,
): Promise<Measured> {
  const running = new Map<Contestant, ServerProcess>();
  const rounds = new Map<string, (Round | null)[]>();
  const leftOut: Record<string, string> = {};
  const redis = benchCase.needs?.includes("redis") === true ? await benchRedis() : undefined;
  /** A peer that cannot take part, or fails, is left out with its reason; without ours, or what it is compared with, there is no case. */
  const orLeaveOut = async (contestant: Contestant, work: () => Promise<void>): Promise<void> => {
    const { label, server } = contestant;
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof LeftOut) && !isPeer(server)) throw thrown;
      const reason = thrown instanceof LeftOut ? thrown.message : `it failed: ${firstLineOf(thrown)}`;
      leftOut[label] = reason;
      rounds.delete(label);
      onProgress(`${benchCase.name}: ${label} is left out: ${reason}`);
      const its = running.get(contestant);
      running.delete(contestant);
      await its?.stop();
    }
  };
  try {
    for (const contestant of contestants) {
      const { label, server } = contestant;
      await orLeaveOut(contestant, async () => {
        const started = await ServerProcess.start(contestant.file, redis && { REDIS_URL: redis.url });
        running.set(contestant, started);
        rounds.set(label, []);
        onProgress(`${benchCase.name}: ${label} is checked and warmed up`);
        await benchCase.check(started.port, server);
        if (effort.warmUpSeconds > 0) await warmUp(benchCase, started, server, effort);
      });
    }
    for (let round = 1; round <= effort.rounds; round++) {
      for (const [contestant, its] of running) {
        const { label, server } = contestant;
        if (!takesPart(server, round, effort)) {
          rounds.get(label)?.push(null);
          continue;
        }
        await orLeaveOut(contestant, async () => {
          const figures = await measureRound(benchCase, its, effort.secondsPerRound, server);
          rounds.get(label)?.push(figures);
          onProgress(
            `${benchCase.name} round ${round}/${effort.rounds} ${label}: ${whole(figures.figure)} ${benchCase.unit}`,
          );
        });
      }
    }
    const ours = [...running].find(([{ server }]) => server === "ours");
    if (profileTo !== undefined && ours !== undefined) await profile(benchCase, ours[1], profileTo, onProgress);
  } finally {
    await Promise.all([...running.values()].map((server) => server.stop()));
    redis?.stop();
  }
  return { rounds, leftOut };
}

/** Loads a server until its code is compiled: see `isWarm`. What is counted once needs no more than one load. */
async function warmUp(benchCase: BenchCase, server: ServerProcess, name: string, effort: Effort): Promise<void> {
  const none = (): Promise<void> => Promise.resolve();
  const startedMs = performance.now();
  const before = await server.cpuSeconds();
  let cpuSeconds = 0;
  do {
    await benchCase.load(server.port, effort.warmUpSeconds, name, none, () => server.memory());
    cpuSeconds = (await server.cpuSeconds()) - before;
  } while (benchCase.isCounted !== true && !isWarm(effort, (performance.now() - startedMs) / 1000, cpuSeconds));
}

/** Loads a server once more, after all that is measured, and has it note what it does. */
async function profile(
  benchCase: BenchCase,
  server: ServerProcess,
  file: string,
  onProgress: (text: string) => void,
): Promise<void> {
  onProgress(`${benchCase.name}: ours is profiled for ${profileSeconds} s`);
  await server.startProfile();
  // What was prepared, such as connections, is forgotten.
  const began = (): Promise<void> => server.startProfile();
  await benchCase.load(server.port, profileSeconds, "ours", began, () => server.memory());
  await server.endProfile(file);
}

async function measureRound(
  benchCase: BenchCase,
  server: ServerProcess,
  seconds: number,
  name: string,
): Promise<Round> {
  let cpuBefore = await server.cpuSeconds();
  const began = async (): Promise<void> => {
    cpuBefore = await server.cpuSeconds();
  };
  const ownBefore = process.cpuUsage();
  const startedMs = performance.now();
  const result = await benchCase.load(server.port, seconds, name, began, () => server.memory());
  const own = process.cpuUsage(ownBefore);
  const ownBusy = (own.user + own.system) / 1e3 / (performance.now() - startedMs);
  const used = result.cpuSeconds ?? (await server.cpuSeconds()) - cpuBefore;
  const { done, p50Ms, p99Ms, lost, generatorBusy } = result;
  const figure = done / (benchCase.isCounted === true ? 1 : used);
  // Such as of a server that computed for less than its clock tells.
  if (!Number.isFinite(figure))
    throw new Error(`${name} did ${done} ${benchCase.unit} in ${used} s: that is no figure`);
  return {
    figure,
    perSecond: done / result.seconds,
    p50Ms,
    p99Ms,
    lost,
    // Where a load does not say it, all that this process did is the load's.
    generatorBusy: generatorBusy > 0 ? generatorBusy : ownBusy,
    serverBusy: used / result.seconds,
  };
}

function firstLineOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split("\n", 1)[0] ?? "";
}
