import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { fileURLToPath } from "node:url";

import postgres from "postgres";
import { expect, test } from "vitest";

import { postgresUrl, redisUrl, startPostgres, startRedis } from "./index.js";

/** Sends one inline command to a Redis and gives the first line of its answer. */
function askRedis(url: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = createConnection(Number(port), hostname);
    socket.on("error", reject);
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString().trim());
    });
    socket.write(`${command}\r\n`);
  });
}

test("a run shares one Redis", async () => {
  const [first, second] = await Promise.all([redisUrl(), redisUrl()]);
  expect(first).toBe(second);
  expect(await askRedis(first, "PING")).toBe("+PONG");
});

test("each call for a PostgreSQL database gives a new, empty one", async () => {
  const [first, second] = await Promise.all([postgresUrl(), postgresUrl()]);
  const one = postgres(first, { max: 1 });
  const two = postgres(second, { max: 1 });
  await one`CREATE TABLE note (id int)`;
  expect(await two`SELECT to_regclass('note') AS found`).toEqual([{ found: null }]);
  await Promise.all([one.end(), two.end()]);
});

test("a private Redis comes back on its port after a kill", async () => {
  const redis = await startRedis({ durable: true });
  await askRedis(redis.url, "SET kept yes");
  await redis.kill("SIGKILL");
  await expect(askRedis(redis.url, "PING")).rejects.toThrow("ECONNREFUSED");
  await redis.start();
  expect(await askRedis(redis.url, "GET kept")).toContain("yes");
  await redis.dispose();
});

test("a private PostgreSQL comes back on its port after a kill, with what was committed", async () => {
  const server = await startPostgres({ durable: true });
  const sql = postgres(server.url, { max: 1 });
  await sql`CREATE TABLE note (id int)`;
  await server.kill("SIGKILL");
  await server.start();
  expect(await sql`SELECT count(*)::int AS count FROM note`).toEqual([{ count: 0 }]);
  await sql.end();
  await server.dispose();
});

test("a private server ends with the process that started it, even when that is killed", async () => {
  const script = fileURLToPath(new URL("start-redis-and-wait.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const { url, directory } = JSON.parse(line) as { url: string; directory: string };
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("connect", resolve));
  // A server that is killed may reset what it has open.
  socket.on("error", () => {});
  child.kill("SIGKILL");
  await closed;
  await expect.poll(() => existsSync(directory)).toBe(false);
});
