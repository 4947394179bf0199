import fc from "fast-check";
import type { Message } from "hotclub/core";
import { MemoryChannelLayer } from "hotclub/layers";
import { describe, expect, it, vi } from "vitest";

import type { LinkMessage } from "../../src/workers/remote/frames.js";
import { Link } from "../../src/workers/remote/link.js";
import { PacketQueue } from "../../src/workers/remote/packet-queue.js";
import { CutLayer } from "./cut-layer.js";

const timing = { heartbeatMs: 20, deadMs: 60_000, resendMs: 30, openTimeoutMs: 1, resumeTimeoutMs: 1 };

interface Frame {
  readonly value: number;
  readonly filler: string;
}

/** Two ends of a link over a layer that loses what `loses` says. */
async function openLink(loses: () => boolean) {
  const layer = new MemoryChannelLayer({ capacity: 1000 });
  const line = new CutLayer(layer);
  line.loses = loses;
  const names = [layer.newChannel("a"), layer.newChannel("b")] as const;
  const received: Frame[][] = [[], []];
  const ends = names.map(
    (from, index) =>
      new Link<Frame, Frame>({
        layer: line,
        id: "link",
        from,
        to: names[1 - index] ?? "",
        timing,
        deliver: (frame) => received[index]?.push(frame),
        onDead: () => {},
      }),
  );
  for (const [index, name] of names.entries()) {
    await layer.subscribe(name, (message: Message) => ends[index]?.receive(message as LinkMessage));
  }
  const close = async (): Promise<void> => {
    for (const end of ends) end.close();
    await layer.close();
  };
  return { ends, received, close };
}

describe("a link between two processes", () => {
  it("brings every frame once and in order, whatever the layer loses", async () => {
    const traffic = fc.record({
      sizes: fc.array(fc.constantFrom(0, 10, 1000, 300_000), { maxLength: 40 }),
      back: fc.nat({ max: 40 }),
      losses: fc.infiniteStream(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(traffic, async ({ sizes, back, losses }) => {
        // Every second message at most is lost: with everything lost nothing would ever arrive.
        let last = false;
        const { ends, received, close } = await openLink(() => (last = !last && losses.next().value));
        for (const [value, size] of sizes.entries()) {
          void ends[0]?.post({ value, filler: "x".repeat(size) });
          if (value % 3 === 0) await Promise.resolve();
        }
        for (let value = 0; value < back; value++) void ends[1]?.post({ value, filler: "" });
        await Promise.all(ends.map((end) => end.whenSent()));
        expect(received[1]?.map(({ value, filler }) => [value, filler.length])).toEqual(
          sizes.map((size, value) => [value, size]),
        );
        expect(received[0]?.map(({ value }) => value)).toEqual(Array.from({ length: back }, (_, value) => value));
        await close();
      }),
      { numRuns: 20 },
    );
  });

  it("begins with what was posted, and no heartbeat comes before, however busy the process is", async () => {
    const layer = new MemoryChannelLayer();
    const [from, to] = [layer.newChannel("a"), layer.newChannel("b")];
    const first = new Promise<LinkMessage>((resolve) => {
      void layer.subscribe(to, (message: Message) => resolve(message as LinkMessage));
    });
    const link = new Link<Frame, Frame>({ layer, id: "link", from, to, timing, deliver: () => {}, onDead: () => {} });
    // Timers come before what one callback of setImmediate leaves to the next.
    setImmediate(() => {
      void link.post({ value: 1, filler: "" });
      const busyUntil = performance.now() + timing.heartbeatMs;
      while (performance.now() < busyUntil);
    });
    expect((await first).packets).toHaveLength(1);
    link.close();
    await layer.close();
  });

  it("sends what was posted in one turn as one message, also when it ends in it", async () => {
    const layer = new MemoryChannelLayer();
    const [from, to] = [layer.newChannel("a"), layer.newChannel("b")];
    const first = new Promise<LinkMessage>((resolve) => {
      void layer.subscribe(to, (message: Message) => resolve(message as LinkMessage));
    });
    const link = new Link<Frame, Frame>({ layer, id: "link", from, to, timing, deliver: () => {}, onDead: () => {} });
    void link.post({ value: 1, filler: "" });
    await Promise.resolve();
    void link.post({ value: 2, filler: "" });
    link.end();
    expect((await first).packets).toHaveLength(2);
    await layer.close();
  });

  it("asks those who send to wait when much is under way", async () => {
    let isLost = true;
    const { ends, close } = await openLink(() => isLost);
    const large = "x".repeat(1024 * 1024);
    let waiting: void | Promise<void> = undefined;
    for (let value = 0; value < 9; value++) waiting = ends[0]?.post({ value, filler: large });
    expect(waiting).toBeInstanceOf(Promise);
    isLost = false;
    await waiting;
    await close();
  });

  it("says when the other side has been silent for too long", async () => {
    const layer = new MemoryChannelLayer();
    const died = vi.fn<() => void>();
    const [from, to] = [layer.newChannel("a"), layer.newChannel("b")];
    const options = { layer, id: "link", from, to, deliver: () => {}, onDead: died };
    const link = new Link({ ...options, timing: { ...timing, deadMs: 100 } });
    await vi.waitFor(() => expect(died).toHaveBeenCalled());
    link.close();
    await layer.close();
  });
});

describe("the packets of a link", () => {
  it("are sent again from the first that was not acknowledged", () => {
    const queue = new PacketQueue();
    for (const byte of [1, 2, 3]) queue.push(Uint8Array.of(byte));
    expect(queue.next()).toMatchObject({ first: 0, packets: [[1], [2], [3]].map((bytes) => Uint8Array.from(bytes)) });
    expect(queue.next()).toBeUndefined();
    expect(queue.acknowledge(1)).toBe(true);
    expect(queue.acknowledge(1)).toBe(false);
    queue.rewind();
    expect(queue.next()).toMatchObject({ first: 1, packets: [[2], [3]].map((bytes) => Uint8Array.from(bytes)) });
    expect(queue.bytes).toBe(2);
    queue.acknowledge(3);
    expect(queue.isEmpty).toBe(true);
  });
});
