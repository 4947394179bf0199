import { randomUUID } from "node:crypto";

import postgres from "postgres";

import { chromium, findChromium } from "./chromium.js";
import { curl, pythonWebSockets, wrk } from "./clients.js";
import { findOrInstall } from "./install.js";
import { postgresql, startPostgres } from "./postgres-server.js";
import { startRedisCluster } from "./redis-cluster.js";
import { startSentinel } from "./redis-sentinel.js";
import { redis, startRedis, valkey, type PrivateServer } from "./redis-server.js";

/** What a worker can ask for. */
export type Request =
  | "redis"
  | "redis-shards"
  | "redis-sentinel"
  | "redis-cluster"
  | "valkey"
  | "postgres"
  | "chromium";

/** The services that one test run shares. Each is started when it is first asked for. */
export class SharedServices {
  readonly #servers: Pick<PrivateServer, "dispose">[] = [];
  readonly #answers = new Map<string, Promise<string>>();
  /** Databases made on a server that is not ours, to be dropped at the end. */
  readonly #borrowed: string[] = [];

  /** A URL, or a path for `chromium`. For `postgres` the URL of a new, empty database; for `redis-shards` two URLs. */
  answer(request: Request): Promise<string> {
    if (request === "redis") return this.#once("redis", () => this.#redis());
    if (request === "redis-shards") return this.#once("redis-shards", () => this.#redisShards());
    if (request === "redis-cluster") return this.#once("redis-cluster", () => this.#redisCluster());
    if (request === "valkey") return this.#once("valkey", () => this.#valkey());
    if (request === "redis-sentinel") return this.#once("redis-sentinel", () => this.#redisSentinel());
    if (request === "chromium") return this.#once("chromium", findChromium);
    return this.#newDatabase();
  }

  /** Stops everything that was started and drops every database that was made. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#answers.values());
    await Promise.all(this.#servers.map((server) => server.dispose()));
    if (this.#borrowed.length === 0) return;
    const sql = await this.#administrator();
    for (const name of this.#borrowed) await sql.unsafe(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await sql.end();
  }

  #once(key: string, work: () => Promise<string>): Promise<string> {
    const answer = this.#answers.get(key) ?? work();
    this.#answers.set(key, answer);
    return answer;
  }

  async #redis(): Promise<string> {
    const given = process.env["REDIS_URL"];
    if (given !== undefined && given !== "") return given;
    const server = await startRedis();
    this.#servers.push(server);
    return server.url;
  }

  /** The shared Redis and one more, with a space between their URLs. */
  async #redisShards(): Promise<string> {
    const second = await startRedis();
    this.#servers.push(second);
    return `${await this.answer("redis")} ${second.url}`;
  }

  /** Sentinel's URL, and its master's. */
  async #redisSentinel(): Promise<string> {
    const servers = await startSentinel();
    this.#servers.push(servers);
    return `${servers.url} ${servers.master.url}`;
  }

  async #redisCluster(): Promise<string> {
    const servers = await startRedisCluster();
    this.#servers.push(servers);
    return `${servers.url} ${servers.masters[0]?.url ?? ""}`;
  }

  /** Nothing where there is no Valkey: not every Debian has it. */
  async #valkey(): Promise<string> {
    const command = await findOrInstall(valkey).catch(() => undefined);
    if (command === undefined) return "";
    const server = await startRedis({ command });
    this.#servers.push(server);
    return server.url;
  }

  async #postgres(): Promise<string> {
    const given = givenPostgresUrl();
    if (given !== undefined) return given;
    const server = await startPostgres();
    this.#servers.push(server);
    return server.url;
  }

  async #administrator(): Promise<postgres.Sql> {
    return postgres(await this.#once("postgres", () => this.#postgres()), { max: 1, onnotice: () => {} });
  }

  async #newDatabase(): Promise<string> {
    const name = `hotclub_test_${randomUUID().replaceAll("-", "")}`;
    const sql = await this.#administrator();
    try {
      await sql.unsafe(`CREATE DATABASE "${name}"`);
    } finally {
      await sql.end();
    }
    if (givenPostgresUrl() !== undefined) this.#borrowed.push(name);
    const url = new URL(await this.#once("postgres", () => this.#postgres()));
    url.pathname = `/${name}`;
    return url.href;
  }
}

/** `DATABASE_URL` where it names a PostgreSQL. */
function givenPostgresUrl(): string | undefined {
  const given = process.env["DATABASE_URL"];
  return given !== undefined && /^postgres(ql)?:/.test(given) ? given : undefined;
}

/** Installs what is neither here nor given by a variable. Where that fails, the tests that need it will say so. */
export async function installMissing(): Promise<void> {
  for (const requirement of [redis, postgresql, chromium, curl, wrk, pythonWebSockets]) {
    if ((process.env[requirement.variable] ?? "") !== "") continue;
    await findOrInstall(requirement).catch(() => {});
  }
}
