import { fileURLToPath } from "node:url";

import type { BenchCase, Effort } from "./case.js";
import { benchRedis } from "./redis.js";
import { LeftOut, ServerProcess } from "./server-process.js";

/** What one server of a case reached, as medians over the rounds. */
export interface ServerFigures {
  /**
   * Units of work per second of the server's CPU time: the steadier figure on a shared machine, and the one compared.
   * Of a case that only counts, the count.
   */
  readonly perCpuSecond: number;
  /** Units of work per second by the clock. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lost: number;
  readonly generatorBusy: number;
  /** Lowest and highest `perCpuSecond` of a round. */
  readonly spread: readonly [number, number];
}

/** A case's figures, in the shape of the JSON document. */
export interface CaseFigures {
  readonly unit: string;
  readonly ours: number;
  readonly bare: number;
  /** The median over the rounds of ours divided by bare in the same round. */
  readonly ratio: number;
  readonly peers: Readonly<Record<string, number>>;
  readonly servers: Readonly<Record<string, ServerFigures>>;
}

interface Round {
  readonly perCpuSecond: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lost: number;
  readonly generatorBusy: number;
}

/** Measures every server of a case in interleaved rounds: A B A B, so that a slow minute of the machine slows all. */
export async function measure(
  benchCase: BenchCase,
  usualEffort: Effort,
  isQuick: boolean,
  onProgress: (text: string) => void,
): Promise<CaseFigures> {
  const { effort: own, quickEffort: ownQuick = own } = benchCase;
  const effort = { ...usualEffort, ...(isQuick ? ownQuick : own) };
  const servers = new Map<string, ServerProcess>();
  const rounds = new Map<string, Round[]>();
  const redis = benchCase.needsRedis === true ? await benchRedis() : undefined;
  try {
    for (const name of benchCase.servers) {
      const file = fileURLToPath(new URL(`./cases/${benchCase.folder ?? benchCase.name}/${name}.js`, import.meta.url));
      const server = await startOrLeaveOut(file, redis && { REDIS_URL: redis.url });
      if (server instanceof LeftOut) {
        onProgress(`${benchCase.name}: ${name} is left out: ${server.message}`);
        continue;
      }
      servers.set(name, server);
      rounds.set(name, []);
      await benchCase.check(server.port, name);
      if (effort.warmUpSeconds > 0) {
        const none = (): Promise<void> => Promise.resolve();
        await benchCase.load(server.port, effort.warmUpSeconds, name, none, () => server.memory());
      }
    }
    for (let round = 1; round <= effort.rounds; round++) {
      for (const [name, server] of servers) {
        const figures = await measureRound(benchCase, server, effort.secondsPerRound, name);
        rounds.get(name)?.push(figures);
        onProgress(
          `${benchCase.name} round ${round}/${effort.rounds} ${name}: ${Math.round(figures.perCpuSecond)} ${benchCase.unit}`,
        );
      }
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    redis?.stop();
  }
  return summarise(benchCase, rounds);
}

async function startOrLeaveOut(
  file: string,
  environment: Readonly<Record<string, string>> | undefined,
): Promise<ServerProcess | LeftOut> {
  try {
    return await ServerProcess.start(file, environment);
  } catch (thrown) {
    if (thrown instanceof LeftOut) return thrown;
    throw thrown;
  }
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
  const result = await benchCase.load(server.port, seconds, name, began, () => server.memory());
  const used = result.cpuSeconds ?? (await server.cpuSeconds()) - cpuBefore;
  const cpuSeconds = benchCase.isCounted === true ? 1 : used;
  const { done, p50Ms, p99Ms, lost, generatorBusy } = result;
  return { perCpuSecond: done / cpuSeconds, perSecond: done / result.seconds, p50Ms, p99Ms, lost, generatorBusy };
}

function summarise(benchCase: BenchCase, rounds: ReadonlyMap<string, readonly Round[]>): CaseFigures {
  const servers = Object.fromEntries([...rounds].map(([name, of]) => [name, figuresOf(of)]));
  const ours = rounds.get("ours") ?? [];
  const bare = rounds.get("bare") ?? [];
  const peers = [...rounds.keys()].filter((name) => name !== "ours" && name !== "bare");
  return {
    unit: benchCase.unit,
    ours: servers["ours"]?.perCpuSecond ?? Number.NaN,
    bare: servers["bare"]?.perCpuSecond ?? Number.NaN,
    ratio: median(ours.map((round, index) => round.perCpuSecond / (bare[index]?.perCpuSecond ?? Number.NaN))),
    peers: Object.fromEntries(peers.map((name) => [name, servers[name]?.perCpuSecond ?? Number.NaN])),
    servers,
  };
}

function figuresOf(rounds: readonly Round[]): ServerFigures {
  const of = (key: keyof Round): number[] => rounds.map((round) => round[key]);
  return {
    perCpuSecond: median(of("perCpuSecond")),
    perSecond: median(of("perSecond")),
    p50Ms: median(of("p50Ms")),
    p99Ms: median(of("p99Ms")),
    lost: of("lost").reduce((total, lost) => total + lost, 0),
    generatorBusy: median(of("generatorBusy")),
    spread: [Math.min(...of("perCpuSecond")), Math.max(...of("perCpuSecond"))],
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}
