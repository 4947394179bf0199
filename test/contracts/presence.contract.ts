import type { ChannelLayer, PresenceChanged, PresenceMeta } from "hotclub/layers";
import { group, presence } from "hotclub/layers";
import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "./channel-layer.opener.js";
import { hold, waitingRoom } from "./channel-layer.tools.js";

const quick = { presenceBatchMs: 5 };

/** Somebody in a group, with what she was told of the others. */
async function visitor(layer: ChannelLayer, name: string, meta: PresenceMeta = {}, person?: string) {
  const room = waitingRoom();
  const channel = layer.newChannel();
  const unsubscribe = await layer.subscribe(channel, room.add);
  await layer.groupAdd(name, channel, { presence: { meta, ...(person !== undefined && { person }) } });
  const changes = () => room.messages.filter(({ type }) => type === "presence.changed") as PresenceChanged[];
  return {
    channel,
    changes,
    unsubscribe,
    leave: () => layer.groupDiscard(name, channel),
    /** The devices that she believes to be there. */
    known() {
      const devices = new Set<string>();
      for (const { isWhole, joined, left } of changes()) {
        if (isWhole) devices.clear();
        for (const { device } of left) devices.delete(device);
        for (const { device } of joined) devices.add(device);
      }
      return [...devices].sort();
    },
    /** Resolves when she knows what `check` wants. */
    async until(check: () => boolean) {
      for (let seen = room.messages.length; !check(); seen = room.messages.length) await room.until(seen + 1);
    },
  };
}

const devicesOf = async (layer: ChannelLayer, name: string) =>
  (await layer.presenceList(name)).map(({ device }) => device).sort();

