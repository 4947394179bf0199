import { openChannelLayer, type ChannelLayer } from "hotclub/layers";
import { afterEach, expect, test } from "vitest";

import { collect } from "../contracts/channel-layer.tools.js";
import { startSentinel } from "../services/index.js";
import { untilState } from "./layer-states.js";

const message = (n: number) => ({ type: "test.message", n });
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function openPair() {
  const servers = await startSentinel();
  cleanUp.push(() => servers.dispose());
  const open = async (): Promise<ChannelLayer> => {
    const layer = await openChannelLayer(servers.url, { timeoutMs: 500 });
    cleanUp.push(() => layer.close());
    return layer;
  };
  return { servers, a: await open(), b: await open() };
}

/** Sends until a send is taken: after a failover, each process comes back in its own time. */
async function sendSoon(layer: ChannelLayer, group: string, n: number): Promise<void> {
  for (;;) {
    const isSent = await layer.groupSend(group, message(n)).then(
      () => true,
      ({ code }: { code: string }) => {
        expect(code).toBe("LAYERS_UNAVAILABLE");
        return false;
      },
    );
    if (isSent) return;
    await untilState(layer, "connected");
  }
}

test("when the master dies, members and receivers live on at the one that takes its place", async () => {
  const { servers, a, b } = await openPair();
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  const worker = await collect(a, "work");
  const told: string[] = [];
  a.watch(({ type }) => told.push(type));

  const lost = [untilState(a, "disconnected"), untilState(b, "disconnected")];
  await servers.master.kill();
  await Promise.all(lost);
  await Promise.all([untilState(a, "connected"), untilState(b, "connected")]);
  await sendSoon(b, "room", 1);
  await b.send(member.channel, message(2));
  await b.send("work", message(3));
  await Promise.all([member.until(2), worker.until(1)]);
  expect(member.messages).toEqual([message(1), message(2)]);
  expect(told).toEqual(["layer.disconnected", "layer.restored"]);
});

test("a master that stands still is left for the new one, and its return as a replica disturbs nobody", async () => {
  const { servers, a, b } = await openPair();
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  const lost = [untilState(a, "disconnected"), untilState(b, "disconnected")];
  await servers.master.kill("SIGSTOP");
  await Promise.all(lost);
  await Promise.all([untilState(a, "connected"), untilState(b, "connected")]);
  await servers.master.kill("SIGCONT");
  await sendSoon(b, "room", 1);
  await member.until(1);
  expect(member.messages).toEqual([message(1)]);
});

test("a Sentinel that is not there, or does not know the master, is reported at start", async () => {
  await expect(openChannelLayer("redis+sentinel://127.0.0.1:1/mymaster")).rejects.toThrow(
    /^Redis at mymaster of Sentinel 127\.0\.0\.1:1 .*sentinels are unreachable.*REDIS_URL/,
  );
  const { servers } = await openPair();
  await expect(openChannelLayer(servers.url.replace("mymaster", "nobody"))).rejects.toThrow(/nobody of Sentinel/);
});
