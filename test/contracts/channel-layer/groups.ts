import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "../channel-layer.opener.js";
import { collect, hold, message, numbers, range, sorted } from "../channel-layer.tools.js";

/** Groups: who is a member, and what members get. */
export function describeGroups(engine: LayerEngine): void {
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
}
