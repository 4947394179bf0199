import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { untilRedisAnswers } from "./ask-redis.js";
import { freePort } from "./free-port.js";
import { findOrInstall } from "./install.js";
import { redis, startRedis, type PrivateServer } from "./redis-server.js";
import { ServerProcess } from "./server-process.js";

/** A master, a replica and a Sentinel that watches them. */
export interface SentinelServers {
  /** `redis+sentinel://host:port/mymaster` */
  readonly url: string;
  /** The server that was the master at start. */
  readonly master: PrivateServer;
  readonly replica: PrivateServer;
  /** Stops all of them and deletes their data. Happens by itself when the test process ends. */
  dispose(): Promise<void>;
}

/** Starts them. Sentinel finds a master dead after half a second. */
export async function startSentinel(): Promise<SentinelServers> {
  const quick = { "repl-diskless-sync-delay": "0" };
  const master = await startRedis({ config: quick });
  const replica = await startRedis({ config: { ...quick, replicaof: `127.0.0.1 ${master.port}` } });
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "hotclub-sentinel-"));
  const file = join(directory, "sentinel.conf");
  await writeFile(
    file,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${directory}`,
      `sentinel monitor mymaster 127.0.0.1 ${master.port} 1`,
      "sentinel down-after-milliseconds mymaster 500",
      "sentinel failover-timeout mymaster 2000",
      "",
    ].join("\n"),
  );
  const sentinel = new ServerProcess({
    command: await findOrInstall(redis),
    args: [file, "--sentinel"],
    directory,
    readyText: "+monitor master",
    stopSignal: "SIGKILL",
  });
  // Sentinel looks for replicas when it starts, and then only every ten seconds.
  await untilRedisAnswers(master.port, "INFO replication", (text) => text.includes("state=online"));
  await sentinel.start();
  await untilRedisAnswers(port, "SENTINEL REPLICAS mymaster", (text) => text.includes(String(replica.port)));
  return {
    url: `redis+sentinel://127.0.0.1:${port}/mymaster`,
    master,
    replica,
    dispose: async () => {
      await Promise.all([sentinel.dispose(), master.dispose(), replica.dispose()]);
    },
  };
}
