import { askRedis, untilRedisAnswers } from "./ask-redis.js";
import { freePort } from "./free-port.js";
import { startRedis, type PrivateServer } from "./redis-server.js";

/** A cluster of three masters, and what tests do to it. */
export interface ClusterServers {
  /** `redis+cluster://host:port,host:port,host:port` */
  readonly url: string;
  readonly masters: readonly PrivateServer[];
  /** One for each master, where they were asked for. */
  readonly replicas: readonly PrivateServer[];
  /** Gives a slot, and the keys in it, from one master to another. */
  moveSlot(slot: number, from: PrivateServer, to: PrivateServer): Promise<void>;
  /** Stops all of them and deletes their data. Happens by itself when the test process ends. */
  dispose(): Promise<void>;
}

const slotCount = 16_384;

/** Starts them. A master counts as dead after half a second. */
export async function startRedisCluster({ withReplicas = false } = {}): Promise<ClusterServers> {
  /** The ports over which nodes talk to each other, by those for clients. */
  const busPorts = new Map<number, number>();
  const start = async (): Promise<PrivateServer> => {
    const busPort = await freePort();
    const server = await startRedis({
      config: {
        "cluster-enabled": "yes",
        "cluster-port": String(busPort),
        "cluster-node-timeout": "500",
        "cluster-replica-validity-factor": "0",
        "repl-diskless-sync-delay": "0",
      },
    });
    busPorts.set(server.port, busPort);
    return server;
  };
  const masters = await Promise.all([start(), start(), start()]);
  const replicas = withReplicas ? await Promise.all([start(), start(), start()]) : [];
  const all = [...masters, ...replicas];
  const [first] = masters;
  const ids = await Promise.all(all.map(async ({ port }) => textOf(await askRedis(port, "CLUSTER MYID"))));
  await Promise.all(
    masters.map(({ port }, index) => {
      const [begin, end] = [index, index + 1].map((part) => Math.floor((part * slotCount) / masters.length));
      return askRedis(port, `CLUSTER ADDSLOTSRANGE ${begin} ${Number(end) - 1}`);
    }),
  );
  await Promise.all(all.map(({ port }, index) => askRedis(port, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`)));
  for (const { port } of all.slice(1)) {
    await askRedis(first.port, `CLUSTER MEET 127.0.0.1 ${port} ${busPorts.get(port)}`);
  }
  for (const { port } of all) {
    await untilRedisAnswers(port, "CLUSTER INFO", (text) => text.includes(`cluster_known_nodes:${all.length}`));
    await untilRedisAnswers(port, "CLUSTER INFO", (text) => text.includes("cluster_state:ok"));
  }
  for (const [index, { port }] of replicas.entries()) {
    await askRedis(port, `CLUSTER REPLICATE ${ids[index]}`);
    await untilRedisAnswers(port, "INFO replication", (text) => text.includes("master_link_status:up"));
    for (const other of all) {
      await untilRedisAnswers(other.port, "CLUSTER NODES", (text) =>
        text.split("\n").some((line) => line.includes(`:${port}@`) && line.includes("slave")),
      );
    }
  }
  return {
    url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    masters,
    replicas,
    async moveSlot(slot, from, to) {
      const idOf = (server: PrivateServer): string => ids[all.indexOf(server)] ?? "";
      await askRedis(to.port, `CLUSTER SETSLOT ${slot} IMPORTING ${idOf(from)}`);
      await askRedis(from.port, `CLUSTER SETSLOT ${slot} MIGRATING ${idOf(to)}`);
      for (;;) {
        const keys = [...(await askRedis(from.port, `CLUSTER GETKEYSINSLOT ${slot} 100`)).matchAll(/\r\n([^*$].*)/g)];
        if (keys.length === 0) break;
        for (const [, key] of keys) await askRedis(from.port, `MIGRATE 127.0.0.1 ${to.port} ${key} 0 5000`);
      }
      // Said twice to the new owner, it would end the subscriptions that it has meanwhile.
      for (const { port } of new Set([to, from, ...masters])) {
        await askRedis(port, `CLUSTER SETSLOT ${slot} NODE ${idOf(to)}`);
      }
    },
    dispose: async () => {
      await Promise.all(all.map((server) => server.dispose()));
    },
  };
}

/** The text of a bulk string as it comes over the wire. */
function textOf(answer: string): string {
  return answer.split("\r\n")[1] ?? "";
}
