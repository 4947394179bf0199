import { readFileSync } from "node:fs";

import type { IRedisClient } from "bullmq";

/** What is done inside Redis beside BullMQ's own scripts; what each does stands at its head. */
const scripts = {
  takeTurn: { file: "take-turn", keys: 5 },
  hold: { file: "hold", keys: 4 },
  endTurn: { file: "end-turn", keys: 4 },
  held: { file: "held", keys: 2 },
  renewTurns: { file: "renew-turns", keys: undefined },
  cancel: { file: "cancel", keys: 9 },
  noteFiring: { file: "note-firing", keys: 1 },
} as const;

type ScriptName = keyof typeof scripts;

const defined = new WeakMap<object, Set<ScriptName>>();

/** Runs one of the scripts: its keys, then its arguments. */
export function runScript(
  client: IRedisClient,
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const { file, keys: numberOfKeys } = scripts[name];
  const command = `hotclub:${name}`;
  const known = defined.get(client) ?? new Set();
  if (!known.has(name)) {
    defined.set(client, known.add(name));
    const lua = readFileSync(new URL(`${file}.lua`, import.meta.url), "utf8");
    // Without a number of keys, that is the first argument.
    client.defineCommand(command, { lua, ...(numberOfKeys !== undefined && { numberOfKeys }) } as {
      lua: string;
      numberOfKeys: number;
    });
  }
  const count = numberOfKeys === undefined ? [keys.length] : [];
  return client.runCommand(command, [...count, ...keys, ...args]);
}