/** What every layer does about who is present. */
export function describePresence(engine: LayerEngine): void {
  describe(`${engine.name}: presence`, () => {
    const open = opener(engine);

    test("who is present is listed in every process, with what she shows", async () => {
      const { a, b } = await open(quick);
      const room = group("room/:slug").carries<{ "chat.message": { text: string } }, { name: string }>();
      const lobby = room({ slug: "lobby" });
      const before = Date.now();
      const django = await visitor(a, lobby.name, { name: "Django" }, "user-1");
      await presence(lobby.using(a)).list();
      const stephane = await visitor(b, lobby.name, { name: "Stéphane" }, "user-2");
      await b.presenceList(lobby.name);
      for (const layer of [a, b]) {
        const list = await presence(lobby.using(layer)).list();
        expect(list.map(({ person, meta }) => `${person} ${meta.name}`).sort()).toEqual([
          "user-1 Django",
          "user-2 Stéphane",
        ]);
        expect(list.flatMap(({ devices }) => devices.map(({ device }) => device)).sort()).toEqual(
          [django.channel, stephane.channel].sort(),
        );
        expect(Math.abs((list[0]?.devices[0]?.since ?? 0) - before)).toBeLessThan(60_000);
        expect(await presence(lobby.using(layer)).count()).toBe(2);
      }
      expect(await a.presenceList("elsewhere")).toEqual([]);
      expect(await a.presenceCount("elsewhere")).toBe(0);
    });

    test("a person with two devices is one person, who is gone when the last one leaves", async () => {
      const { a, b } = await open(quick);
      const watcher = await visitor(a, "room");
      const [first, second] = [await visitor(a, "room", {}, "user-1"), await visitor(b, "room", {}, "user-1")];
      await watcher.until(() => watcher.known().length === 3);
      await b.presenceList("room");
      expect(await a.presenceCount("room")).toBe(2);
      await first.leave();
      await watcher.until(() => watcher.known().length === 2);
      expect(await a.presenceCount("room")).toBe(2);
      await second.unsubscribe();
      await watcher.until(() => watcher.known().length === 1);
      expect(await b.presenceCount("room")).toBe(1);
      const told = watcher.changes();
      expect(told.flatMap(({ arrived }) => arrived).filter((person) => person === "user-1")).toEqual(["user-1"]);
      expect(told.flatMap(({ gone }) => gone)).toEqual(["user-1"]);
      expect(told.at(-1)?.left.map(({ device }) => device)).toEqual([second.channel]);
    });

    test("a newcomer is told at once who is there, and later only what changes", async () => {
      const { a, b } = await open(quick);
      const first = await visitor(a, "room", { name: "first" });
      await a.presenceList("room");
      const second = await visitor(b, "room", { name: "second" });
      await second.until(() => second.known().length === 2);
      await first.until(() => first.known().length === 2);
      expect(second.changes()[0]).toMatchObject({ group: "room", isWhole: true });
      expect(
        first
          .changes()
          .slice(1)
          .every(({ isWhole }) => !isWhole),
      ).toBe(true);
      expect(first.known()).toEqual(second.known());
    });

    test("who comes while a receiver is busy for long is told to it afterwards", async () => {
      const { a, b, advance } = await open({ ...quick, expiryS: 0.1 });
      const channel = a.newChannel();
      const held = await hold(a, channel);
      await a.groupAdd("room", channel, { presence: { meta: {} } });
      await held.begun(1);
      const watcher = await visitor(a, "room");
      const newcomer = await visitor(b, "room");
      await watcher.until(() => watcher.known().includes(newcomer.channel));
      await advance(120);
      held.release();
      const joined = () =>
        (held.messages as PresenceChanged[]).flatMap((message) => message.joined).map(({ device }) => device);
      for (let seen = 1; !joined().includes(newcomer.channel);) await held.begun(++seen);
      expect(a.counters.droppedExpired).toBe(0);
    });

    test("many who come and go at once are told of together", async () => {
      const { a, b } = await open({ presenceBatchMs: 50 });
      const watcher = await visitor(a, "room");
      await watcher.until(() => watcher.known().length === 1);
      const before = watcher.changes().length;
      const crowd = await Promise.all(Array.from({ length: 40 }, () => visitor(b, "room")));
      await watcher.until(() => watcher.known().length === 41);
      await Promise.all(crowd.map(({ leave }) => leave()));
      await watcher.until(() => watcher.known().length === 1);
      expect(watcher.changes().length - before).toBeLessThan(20);
    });

    test("what somebody shows can change", async () => {
      const { a, b } = await open(quick);
      const watcher = await visitor(a, "room");
      const one = await visitor(b, "room", { mood: "dozy" }, "user-1");
      await watcher.until(() => watcher.known().length === 2);
      await b.groupAdd("room", one.channel, { presence: { meta: { mood: "lively" }, person: "user-1" } });
      const shown = () => watcher.changes().flatMap(({ joined }) => joined.map(({ meta }) => meta["mood"]));
      await watcher.until(() => shown().includes("lively"));
      expect(await a.presenceCount("room")).toBe(2);
      expect(watcher.changes().flatMap(({ gone, left }) => gone.concat(left.map(({ device }) => device)))).toEqual([]);
    });

    test("members without presence are not listed, and are told nothing", async () => {
      const { a, b } = await open(quick);
      const room = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, room.add);
      await a.groupAdd("room", channel);
      const one = await visitor(b, "room");
      await one.until(() => one.known().length === 1);
      await b.groupSend("room", { type: "test.message", n: 1 });
      await room.until(1);
      expect(room.messages.map(({ type }) => type)).toEqual(["test.message"]);
      expect(await devicesOf(a, "room")).toEqual([one.channel]);
    });

    test("a process that closes its layer takes its people with it", async () => {
      const { a, b } = await open(quick);
      if (a === b) return;
      const watcher = await visitor(a, "room");
      await visitor(b, "room");
      await watcher.until(() => watcher.known().length === 2);
      await b.close();
      await watcher.until(() => watcher.known().length === 1);
      expect(await devicesOf(a, "room")).toEqual([watcher.channel]);
    });

    test("somebody who was too slow for the changes is told everything once she has room", async () => {
      const { a, b } = await open({ ...quick, capacity: 2 });
      const watcher = await visitor(b, "room");
      const room = waitingRoom();
      const gate = waitingRoom();
      const channel = a.newChannel();
      await a.subscribe(channel, (taken) => {
        room.add(taken);
        return room.messages.length === 1 ? gate.until(1) : undefined;
      });
      await a.groupAdd("room", channel, { presence: { meta: {} } });
      await room.until(1);
      for (let n = 3; n <= 8; n++) {
        await visitor(b, "room");
        await watcher.until(() => watcher.known().length >= n);
      }
      gate.add({ type: "go" });
      const last = () => room.messages.at(-1) as PresenceChanged | undefined;
      while (last()?.isWhole !== true || last()?.joined.length !== 8) await room.until(room.messages.length + 1);
      expect(last()?.joined.length).toBe(8);
    });

    test("nobody else can send what only presence says", async () => {
      const { a } = await open(quick);
      await expect(a.groupSend("room", { type: "presence.changed", joined: [] })).rejects.toMatchObject({
        code: "LAYERS_MESSAGE_INVALID",
      });
      const channel = a.newChannel();
      await expect(
        a.groupAdd("room", channel, { presence: { meta: { text: "x".repeat(10_000) } } }),
      ).rejects.toMatchObject({ code: "LAYERS_MESSAGE_TOO_LARGE" });
      await expect(a.groupAdd("room", channel, { presence: { meta: {}, person: "" } })).rejects.toMatchObject({
        code: "LAYERS_OPTION_INVALID",
      });
    });
  });
}
