import type { RedisOptions } from "ioredis";

import { LayerOptionInvalid } from "../errors.js";

/** One Redis: a single server, or the master of that moment which Sentinel names. */
export interface RedisNode {
  /** What it is known by, over failovers too: decides which names it holds among several shards. */
  readonly identity: string;
  /** For people: host and port, never a password. */
  readonly address: string;
  readonly database: string;
  /** Whether the server behind it changes in a failover, as Sentinel says. */
  readonly followsSentinel: boolean;
  /** What ioredis needs to find it. */
  readonly connection: string | RedisOptions;
}

/** Where a layer's Redis is. */
export type RedisTarget =
  | { readonly kind: "shards"; readonly shards: readonly RedisNode[] }
  | { readonly kind: "cluster"; readonly seeds: readonly RedisNode[]; readonly security: RedisOptions };

interface UrlParts {
  readonly isTls: boolean;
  readonly kind: "sentinel" | "cluster" | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly hosts: readonly { readonly host: string; readonly port: number | undefined }[];
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const grammar = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/;

/**
 * Reads what `REDIS_URL` may hold:
 *
 * - `redis://[user:password@]host[:port][/database]`: one Redis;
 * - `redis+sentinel://[user:password@]host[:port][,host…]/master[/database]`: the master that Sentinel calls so;
 * - several of these, with commas between them: shards;
 * - `redis+cluster://[user:password@]host[:port][,host…]`: a cluster, found through any of these nodes.
 *
 * `rediss` instead of `redis` is TLS. Sentinel's own password goes into the query: `?sentinelPassword=…`. Throws
 * `LayerOptionInvalid`, which never shows a password.
 */
export function parseRedisUrl(text: string): RedisTarget {
  const urls = text.trim().split(/\s*,\s*(?=rediss?(?:\+[a-z]+)?:\/\/)/);
  const parsed = urls.map(parseOne);
  const [first] = parsed;
  if (parsed.length === 1 && first?.kind === "cluster") return cluster(first);
  if (parsed.some(({ kind }) => kind === "cluster")) {
    throw invalid("cannot mix a cluster with other shards: name the nodes of one cluster in one URL");
  }
  const shards = parsed.map((parts, index) =>
    parts.kind === "sentinel" ? sentinelNode(parts) : singleNode(parts, urls[index] ?? ""),
  );
  if (new Set(shards.map(({ identity }) => identity)).size < shards.length) {
    throw invalid("names the same shard twice");
  }
  return { kind: "shards", shards };
}

function parseOne(url: string): UrlParts {
  const match = grammar.exec(url);
  if (match === null) {
    throw invalid("must be a URL that begins with redis://, redis+sentinel:// or redis+cluster:// (rediss for TLS)");
  }
  const [, scheme, kind, user, hosts = "", path = "", query] = match;
  const [username, ...rest] = user?.split(":") ?? [];
  return {
    isTls: scheme === "rediss",
    kind: kind as UrlParts["kind"],
    username: username ? decode(username) : undefined,
    password: rest.length > 0 ? decode(rest.join(":")) : undefined,
    hosts: hosts.split(",").map(parseHost),
    path: path.split("/").filter((segment) => segment !== ""),
    query: new URLSearchParams(query),
  };
}

function parseHost(text: string): { host: string; port: number | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port ?? 1) > 65_535) throw invalid("has a host or port that is none");
  return { host: host || "127.0.0.1", port: port === undefined ? undefined : Number(port) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("has a user or password that is not percent-encoded");
  }
}

function singleNode({ hosts, path, query }: UrlParts, url: string): RedisNode {
  const [{ host, port } = { host: "", port: undefined }, second] = hosts;
  if (second !== undefined) throw invalid("names several hosts: begin each with redis://, or use redis+cluster://");
  const database = requireDatabase(path[0] ?? query.get("db") ?? "0");
  const address = `${show(host)}:${port ?? 6379}`;
  return { identity: `${address}/${database}`, address, database, followsSentinel: false, connection: url };
}

function sentinelNode(parts: UrlParts): RedisNode {
  const { hosts, path, query, username, password, isTls } = parts;
  const [master, database = "0"] = path;
  if (master === undefined) throw invalid("lacks the master's name: redis+sentinel://host:26379/mymaster");
  requireDatabase(database);
  const sentinelUsername = query.get("sentinelUsername");
  const sentinelPassword = query.get("sentinelPassword");
  return {
    // Not its sentinels, which come and go.
    identity: `${master}/${database}`,
    address: `${master} of Sentinel ${hosts.map(({ host, port }) => `${show(host)}:${port ?? 26_379}`).join(",")}`,
    database,
    followsSentinel: true,
    connection: {
      sentinels: hosts.map(({ host, port }) => ({ host, port: port ?? 26_379 })),
      name: master,
      role: "master",
      db: Number(database),
      updateSentinels: true,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(sentinelUsername !== null && { sentinelUsername }),
      ...(sentinelPassword !== null && { sentinelPassword }),
      ...(isTls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    },
  };
}

function cluster({ hosts, path, username, password, isTls }: UrlParts): RedisTarget {
  if (path.length > 0 && path[0] !== "0") throw invalid("names a database, and a cluster has only database 0");
  const security: RedisOptions = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isTls && { tls: {} }),
  };
  const seeds = hosts.map(({ host, port = 6379 }) => clusterNode(host, port, security));
  return { kind: "cluster", seeds, security };
}

/** A node of a cluster. */
export function clusterNode(host: string, port: number, security: RedisOptions): RedisNode {
  const address = `${show(host)}:${port}`;
  const connection = { host, port, ...security };
  return { identity: address, address, database: "0", followsSentinel: false, connection };
}

function show(host: string): string {
  return host.includes(":") ? `[${host}]` : host || "127.0.0.1";
}

function requireDatabase(database: string): string {
  if (/^\d{1,6}$/.test(database)) return database;
  throw invalid("has a database that is no number");
}

function invalid(problem: string): LayerOptionInvalid {
  return new LayerOptionInvalid({ option: "url", problem });
}
