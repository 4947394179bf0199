import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { RedisChannelLayer } from "../../src/layers/redis/redis-channel-layer.js";

/**
 * Starts a process with a layer of its own: it works on the channel `work`, is a member of `room`, and tells
 * `replyChannel` what it got.
 */
export async function startOtherProcess(
  url: string,
  prefix: string,
  replyChannel: string,
  presenceLeaseS = 15,
): Promise<ChildProcess> {
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), url, prefix, replyChannel, String(presenceLeaseS)];
  return spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
}

async function run(url: string, prefix: string, replyChannel: string, presenceLeaseS: number): Promise<void> {
  const layer = new RedisChannelLayer(url, { prefix, presenceLeaseS });
  const own = layer.newChannel();
  await layer.subscribe(own, async ({ type, n }) => {
    // Who is present is the matter of other tests.
    if (type !== "presence.changed") await layer.send(replyChannel, { type: "other.saw", n });
  });
  await layer.groupAdd("room", own, { presence: { meta: {}, person: "other" } });
  await layer.subscribe("work", ({ n }) => layer.send(replyChannel, { type: "other.did", n }));
  await layer.send(replyChannel, { type: "other.ready" });
}

const [script, url, prefix, replyChannel, lease] = process.argv.slice(1);
if (script === fileURLToPath(import.meta.url) && url !== undefined) {
  await run(url, prefix ?? "", replyChannel ?? "", Number(lease));
}
