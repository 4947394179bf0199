import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";

import { Redis } from "ioredis";
import postgres from "postgres";

import { canPin } from "./server-process.js";

/** What a figure was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Whether server and load had a core each. */
  readonly isPinned: boolean;
}

export function describeMachine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    isPinned: canPin,
  };
}

/** What ours stands on, and what it is measured beside; those that are installed are named with their versions. */
const libraries = [
  "uWebSockets.js",
  "better-sqlite3",
  "postgres",
  "ioredis",
  "bullmq",
  "liquidjs",
  "ws",
  "fastify",
  "express",
  "hono",
  "@nestjs/core",
  "socket.io",
  "@socket.io/redis-adapter",
  "@socket.io/redis-streams-adapter",
  "drizzle-orm",
  "kysely",
  "@mikro-orm/core",
  "prisma",
  "nunjucks",
  "edge.js",
  "typescript",
  "typescript7",
];
const pythonPackages = [
  "Django",
  "channels",
  "channels-redis",
  "daphne",
  "uvicorn",
  "uvloop",
  "gunicorn",
  "psycopg2",
  "celery",
];

/** Versions of Node, of the libraries, of Python's peers and of the servers at `REDIS_URL` and `DATABASE_URL`. */
export async function describeVersions(): Promise<Record<string, string>> {
  return {
    node: process.versions.node,
    ...Object.fromEntries(
      libraries.flatMap((library) => {
        const version = versionOf(library);
        return version === undefined ? [] : [[library, version]];
      }),
    ),
    ...pythonVersions(),
    ...(await redisVersion()),
    ...(await postgresVersion()),
  };
}

function versionOf(library: string): string | undefined {
  try {
    const path = new URL(`../../node_modules/${library}/package.json`, import.meta.url);
    return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
  } catch {
    // Not every peer can be installed everywhere; a case says so when it leaves one out.
    return undefined;
  }
}

function pythonVersions(): Record<string, string> {
  const program = `import json, platform
from importlib.metadata import PackageNotFoundError, version
found = {"python": platform.python_version()}
for name in ${JSON.stringify(pythonPackages)}:
    try: found[name.lower()] = version(name)
    except PackageNotFoundError: pass
print(json.dumps(found))`;
  const python = process.env["PYTHON_PATH"] ?? "/usr/bin/python3";
  const { status, stdout } = spawnSync(python, ["-c", program], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as Record<string, string>) : {};
}

async function redisVersion(): Promise<Record<string, string>> {
  const url = process.env["REDIS_URL"] ?? "";
  if (url === "") {
    const { status, stdout } = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
    const version = /v=(\S+)/.exec(status === 0 ? stdout : "")?.[1];
    return version === undefined ? {} : { redis: version };
  }
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return { redis: /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "unknown" };
  } catch {
    return { redis: "not reached" };
  } finally {
    redis.disconnect();
  }
}

async function postgresVersion(): Promise<Record<string, string>> {
  const url = process.env["DATABASE_URL"] ?? "";
  if (!url.startsWith("postgres")) return {};
  const sql = postgres(url, { max: 1, onnotice() {}, connect_timeout: 5 });
  try {
    const [row] = await sql<{ server_version: string }[]>`SHOW server_version`;
    return { postgresql: row?.server_version ?? "unknown" };
  } catch {
    return { postgresql: "not reached" };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** The commit that was measured, with `+changes` when the tree differs from it; `unknown` outside a checkout. */
export function describeCommit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    // Results that are written while the bench runs change nothing that is measured.
    const changes = git("status", "--porcelain", "--", ":/", ":!/bench/results");
    return git("rev-parse", "--short", "HEAD") + (changes === "" ? "" : "+changes");
  } catch {
    return "unknown";
  }
}
