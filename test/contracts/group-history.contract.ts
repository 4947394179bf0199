import type { ChannelLayer, GroupAddOptions, GroupPosition, MessagePosition } from "hotclub/layers";
import type { Message } from "hotclub/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "./channel-layer.opener.js";
import { hold, waitingRoom } from "./channel-layer.tools.js";

const history = { messages: 50, seconds: 60 };
const message = (n: number) => ({ type: "test.message", n });
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

interface MemberOptions extends Omit<GroupAddOptions, "history"> {
  /** Whether it is busy for a turn with each message. */
  readonly isSlow?: boolean;
}

/** A member of a group with history, with what it got. */
async function member(layer: ChannelLayer, group: string, { isSlow = false, ...options }: MemberOptions = {}) {
  const room = waitingRoom();
  const places: (MessagePosition | undefined)[] = [];
  const channel = layer.newChannel();
  const unsubscribe = await layer.subscribe(channel, (taken, at) => {
    places.push(at);
    room.add(taken);
    return isSlow ? new Promise((resolve) => setImmediate(resolve)) : undefined;
  });
  const join = await layer.groupAdd(group, channel, { history, ...options });
  if (join === undefined) throw new Error("a join with history tells what it found");
  /** The last message that it got. What it was given when it joined may wait still. */
  const position = (): GroupPosition => places.findLast((at) => at !== undefined) ?? options.since ?? join.position;
  const numbers = () => room.messages.filter(({ type }) => type === "test.message").map(({ n }) => n);
  return {
    ...room,
    join,
    places,
    position,
    numbers,
    channel,
    unsubscribe,
    leave: () => layer.groupDiscard(group, channel),
    joinAgain: () => layer.groupAdd(group, channel, { history }),
    /** Resolves when it got so many of the test's own messages. */
    async untilNumbers(count: number) {
      for (let seen = 0; numbers().length < count;) await room.until(++seen);
    },
  };
}

const typesOf = (messages: readonly Message[]) => messages.map(({ type }) => type);

