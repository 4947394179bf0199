import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "../channel-layer.opener.js";
import { collect, message, numbers, range, sorted, waitingRoom } from "../channel-layer.tools.js";

/** Channels: who gets what was sent to them, and in which order. */
export function describeChannels(engine: LayerEngine): void {
  describe(`${engine.name}: channels`, () => {
    const open = opener(engine);

    test("L2: a message reaches the receiver, once, also from another process", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.send(channel, message(1));
      await b.send(channel, message(2));
      await a.send(channel, message(3));
      await received.until(3);
      expect(sorted(received.messages)).toEqual([1, 2, 3]);
    });

    test("L2, X3, X4: of several receivers of a named channel, in two processes, one gets each message", async () => {
      const { a, b } = await open();
      const room = waitingRoom();
      for (const layer of [a, a, b, b]) await collect(layer, "work", room);
      for (const n of range(200)) await (n % 2 === 0 ? a : b).send("work", message(n));
      await room.until(200);
      expect(sorted(room.messages)).toEqual(range(200));
    });

    test("L3: a message to a named channel waits for its first receiver", async () => {
      const { a, b } = await open();
      await a.send("later", message(1));
      await a.send("later", message(2));
      const received = await collect(b, "later");
      await received.until(2);
      expect(numbers(received.messages)).toEqual([1, 2]);
    });

    test("L3: messages that one receiver left are taken by the next", async () => {
      const { a, b } = await open();
      const first = await collect(a, "left");
      await b.send("left", message(1));
      await first.until(1);
      await first.unsubscribe();
      await b.send("left", message(2));
      const second = await collect(b, "left");
      await second.until(1);
      expect(numbers(first.messages)).toEqual([1]);
      expect(numbers(second.messages)).toEqual([2]);
    });

    test("X15: receivers of a named channel that come and go in the midst of it lose nothing", async () => {
      const { a, b } = await open({ capacity: 1000 });
      const room = waitingRoom();
      await Promise.all(range(300).map((n) => a.send("relay", message(n))));
      for (const turn of range(30)) {
        const isSlow = turn % 3 === 0;
        const next = Math.min(room.messages.length + 1, 300);
        const unsubscribe = await (turn % 2 === 0 ? a : b).subscribe("relay", (taken) => {
          room.add(taken);
          return isSlow ? Promise.resolve() : undefined;
        });
        await room.until(next);
        await unsubscribe();
      }
      await collect(b, "relay", room);
      await room.until(300);
      expect(sorted(room.messages)).toEqual(range(300));
    });

    test("L4: one sender's messages arrive in the order they were sent, without waiting between them", async () => {
      const { a, b } = await open({ capacity: 1000 });
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await Promise.all(range(500).map((n) => b.send(channel, message(n))));
      await received.until(500);
      expect(numbers(received.messages)).toEqual(range(500));
    });

    test("L4: order holds when the receiver takes its time with some messages", async () => {
      const { a, b } = await open({ capacity: 1000 });
      const channel = a.newChannel();
      const room = waitingRoom();
      await a.subscribe(channel, (taken) => {
        if (Number(taken["n"]) % 3 !== 0) return room.add(taken);
        return Promise.resolve().then(() => room.add(taken));
      });
      await Promise.all(range(300).map((n) => b.send(channel, message(n))));
      await room.until(300);
      expect(numbers(room.messages)).toEqual(range(300));
    });

    test("L4: order holds between one sender's direct messages and those to a group, on one server", async () => {
      const { a, b } = await open({ capacity: 1000 });
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("mixed", channel);
      await Promise.all(
        range(300).map((n) => (n % 2 ? b.send(channel, message(n)) : b.groupSend("mixed", message(n)))),
      );
      await received.until(300);
      if (!engine.isSpread) expect(numbers(received.messages)).toEqual(range(300));
      for (const kind of [0, 1]) {
        const ofKind = numbers(received.messages).filter((n) => Number(n) % 2 === kind);
        expect(ofKind).toEqual(range(150).map((n) => n * 2 + kind));
      }
    });

    test("a receiver that fails does not keep the next message back", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const room = waitingRoom();
      await a.subscribe(channel, (taken) => {
        room.add(taken);
        if (taken["n"] === 1) throw new Error("on purpose");
        return taken["n"] === 2 ? Promise.reject(new Error("on purpose")) : undefined;
      });
      for (const n of range(4)) await b.send(channel, message(n));
      await room.until(4);
      expect(numbers(room.messages)).toEqual(range(4));
    });

    test("nothing is delivered inside the call that sends it", async () => {
      const { a } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      const sent = Promise.all([a.send(channel, message(1)), a.groupSend("room", message(2))]);
      expect(received.messages).toEqual([]);
      await sent;
      await received.until(2);
    });

    test("a receiver that sends to its own channel gets it after it is done with the message in hand", async () => {
      const { a } = await open();
      const channel = a.newChannel();
      const log: string[] = [];
      const room = waitingRoom();
      await a.subscribe(channel, async (taken) => {
        log.push(`begin ${String(taken["n"])}`);
        if (taken["n"] === 0) await a.send(channel, message(1));
        log.push(`end ${String(taken["n"])}`);
        room.add(taken);
      });
      await a.send(channel, message(0));
      await room.until(2);
      expect(log).toEqual(["begin 0", "end 0", "begin 1", "end 1"]);
    });

    test("after unsubscribing nothing more is delivered", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await b.send(channel, message(1));
      await received.until(1);
      await received.unsubscribe();
      await received.unsubscribe();
      await b.send(channel, message(2));
      const again = await collect(a, channel);
      await b.send(channel, message(3));
      await again.until(1);
      expect(numbers(received.messages)).toEqual([1]);
    });

    test("a channel of another process cannot be subscribed to, nor put into a group", async () => {
      const { a } = await open();
      await expect(a.subscribe("specific.elsewhere!1", () => {})).rejects.toMatchObject({
        code: "LAYERS_CHANNEL_NOT_LOCAL",
      });
      await expect(a.groupAdd("room", "specific.elsewhere!1")).rejects.toMatchObject({
        code: "LAYERS_CHANNEL_NOT_LOCAL",
      });
      await expect(a.groupAdd("room", "named")).rejects.toMatchObject({ code: "LAYERS_CHANNEL_NOT_LOCAL" });
    });
  });
}
