import { askRedis } from "../../services/ask-redis.js";
import type { PrivateServer } from "../../services/index.js";
import type { ChaosProcess } from "./chaos-process.js";
import { pause } from "./chatter.js";

/** What an act can do harm to. */
export interface Stage {
  readonly redis: PrivateServer;
  readonly web: readonly ChaosProcess[];
  /** There where the consumers are remote. */
  readonly workers: readonly ChaosProcess[];
}

/** Something that goes wrong in the midst of a run. */
export interface Act {
  readonly title: string;
  /** Whether Redis keeps its data over a restart. */
  readonly isDurable: boolean;
  /** Whether it is about workers, which have something to do where consumers are remote. */
  readonly isRemote?: boolean;
  /** Whether no client has a reason to come back: its socket stays open. */
  readonly keepsSockets?: boolean;
  run(stage: Stage): Promise<void>;
}

/** Everything that can go wrong. `pauseMs` is how long Redis stands still or is full. */
export function acts(pauseMs: number): Readonly<Record<string, Act>> {
  return {
    "web-killed": {
      title: "kill -9 of a web process, which is started again",
      isDurable: true,
      async run({ web: [first] }) {
        await first?.kill();
        await pause(300);
        await first?.start();
      },
    },
    "worker-killed": {
      title: "kill -9 of a worker that runs remote consumers; another is started",
      isDurable: true,
      isRemote: true,
      keepsSockets: true,
      async run({ workers: [first] }) {
        await first?.kill();
        await pause(300);
        await first?.start();
        // The others notice after five seconds without a sign of life.
        await pause(6000);
      },
    },
    "redis-killed": {
      title: "kill -9 of Redis, which is started again with its data",
      isDurable: true,
      async run({ redis }) {
        await redis.kill();
        await pause(300);
        await redis.start();
      },
    },
    "redis-lost": {
      title: "kill -9 of a Redis that keeps nothing, which is started again",
      isDurable: false,
      async run({ redis }) {
        await redis.kill();
        await pause(300);
        await redis.start();
      },
    },
    "redis-paused": {
      title: `Redis stands still for ${pauseMs} ms (SIGSTOP)`,
      isDurable: true,
      async run({ redis }) {
        await redis.kill("SIGSTOP");
        await pause(pauseMs);
        await redis.kill("SIGCONT");
      },
    },
    "redis-full": {
      title: `Redis is full for ${pauseMs} ms (maxmemory)`,
      isDurable: true,
      async run({ redis }) {
        await askRedis(redis.port, "CONFIG SET maxmemory 1mb");
        await pause(pauseMs);
        await askRedis(redis.port, "CONFIG SET maxmemory 0");
      },
    },
  };
}
