import { MemoryChannelLayer } from "hotclub/layers";
import { expect, test } from "vitest";

import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { collect } from "../contracts/channel-layer.tools.js";

describeChannelLayer({
  name: "memory",
  async open(options) {
    let now = 0;
    const layer = new MemoryChannelLayer({ ...options, now: () => now });
    await layer.connect();
    return {
      a: layer,
      b: layer,
      advance: async (ms) => {
        now += ms;
      },
    };
  },
});

test("consumers that answer each other for ever leave room for timers", async () => {
  const layer = new MemoryChannelLayer();
  const [ping, pong] = [layer.newChannel(), layer.newChannel()];
  await layer.subscribe(ping, () => layer.send(pong, { type: "test.pong" }));
  await layer.subscribe(pong, () => layer.send(ping, { type: "test.ping" }));
  await layer.send(ping, { type: "test.ping" });
  await expect.poll(() => layer.counters.delivered).toBeGreaterThan(100);
  await layer.close();
});

test("what nobody reads does not stay: channels without receivers are forgotten when their messages expire", async () => {
  const layer = new MemoryChannelLayer({ expiryS: 0.02 });
  for (let n = 0; n < 100; n++) await layer.send(`nobody.${n}`, { type: "test.message" });
  await expect.poll(() => layer.counters.droppedExpired).toBe(100);
  const received = await collect(layer, "nobody.1");
  expect(received.messages).toEqual([]);
  await layer.close();
});
