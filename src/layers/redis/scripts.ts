import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A script that runs inside Redis; what it does stands at its head. */
export interface RedisScript {
  readonly lua: string;
  /** What EVALSHA calls it by. */
  readonly sha: string;
}

function load(name: string): RedisScript {
  const lua = readFileSync(new URL(`${name}.lua`, import.meta.url), "utf8");
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

export const pushScript: RedisScript = load("push");
export const pullScript: RedisScript = load("pull");
export const publishScript: RedisScript = load("publish");
export const historyScript: RedisScript = load("history");
export const presenceScript: RedisScript = load("presence");

/** Every script; each connection loads them before it is used. */
export const allScripts: readonly RedisScript[] = [
  pushScript,
  pullScript,
  publishScript,
  historyScript,
  presenceScript,
];
