import { askRedis } from "../../services/ask-redis.js";
import type { PrivateServer } from "../../services/index.js";
import { pause } from "./chatter.js";
import type { WebProcess } from "./web-process.js";

/** What an act can do harm to. */
export interface Stage {
  readonly redis: PrivateServer;
  readonly web: readonly WebProcess[];
}

/** Something that goes wrong in the midst of a run. */
export interface Act {
  readonly title: string;
  /** Whether Redis keeps its data over a restart. */
  readonly isDurable: boolean;
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
