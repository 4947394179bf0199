import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { describeGroupHistory } from "./group-history.contract.js";
import { describePresence } from "./presence.contract.js";
import { type LayerEngine, opener } from "./channel-layer.opener.js";
import { collect, hold, messageValues, sendUntilHeard, waitingRoom } from "./channel-layer.tools.js";

const message = (n: number) => ({ type: "test.message", n });
const numbers = (messages: readonly { readonly [key: string]: unknown }[]) => messages.map(({ n }) => n);
const sorted = (messages: readonly { readonly [key: string]: unknown }[]) =>
  numbers(messages).sort((x, y) => Number(x) - Number(y));
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What every channel layer does. Rule ids: L, M, X of Django Channels' contract and its known defects. */
export function describeChannelLayer(engine: LayerEngine): void {
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

  describe(`${engine.name}: groups`, () => {
    const open = opener(engine);

    test("L12: every member, in every process, gets one copy", async () => {
      const { a, b } = await open();
      const members = [];
      for (const layer of [a, a, b, b]) {
        const channel = layer.newChannel();
        members.push(await collect(layer, channel));
        await layer.groupAdd("room", channel);
      }
      await a.groupSend("room", message(1));
      await b.groupSend("room", message(2));
      await a.groupSend("room", message(3));
      for (const member of members) {
        await member.until(3);
        expect(sorted(member.messages)).toEqual([1, 2, 3]);
      }
    });

    test("L11: a channel that was added twice gets one copy, and one discard ends it", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      await a.groupAdd("room", channel);
      await b.groupSend("room", message(1));
      await received.until(1);
      await a.groupDiscard("room", channel);
      await b.groupSend("room", message(2));
      await b.send(channel, message(3));
      await received.until(2);
      expect(numbers(received.messages)).toEqual([1, 3]);
    });

    test("a member that hands its messages over is given none, until the one that takes them leaves", async () => {
      const { a, b } = await open();
      const [giver, taker] = [await collect(a, a.newChannel()), await collect(a, a.newChannel())];
      await a.groupAdd("room", giver.channel);
      expect(a.groupHandOver("room", giver.channel, taker.channel)).toBe(false);
      await a.groupAdd("room", taker.channel);
      await b.groupSend("room", message(1));
      await Promise.all([giver.until(1), taker.until(1)]);
      expect(a.groupHandOver("room", giver.channel, taker.channel)).toBe(true);
      await b.groupSend("room", message(2));
      await taker.until(2);
      await a.groupDiscard("room", taker.channel);
      await b.groupSend("room", message(3));
      await giver.until(2);
      expect(numbers(giver.messages)).toEqual([1, 3]);
      expect(numbers(taker.messages)).toEqual([1, 2]);
    });

    test("a busy member does not hand its messages over", async () => {
      const { a, b } = await open();
      const [giver, taker] = [await hold(a, a.newChannel()), await collect(a, a.newChannel())];
      for (const { channel } of [giver, taker]) await a.groupAdd("room", channel);
      await b.groupSend("room", message(1));
      await Promise.all([giver.begun(1), taker.until(1)]);
      expect(a.groupHandOver("room", giver.channel, taker.channel)).toBe(false);
      await b.groupSend("room", message(2));
      giver.release();
      await giver.begun(2);
    });

    test("L11: discarding what is no member, or from a group that never was, is no error", async () => {
      const { a } = await open();
      await a.groupDiscard("nowhere", a.newChannel());
      await a.groupDiscard("nowhere", "specific.elsewhere!1");
      await expect(a.groupSend("nowhere", message(1))).resolves.toBeUndefined();
    });

    test("L6: a member over capacity loses messages, counted; the sender and other members notice nothing", async () => {
      const { a, b } = await open({ capacity: 3 });
      const slow = a.newChannel();
      const quick = a.newChannel();
      const held = await hold(a, slow);
      const received = await collect(a, quick);
      await a.groupAdd("room", slow);
      await a.groupAdd("room", quick);
      for (const n of range(10)) {
        await b.groupSend("room", message(n));
        await received.until(n + 1);
      }
      expect(numbers(received.messages)).toEqual(range(10));
      expect(a.counters.droppedFull).toBe(6);
      held.release();
      await held.begun(4);
      expect(numbers(held.messages)).toEqual([0, 1, 2, 3]);
    });

    test("L10: a membership outlives the group expiry as long as the channel has a receiver", async () => {
      const { a, b, advance } = await open({ groupExpiryS: 0.1 });
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      await advance(120);
      await b.groupSend("room", message(1));
      await received.until(1);
      expect(numbers(received.messages)).toEqual([1]);
    });

    test("L10: without a receiver it ends after the group expiry, and adding again renews it", async () => {
      const { a, b, advance } = await open({ groupExpiryS: 0.1 });
      const expired = a.newChannel();
      const renewed = a.newChannel();
      await a.groupAdd("room", expired);
      await a.groupAdd("room", renewed);
      await advance(60);
      await a.groupAdd("room", renewed);
      await advance(60);
      const witness = await collect(a, a.newChannel());
      await a.groupAdd("room", witness.channel);
      await b.groupSend("room", message(1));
      await witness.until(1);
      const ofExpired = await collect(a, expired);
      const ofRenewed = await collect(a, renewed);
      await ofRenewed.until(1);
      await b.send(expired, message(2));
      await ofExpired.until(1);
      expect(numbers(ofExpired.messages)).toEqual([2]);
      expect(numbers(ofRenewed.messages)).toEqual([1]);
    });

    test("messages to a group wait for a member that subscribes a moment later", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      await a.groupAdd("room", channel);
      const witness = await collect(a, a.newChannel());
      await a.groupAdd("room", witness.channel);
      await b.groupSend("room", message(1));
      await witness.until(1);
      const received = await collect(a, channel);
      await received.until(1);
      expect(numbers(received.messages)).toEqual([1]);
    });

    test("X11: the end of a channel ends its memberships", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      const witness = await collect(a, a.newChannel());
      for (const group of ["one", "two", "three"]) await a.groupAdd(group, channel);
      await a.groupAdd("two", witness.channel);
      await received.unsubscribe();
      await b.groupSend("two", message(1));
      await witness.until(1);
      const again = await collect(a, channel);
      await b.send(channel, message(2));
      await again.until(1);
      expect(numbers(again.messages)).toEqual([2]);
    });

    test("L13: a flush forgets messages and groups, and everyone sees it when it resolves", async () => {
      const { a, b } = await open();
      const member = await collect(b, b.newChannel());
      await b.groupAdd("room", member.channel);
      await a.send("waiting", message(1));
      await a.flush();
      const received = await collect(b, "waiting");
      await a.groupSend("room", message(2));
      await a.send(member.channel, message(3));
      await a.send("waiting", message(4));
      await Promise.all([member.until(1), received.until(1)]);
      expect(numbers(member.messages)).toEqual([3]);
      expect(numbers(received.messages)).toEqual([4]);
      await b.groupAdd("room", member.channel);
      await a.groupSend("room", message(5));
      await member.until(2);
    });
  });

  describe(`${engine.name}: messages and names`, () => {
    const open = opener(engine);

    test("L1, A4: whatever a message may hold arrives unchanged, direct and by group", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      await fc.assert(
        fc.asyncProperty(messageValues, async (values) => {
          const sent = { ...values, type: "test.values" };
          await b.send(channel, sent);
          await b.groupSend("room", sent);
          await received.until(2);
          expect(received.messages.splice(0)).toStrictEqual([sent, sent]);
        }),
      );
    });

    test("an undefined value is a missing key", async () => {
      const { a, b } = await open();
      const received = await collect(a, a.newChannel());
      await b.send(received.channel, { type: "test.message", gone: undefined, inner: { gone: undefined, kept: null } });
      await received.until(1);
      expect(received.messages).toStrictEqual([{ type: "test.message", inner: { kept: null } }]);
    });

    test("M1: sender and receivers share nothing, and a receiver cannot change what others get", async () => {
      const { a } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      const sent = { type: "test.message", list: [1], inner: { text: "as sent" }, bytes: new Uint8Array([1]) };
      const sending = [a.send(channel, sent), a.groupSend("room", sent)];
      sent.list.push(2);
      sent.inner.text = "changed";
      sent.bytes[0] = 2;
      await Promise.all(sending);
      await received.until(2);
      for (const taken of received.messages as (typeof sent)[]) {
        expect(taken.list).toEqual([1]);
        expect(taken.inner.text).toBe("as sent");
        expect([...taken.bytes]).toEqual([1]);
        expect(() => taken.list.push(3)).toThrow(TypeError);
        expect(() => (taken.inner.text = "mine")).toThrow(TypeError);
        expect(() => (taken.type = "mine")).toThrow(TypeError);
      }
    });

    const circle: Record<string, unknown> = { type: "test.message" };
    circle["self"] = circle;
    test.each([
      ["L16: no type", {}, []],
      ["L16: an empty type", { type: "" }, []],
      ["a type that is no text", { type: 7 }, []],
      ["X10: a protocol's type", { type: "websocket.receive", text: "forged" }, []],
      ["X10: a protocol's bare name", { type: "http" }, []],
      ["X10: a type of the layer", { type: "layer.disconnected" }, []],
      ["A4: not a number", { type: "t.m", list: [1, { x: Number.NaN }] }, ["list", 1, "x"]],
      ["A4: infinite", { type: "t.m", n: Number.NEGATIVE_INFINITY }, ["n"]],
      ["a function", { type: "t.m", act: () => {} }, ["act"]],
      ["a symbol", { type: "t.m", mark: Symbol("mark") }, ["mark"]],
      ["an object of a class", { type: "t.m", url: new URL("http://localhost/") }, ["url"]],
      ["a map", { type: "t.m", map: new Map() }, ["map"]],
      ["an error", { type: "t.m", error: new Error("no") }, ["error"]],
      ["undefined in a list", { type: "t.m", list: [undefined] }, ["list", 0]],
      ["a date that is none", { type: "t.m", at: new Date(Number.NaN) }, ["at"]],
      ["an integer of more than 64 bits", { type: "t.m", big: 2n ** 64n }, ["big"]],
      [
        "a key __proto__",
        JSON.parse('{"type":"t.m","inner":{"__proto__":{"admin":true}}}') as object,
        ["inner", "__proto__"],
      ],
    ])("refuses a message with %s", async (_what, bad, path) => {
      const { a } = await open();
      const refusal = { code: "LAYERS_MESSAGE_INVALID", params: { path } };
      await expect(a.send("anywhere", bad as never)).rejects.toMatchObject(refusal);
      await expect(a.groupSend("anywhere", bad as never)).rejects.toMatchObject(refusal);
    });

    test("refuses a message that contains itself", async () => {
      const { a } = await open();
      await expect(a.send("anywhere", circle as never)).rejects.toMatchObject({ code: "LAYERS_MESSAGE_INVALID" });
    });

    test("L9: a message of a megabyte travels; one over the limit is refused, direct and to a group", async () => {
      const { a, b } = await open();
      const received = await collect(a, a.newChannel());
      const large = { type: "test.large", text: "é".repeat(500_000) };
      await b.send(received.channel, large);
      await received.until(1);
      expect(received.messages).toEqual([large]);
      const { a: small } = await open({ maxMessageBytes: 1000 });
      const tooLarge = { code: "LAYERS_MESSAGE_TOO_LARGE", params: { maxBytes: 1000 } };
      await expect(small.send("c", { type: "t.m", text: "é".repeat(500) })).rejects.toMatchObject(tooLarge);
      await expect(small.groupSend("g", { type: "t.m", text: "é".repeat(500) })).rejects.toMatchObject(tooLarge);
      await small.send("c", { type: "t.m", text: "é".repeat(480) });
    });

    test("X8: new channels have valid names, each its own, with the prefix that was asked for", async () => {
      const { a, b } = await open();
      const names = [...range(50).map(() => a.newChannel()), ...range(50).map(() => b.newChannel("task"))];
      expect(new Set(names).size).toBe(100);
      for (const name of names) expect(name).toMatch(/^(specific|task)\.[\w-]+![\w-]+$/);
      expect(() => a.newChannel("two words")).toThrow("two words");
      expect(() => a.newChannel("a!b")).toThrow("a!b");
    });

    test("L17: wrong names are refused everywhere, also those that a careless pattern lets through", async () => {
      const { a } = await open();
      const own = a.newChannel();
      const badEverywhere = ["", "two words", "line\n", "é", "٣", "a/b", "a!b!c", "!a", "a!", "x".repeat(100), "a!é"];
      for (const name of badEverywhere) {
        const refusal = { code: "LAYERS_INVALID_NAME", params: { name } };
        await expect(a.send(name, message(1))).rejects.toMatchObject(refusal);
        await expect(a.subscribe(name, () => {})).rejects.toMatchObject(refusal);
        await expect(a.groupAdd("room", name)).rejects.toMatchObject(refusal);
        await expect(a.groupAdd(name, own)).rejects.toMatchObject(refusal);
        await expect(a.groupDiscard(name, own)).rejects.toMatchObject(refusal);
        await expect(a.groupSend(name, message(1))).rejects.toMatchObject(refusal);
      }
      await expect(a.groupSend("a!b", message(1))).rejects.toMatchObject({ code: "LAYERS_INVALID_NAME" });
      await a.send("x".repeat(99), message(1));
      await a.groupSend("A-z_0.9", message(1));
    });

    test("after close everything is refused", async () => {
      const { a } = await open();
      await a.close();
      await a.close();
      expect(a.state).toBe("closed");
      const closed = { code: "LAYERS_CLOSED" };
      await expect(a.connect()).rejects.toMatchObject(closed);
      await expect(a.send("c", message(1))).rejects.toMatchObject(closed);
      await expect(a.subscribe("c", () => {})).rejects.toMatchObject(closed);
      await expect(a.groupAdd("g", a.newChannel())).rejects.toMatchObject(closed);
      await expect(a.groupSend("g", message(1))).rejects.toMatchObject(closed);
      await expect(a.flush()).rejects.toMatchObject(closed);
    });
  });

  describe(`${engine.name}: against a model`, () => {
    const open = opener(engine);

    test("after any joins, leaves, sends and ends of receivers every channel holds what a simple model says", async () => {
      const { a, b } = await open({ capacity: 10_000 });
      const step = fc.record({
        what: fc.constantFrom("join", "join", "leave", "group", "group", "group", "send", "end"),
        channel: fc.nat(3),
        group: fc.nat(2),
        from: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const owners = [a, a, b, b];
          const channels = await Promise.all(owners.map((owner) => collect(owner, owner.newChannel())));
          const members = [new Set<number>(), new Set<number>(), new Set<number>()];
          const prefix = `model-${Math.random().toString(36).slice(2)}`;
          const expected: { a: number[]; b: number[] }[] = channels.map(() => ({ a: [], b: [] }));
          const end = async (index: number): Promise<void> => {
            const { messages, until, unsubscribe } = channels[index] ?? expect.fail();
            await until(total(expected[index]));
            for (const side of ["a", "b"] as const) {
              expect(numbers(messages.filter(({ from }) => from === side))).toEqual(expected[index]?.[side]);
            }
            await unsubscribe();
          };
          for (const [n, { what, channel, group, from }] of steps.entries()) {
            const owner = owners[channel] ?? a;
            const name = channels[channel]?.channel ?? "";
            const [sender, side] = from ? [a, "a" as const] : [b, "b" as const];
            const sent = { ...message(n), from: side };
            if (what === "join") {
              await owner.groupAdd(`${prefix}-${group}`, name);
              members[group]?.add(channel);
            } else if (what === "leave") {
              await owner.groupDiscard(`${prefix}-${group}`, name);
              members[group]?.delete(channel);
            } else if (what === "group") {
              await sender.groupSend(`${prefix}-${group}`, sent);
              for (const member of members[group] ?? []) expected[member]?.[side].push(n);
              // A later leave or join must not race with the copies on their way.
              for (const member of members[group] ?? []) await channels[member]?.until(total(expected[member]));
            } else if (what === "send") {
              await sender.send(name, sent);
              expected[channel]?.[side].push(n);
            } else {
              // As when its consumer crashes: the memberships go with the channel, and a new one knows of nothing.
              await end(channel);
              channels[channel] = await collect(owner, owner.newChannel());
              expected[channel] = { a: [], b: [] };
              for (const group of members) group.delete(channel);
            }
          }
          for (const index of channels.keys()) await end(index);
        }),
        { numRuns: 60 },
      );
    });
  });

  describeGroupHistory(engine);
  describePresence(engine);
}

function total(expected: { a: number[]; b: number[] } | undefined): number {
  return (expected?.a.length ?? 0) + (expected?.b.length ?? 0);
}
