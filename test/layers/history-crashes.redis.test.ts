import * as fc from "fast-check";
import { type ChannelLayer, type GroupPosition, openChannelLayer } from "hotclub/layers";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";

import { waitingRoom } from "../contracts/channel-layer.tools.js";
import { startRedis } from "../services/index.js";

const history = { messages: 1000 };
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** Does it again until it succeeds: what a publisher with a key, or a client that comes back, may do. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      expect(error).toMatchObject({ code: "LAYERS_UNAVAILABLE" });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Somebody who comes and goes, and says where she was when she comes back. */
class Visitor {
  readonly seen: number[] = [];
  #since: GroupPosition;
  #leave: (() => Promise<void>) | undefined;
  readonly #changed = waitingRoom();

  constructor(start: GroupPosition) {
    this.#since = start;
  }

  async join(layer: ChannelLayer, group: string): Promise<void> {
    if (this.#leave !== undefined) return;
    const channel = layer.newChannel();
    const unsubscribe = await insist(() =>
      layer.subscribe(channel, (message, at) => {
        if (at === undefined) return;
        this.seen.push(Number(message["n"]));
        this.#since = at;
        this.#changed.add(message);
      }),
    );
    await insist(() => layer.groupAdd(group, channel, { history, since: this.#since }));
    this.#leave = unsubscribe;
  }

  async leave(): Promise<void> {
    await this.#leave?.();
    this.#leave = undefined;
  }

  async until(count: number): Promise<void> {
    while (this.seen.length < count) await this.#changed.until(this.#changed.messages.length + 1);
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("send" as const), who: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("join" as const), who: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), who: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), who: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), who: fc.nat(1) }) },
);

test("property: after any joins, leaves, sends, cut connections and crashes of Redis, everybody has seen everything once, in order", async () => {
  const server = await startRedis({ durable: true });
  cleanUp.push(() => server.dispose());
  const layers: ChannelLayer[] = [];
  for (let n = 0; n < 2; n++) {
    const layer = await openChannelLayer(server.url, { prefix: "test", timeoutMs: 500, capacity: 1000 });
    cleanUp.push(() => layer.close());
    layers.push(layer);
  }
  const layerOf = (who: number): ChannelLayer => layers[who % 2] ?? layers[0] ?? expect.fail("no layers");
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const group = `room.${run++}`;
      const { end } = await insist(() => layerOf(0).groupHistory(group, undefined, 0));
      const visitors = [new Visitor(end), new Visitor(end), new Visitor(end)];
      const expected: number[] = [];
      for (const { kind, who } of steps) {
        if (kind === "send") {
          const n = expected.length;
          const message = { type: "test.message", n };
          await insist(() => layerOf(who).groupSend(group, message, { history, idempotencyKey: String(n) }));
          expected.push(n);
        } else if (kind === "join") await visitors[who]?.join(layerOf(who), group);
        else if (kind === "leave") await visitors[who]?.leave();
        else if (kind === "cut") {
          const client = new Redis(server.url);
          await client.call("CLIENT", "KILL", "TYPE", who === 0 ? "pubsub" : "normal", "SKIPME", "yes");
          client.disconnect();
        } else {
          await server.kill();
          await server.start();
        }
      }
      for (const [who, visitor] of visitors.entries()) {
        await visitor.join(layerOf(who), group);
        await visitor.until(expected.length);
        await visitor.leave();
        expect(visitor.seen).toEqual(expected);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