/** What every layer does for groups that keep their messages. */
export function describeGroupHistory(engine: LayerEngine): void {
  describe(`${engine.name}: history of groups`, () => {
    const open = opener(engine);

    test("a message gets its place when it is sent, and everybody is told the same one", async () => {
      const { a, b } = await open();
      const members = [await member(a, "room"), await member(b, "room")];
      const first = await a.groupSend("room", message(1), { history });
      const second = await b.groupSend("room", message(2), { history });
      if (first === undefined || second === undefined) throw new Error("places expected");
      expect(second).toMatchObject({ epoch: first.epoch, offset: first.offset + 1 });
      for (const one of members) {
        await one.untilNumbers(2);
        expect(one.numbers()).toEqual([1, 2]);
        expect(one.places.slice(1)).toEqual([
          { group: "room", ...first },
          { group: "room", ...second },
        ]);
      }
    });

    test("a new member is given the newest messages that it asks for, in order, and then what comes", async () => {
      const { a, b } = await open();
      for (const n of range(10)) await a.groupSend("room", message(n), { history });
      const one = await member(b, "room", { last: 3 });
      await a.groupSend("room", message(10), { history });
      await one.untilNumbers(4);
      expect(one.numbers()).toEqual([7, 8, 9, 10]);
      expect(one.join).toMatchObject({ recovered: false, replayed: 3 });
      expect(one.messages[0]).toEqual({
        type: "layer.joined",
        group: "room",
        epoch: one.join.position.epoch,
        offset: one.join.position.offset - 3,
        recovered: false,
      });
    });

    test("a member that was away gets exactly what it missed, in order and without doubles", async () => {
      const { a, b } = await open();
      const before = await member(a, "room");
      for (const n of range(5)) await b.groupSend("room", message(n), { history });
      await before.untilNumbers(5);
      await before.leave();
      for (const n of range(7)) await b.groupSend("room", message(5 + n), { history });
      const after = await member(a, "room", { since: before.position() });
      await b.groupSend("room", message(12), { history });
      await after.untilNumbers(8);
      expect(after.join).toMatchObject({ recovered: true, replayed: 7 });
      expect([...before.numbers(), ...after.numbers()]).toEqual(range(13));
    });

    test("a member that missed nothing is told so", async () => {
      const { a } = await open();
      const before = await member(a, "room");
      await a.groupSend("room", message(1), { history });
      await before.untilNumbers(1);
      const after = await member(a, "room", { since: before.position(), last: 50 });
      expect(after.join).toMatchObject({ recovered: true, replayed: 0 });
    });

    test("a member that comes too late is told, and gets the newest messages instead", async () => {
      const { a, b } = await open();
      const before = await member(a, "room");
      await before.leave();
      for (const n of range(60)) await b.groupSend("room", message(n), { history });
      const after = await member(a, "room", { since: before.position(), last: 2 });
      expect(after.join).toMatchObject({ recovered: false, replayed: 2 });
      await after.untilNumbers(2);
      expect(after.numbers()).toEqual([58, 59]);
    });

    test("messages that are too old are not kept", async () => {
      const { a, b, advance } = await open();
      const short = { messages: 50, seconds: 0.05 };
      const start = await a.groupHistory("room", undefined, 0);
      for (const n of range(3)) await a.groupSend("room", message(n), { history: short });
      await advance(80);
      await a.groupSend("room", message(3), { history: short });
      const page = await b.groupHistory("room", start.end, 50);
      expect(page.isWhole).toBe(false);
      expect(page.publications.map((kept) => kept.message["n"])).toEqual([3]);
    });

    test("a position of another epoch, or of the future, is not recovered from", async () => {
      const { a } = await open();
      await a.groupSend("room", message(1), { history });
      const { end } = await a.groupHistory("room", undefined, 0);
      for (const since of [
        { epoch: "another", offset: 0 },
        { epoch: end.epoch, offset: end.offset + 5 },
      ]) {
        const one = await member(a, "room", { since });
        expect(one.join.recovered).toBe(false);
      }
      // What a client says must not reset the group for everybody.
      expect((await a.groupHistory("room", undefined, 0)).end).toEqual(end);
    });

    test("members that join in the midst of a stream get every message after that once", async () => {
      const { a, b } = await open({ capacity: 1000 });
      const big = { messages: 1000 };
      const start = await a.groupHistory("room", undefined, 0);
      const sending = (async () => {
        for (const n of range(200)) await b.groupSend("room", message(n), { history: big });
      })();
      const members: Awaited<ReturnType<typeof member>>[] = [];
      for (let i = 0; i < 10; i++) members.push(await member(i % 2 === 0 ? a : b, "room", { since: start.end }));
      await sending;
      for (const one of members) {
        await one.untilNumbers(200);
        expect(one.numbers()).toEqual(range(200));
        expect(one.join.recovered).toBe(true);
      }
    });

    test("a member that is too slow for its capacity gets what it missed from the history", async () => {
      const { a, b } = await open({ capacity: 5 });
      const room = waitingRoom();
      const gate = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, (taken) => {
        room.add(taken);
        return room.messages.length === 2 ? gate.until(1) : undefined;
      });
      await a.groupAdd("room", channel, { history });
      const quick = await member(a, "room");
      for (const n of range(30)) await b.groupSend("room", message(n), { history });
      await quick.untilNumbers(30);
      gate.add(message(0));
      await room.until(31);
      expect(room.messages.slice(1).map(({ n }) => n)).toEqual(range(30));
    });

    test("a member that catches up again and again in the midst of a stream loses nothing and gets nothing twice", async () => {
      const { a, b } = await open({ capacity: 2 });
      const big = { messages: 1000 };
      const count = 600;
      const room = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, (taken) => {
        room.add(taken);
        // So that it is full and has room again many times, at moments that differ against what is on its way.
        return new Promise((resolve) => setImmediate(resolve));
      });
      await a.groupAdd("room", channel, { history: big });
      const send = async (layer: ChannelLayer, n: number) =>
        void (await layer.groupSend("room", message(n), { history: big }));
      for (let n = 0; n < count; n += 2) await Promise.all([send(b, n), send(b, n + 1)]);
      await send(b, -1);
      while (room.messages.at(-1)?.["n"] !== -1) await room.until(room.messages.length + 1);
      expect(room.messages.slice(1, -1).map(({ n }) => n)).toEqual(range(count));
    });

    test("what waits behind a receiver that is busy for long is not lost to a member with history", async () => {
      const { a, b, advance } = await open({ expiryS: 0.1 });
      const channel = a.newChannel();
      const held = await hold(a, channel);
      await a.groupAdd("room", channel, { history });
      await held.begun(1);
      const quick = await member(a, "room");
      for (const n of range(3)) await b.groupSend("room", message(n), { history });
      await quick.untilNumbers(3);
      await advance(120);
      held.release();
      await held.begun(4);
      expect(held.messages.slice(1).map(({ n }) => n)).toEqual(range(3));
      expect(a.counters.droppedExpired).toBe(0);
    });

    test("a member that is too slow for the history, too, is told that it missed some", async () => {
      const { a, b } = await open({ capacity: 5 });
      const short = { messages: 10 };
      const room = waitingRoom();
      const gate = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, (taken) => {
        room.add(taken);
        return room.messages.length === 2 ? gate.until(1) : undefined;
      });
      await a.groupAdd("room", channel, { history: short });
      const quick = await member(a, "room");
      for (const n of range(40)) await b.groupSend("room", message(n), { history: short });
      await quick.untilNumbers(40);
      gate.add(message(0));
      await room.until(18);
      expect(typesOf(room.messages)).toContain("layer.missed");
      expect(room.messages.slice(-10).map(({ n }) => n)).toEqual(range(10).map((n) => n + 30));
      expect(a.counters.droppedMissed).toBe(1);
    });

    test("a message that is sent again with its idempotency key is delivered once, with or without history", async () => {
      const { a, b } = await open();
      const one = await member(a, "room");
      const first = await a.groupSend("room", message(1), { history, idempotencyKey: "k1" });
      const again = await b.groupSend("room", message(1), { history, idempotencyKey: "k1" });
      expect(again).toEqual(first);
      await b.groupSend("room", message(2), { idempotencyKey: "k2" });
      await a.groupSend("room", message(2), { idempotencyKey: "k2" });
      await a.groupSend("room", message(3), { history });
      await one.untilNumbers(3);
      expect(new Set(one.numbers())).toEqual(new Set([1, 2, 3]));
      const repeated = a === b ? a.counters.groupRepeated : a.counters.groupRepeated + b.counters.groupRepeated;
      expect(repeated).toBe(2);
      await expect(a.groupSend("room", message(1), { idempotencyKey: "" })).rejects.toMatchObject({
        code: "LAYERS_OPTION_INVALID",
      });
    });

    test("messages without history come to members with history as well", async () => {
      const { a, b } = await open();
      const one = await member(a, "room");
      await b.groupSend("room", message(1));
      await b.groupSend("room", message(2), { history });
      await one.untilNumbers(2);
      expect(one.places.map((at) => at?.offset)).toEqual([undefined, undefined, 1]);
    });

    test("joining again is no error and repeats nothing", async () => {
      const { a } = await open();
      const one = await member(a, "room");
      await a.groupSend("room", message(1), { history });
      await one.untilNumbers(1);
      await a.groupAdd("room", one.channel, { history, last: 10 });
      await a.groupSend("room", message(2), { history });
      await one.untilNumbers(2);
      expect(one.numbers()).toEqual([1, 2]);
    });

    test("a member that joins again is told that it misses nothing", async () => {
      const { a } = await open();
      await a.groupSend("room", message(1), { history });
      const one = await member(a, "room", { last: 1 });
      expect(one.join.recovered).toBe(false);
      const again = await a.groupAdd("room", one.channel, { history, since: one.position() });
      expect(again).toMatchObject({ recovered: true, replayed: 0 });
      await one.until(3);
      expect(one.messages.map(({ type, recovered }) => [type, recovered])).toEqual([
        ["layer.joined", false],
        ["test.message", undefined],
        ["layer.joined", true],
      ]);
    });

    test("a member that joins again before it has joined gets what it missed, once", async () => {
      const { a, b } = await open();
      const sent = [];
      for (const n of range(10)) sent.push(await b.groupSend("room", message(n), { history }));
      const room = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, (taken) => room.add(taken));
      const since = sent[3] as GroupPosition;
      const joins = await Promise.all([1, 2, 3].map(() => a.groupAdd("room", channel, { history, since })));
      expect(joins.map((join) => [join?.recovered, join?.replayed])).toEqual([
        [true, 6],
        [true, 0],
        [true, 0],
      ]);
      await b.groupSend("room", message(10), { history });
      await room.until(10);
      const numbers = room.messages.filter(({ type }) => type === "test.message").map(({ n }) => n);
      expect(numbers).toEqual([4, 5, 6, 7, 8, 9, 10]);
    });

    test("a member that leaves while it joins again has left", async () => {
      const { a, b } = await open();
      const room = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, (taken) => room.add(taken));
      const joins = [1, 2].map(() => a.groupAdd("room", channel, { history }));
      await Promise.all([...joins, a.groupDiscard("room", channel)]);
      const other = await member(a, "room");
      await b.groupSend("room", message(1), { history });
      await other.untilNumbers(1);
      await b.send(channel, { type: "test.end" });
      while (!room.messages.some(({ type }) => type === "test.end")) await room.until(room.messages.length + 1);
      expect(typesOf(room.messages)).not.toContain("test.message");
    });

    test("a member that joins again in the midst of a stream loses nothing and gets nothing twice", async () => {
      const { a, b } = await open();
      const one = await member(a, "room");
      const count = 40;
      const sending = (async () => {
        for (const n of range(count)) await b.groupSend("room", message(n), { history });
      })();
      for (let seen = 0; seen < count / 4; seen++) await a.groupAdd("room", one.channel, { history });
      await sending;
      await one.untilNumbers(count);
      expect(one.numbers()).toEqual(range(count));
    });

    test("a member hands over only when it has exactly what the other has, and hears of what is lost itself", async () => {
      const { a, b } = await open();
      await a.groupSend("room", message(0), { history });
      const [giver, taker] = [await member(a, "room", { last: 1 }), await member(a, "room")];
      expect(a.groupHandOver("room", giver.channel, taker.channel)).toBe(true);
      await b.groupSend("room", message(1), { history });
      await taker.untilNumbers(1);
      // Whoever joins again wants to be given everything itself.
      await a.groupAdd("room", giver.channel, { history });
      await b.groupSend("room", message(2), { history });
      await Promise.all([giver.untilNumbers(2), taker.untilNumbers(2)]);
      expect([giver.numbers(), taker.numbers()]).toEqual([
        [0, 2],
        [1, 2],
      ]);
    });

    test("flush begins a new epoch", async () => {
      const { a, b } = await open();
      const before = await a.groupSend("room", message(1), { history });
      await b.flush();
      const { end, publications } = await a.groupHistory("room", before, 10);
      expect(end.epoch).not.toBe(before?.epoch);
      expect(publications).toEqual([]);
    });

    test.each([
      ["whoever leaves and comes back with its position", 1000, false],
      ["whoever does, and is too slow for its capacity,", 2, true],
    ] as const)("property: %s has seen everything once, in order", async (_who, capacity, isSlow) => {
      const step = fc.oneof(
        { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), from: fc.boolean() }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), who: fc.nat(2) }) },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant("join" as const), who: fc.nat(2) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("joinAgain" as const), who: fc.nat(2) }) },
      );
      const { a, b } = await open({ capacity });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const group = `property.${run++}`;
          const start = (await a.groupHistory(group, undefined, 0)).end;
          const seen: unknown[][] = [[], [], []];
          const since = [start, start, start];
          const inside: (Awaited<ReturnType<typeof member>> | undefined)[] = [undefined, undefined, undefined];
          let sent = 0;
          const leave = async (who: number) => {
            const one = inside[who];
            if (one === undefined) return;
            await one.leave();
            await one.unsubscribe();
            seen[who]?.push(...one.numbers());
            since[who] = one.position();
            inside[who] = undefined;
          };
          const join = async (who: number) => {
            inside[who] ??= await member(who === 2 ? b : a, group, { since: since[who] ?? start, isSlow });
          };
          for (const one of steps) {
            if (one.kind === "send") {
              const sending = (one.from ? a : b).groupSend(group, message(sent++), { history: { messages: 1000 } });
              if (sent % 3 === 0) await sending;
            } else if (one.kind === "leave") await leave(one.who);
            else if (one.kind === "join") await join(one.who);
            else await inside[one.who]?.joinAgain();
          }
          for (const who of [0, 1, 2]) {
            await join(who);
            await inside[who]?.untilNumbers(sent - (seen[who]?.length ?? 0));
            await leave(who);
            const all = seen[who] ?? [];
            expect(all.toSorted((x, y) => Number(x) - Number(y))).toEqual(range(sent));
          }
          expect(new Set(seen.map((all) => all.join(","))).size).toBe(1);
        }),
        { numRuns: engine.name === "memory" ? 60 : 15 },
      );
    });
  });
}
