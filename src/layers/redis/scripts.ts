import { readFileSync } from "node:fs";

import type { Redis } from "ioredis";

const source = (name: string): string => readFileSync(new URL(`${name}.lua`, import.meta.url), "utf8");

/** The scripts, in the form that ioredis defines commands from. */
export const scripts = {
  layerPush: { lua: source("push"), numberOfKeys: 2 },
  layerPull: { lua: source("pull"), numberOfKeys: 1 },
};

/** A client with the commands that the scripts define; what they do stands in the scripts. */
export interface ScriptedRedis extends Redis {
  layerPush(
    list: string,
    wake: string,
    message: Buffer,
    capacity: number,
    expiryMs: number,
    channel: string,
  ): Promise<number>;
  layerPullBuffer(list: string, count: number): Promise<(Buffer | null)[]>;
}
