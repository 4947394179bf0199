import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "../channel-layer.opener.js";
import { collect, hold, message, numbers, range, sendUntilHeard, sorted } from "../channel-layer.tools.js";

/** How much waits in a channel, and for how long. */
export function describeCapacity(engine: LayerEngine): void {
  describe(`${engine.name}: capacity and expiry`, () => {
    const open = opener(engine);

    test("L5: a send over the capacity is refused at the sender, and heard when there is room again", async () => {
      const { a, b } = await open({ capacity: 5 });
      const channel = a.newChannel();
      const held = await hold(a, channel);
      await b.send(channel, message(0));
      await held.begun(1);
      for (const n of range(5)) await b.send(channel, message(n + 1));
      await expect(b.send(channel, message(6))).rejects.toMatchObject({
        code: "LAYERS_CHANNEL_FULL",
        temporary: true,
        params: { channel, capacity: 5 },
      });
      expect(b.counters.refusedFull).toBe(1);
      held.release();
      await held.begun(6);
      await b.send(channel, message(7));
      await held.begun(7);
      expect(numbers(held.messages)).toEqual([0, 1, 2, 3, 4, 5, 7]);
    });

    test("L5: of many sends at once, exactly as many as there is room for are taken", async () => {
      const { a, b } = await open({ capacity: 10 });
      const results = await Promise.allSettled(range(50).map((n) => (n % 2 ? a : b).send("crowd", message(n))));
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    });

    test("L5: senders that press against the capacity lose nothing of what was taken", async () => {
      const { a, b } = await open({ capacity: 5 });
      const received = await collect(a, a.newChannel());
      const press = async (from: number): Promise<void> => {
        for (let n = from; n < 600; n += 12) {
          let isRefused = true;
          while (isRefused) {
            isRefused = await b.send(received.channel, message(n)).then(
              () => false,
              ({ code }: { code: string }) => code === "LAYERS_CHANNEL_FULL",
            );
            if (isRefused) await new Promise((resolve) => setImmediate(resolve));
          }
        }
      };
      await Promise.all(range(12).map(press));
      await received.until(600);
      expect(sorted(received.messages)).toEqual(range(600));
      expect(b.counters.refusedFull).toBeGreaterThan(0);
    });

    test("L7, L15: a channel that is full or busy takes nothing from another", async () => {
      const { a, b } = await open({ capacity: 2 });
      const slow = a.newChannel();
      const quick = a.newChannel();
      const held = await hold(a, slow);
      const received = await collect(a, quick);
      await b.send(slow, message(0));
      await held.begun(1);
      await b.send(slow, message(1));
      await b.send(slow, message(2));
      for (const n of range(10)) {
        await b.send(quick, message(n));
        await received.until(n + 1);
      }
      held.release();
      await held.begun(3);
      expect(numbers(held.messages)).toEqual([0, 1, 2]);
    });

    test("L8: a message that nobody reads in time is dropped and counted", async () => {
      const { a, b, advance } = await open({ expiryS: 0.1 });
      await a.send("stale", message(1));
      await advance(120);
      const received = await collect(b, "stale");
      await sendUntilHeard(() => a.send("stale", message(2)), received.until(1));
      expect(new Set(numbers(received.messages))).toEqual(new Set([2]));
      expect(a.counters.droppedExpired + (a === b ? 0 : b.counters.droppedExpired)).toBeGreaterThanOrEqual(1);
    });

    test("L8: expired messages make room for new ones", async () => {
      const { a, advance } = await open({ expiryS: 0.1, capacity: 2 });
      // All at once: on a busy machine the first might expire before the third is sent.
      const outcomes = await Promise.allSettled(range(10).map(() => a.send("stale", message(1))));
      const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
      expect(refused[0]).toMatchObject({ code: "LAYERS_CHANNEL_FULL" });
      await advance(120);
      await a.send("stale", message(4));
      const received = await collect(a, "stale");
      await sendUntilHeard(() => a.send("stale", message(4)), received.until(1));
      expect(new Set(numbers(received.messages))).toEqual(new Set([4]));
    });

    test("L8, X5: a message that waits behind a busy receiver expires too", async () => {
      const { a, b, advance } = await open({ expiryS: 0.1 });
      const channel = a.newChannel();
      const held = await hold(a, channel);
      await a.groupAdd("room", channel);
      await sendUntilHeard(() => b.send(channel, message(1)), held.begun(1));
      await b.groupSend("room", message(2));
      await b.send(channel, message(3));
      await advance(120);
      held.release();
      await sendUntilHeard(() => b.send(channel, message(4)), held.begun(2));
      expect(new Set(numbers(held.messages))).toEqual(new Set([1, 4]));
      expect(a.counters.droppedExpired).toBeGreaterThanOrEqual(2);
    });

    test("L20, X7: channels that match a pattern have the capacity of the first that matches", async () => {
      const { a } = await open({
        capacity: 3,
        channelCapacity: [
          ["mail.urgent", 1],
          ["mail.*", 2],
          [/thumb(nails)?/, 4],
        ],
      });
      const room = async (channel: string): Promise<number> => {
        for (let sent = 0; ; sent++) {
          const refused = await a.send(channel, message(sent)).catch((error: Error) => error.name);
          if (refused !== undefined) return sent;
        }
      };
      expect(await room("mail.urgent")).toBe(1);
      expect(await room("mail.slow")).toBe(2);
      expect(await room("thumbnails")).toBe(4);
      expect(await room("mythumbnails")).toBe(3);
      expect(await room("other")).toBe(3);
    });
  });
}
