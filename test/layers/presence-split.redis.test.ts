import { randomUUID } from "node:crypto";

import { type ChannelLayer, openChannelLayer, type PresenceChanged } from "hotclub/layers";
import { afterEach, expect, test } from "vitest";

import { waitingRoom } from "../contracts/channel-layer.tools.js";
import { redisUrl } from "../services/index.js";
import { networkLine } from "./network-line.js";

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** Somebody in the room, with whom she believes to be there. */
async function visitor(layer: ChannelLayer, person: string) {
  const room = waitingRoom();
  const channel = layer.newChannel();
  await layer.subscribe(channel, room.add);
  await layer.groupAdd("room", channel, { presence: { meta: {}, person } });
  const changes = () => room.messages as unknown as readonly PresenceChanged[];
  const known = () => {
    const people = new Map<string, string>();
    for (const { isWhole, joined, left } of changes()) {
      if (isWhole) people.clear();
      for (const { device } of left) people.delete(device);
      for (const entry of joined) people.set(entry.device, entry.person);
    }
    return [...people.values()].sort();
  };
  return {
    channel,
    known,
    changes,
    /** Resolves when she believes that these are there. */
    async knows(...people: string[]) {
      while (known().join() !== people.sort().join()) await room.until(room.messages.length + 1);
    },
  };
}

test("in a split of the network each side goes on, and when it heals everybody knows who is there, and who went", async () => {
  const url = await redisUrl();
  const line = await networkLine(url);
  cleanUp.push(() => line.close());
  const options = { prefix: `test-${randomUUID()}`, presenceLeaseS: 1.5, presenceBatchMs: 5, timeoutMs: 500 };
  const [near, far] = [await openChannelLayer(url, options), await openChannelLayer(line.url, options)];
  cleanUp.push(
    () => near.close(),
    () => far.close(),
  );
  const here = await visitor(near, "here");
  const there = await visitor(far, "there");
  const leaving = await visitor(far, "leaving");
  await Promise.all([here, there, leaving].map((one) => one.knows("here", "there", "leaving")));

  line.split();
  await here.knows("here");
  // Nobody can be told now.
  await far.groupDiscard("room", leaving.channel);
  const late = await visitor(near, "late");
  await Promise.all([here.knows("here", "late"), late.knows("here", "late")]);
  expect(await near.presenceCount("room")).toBe(2);

  line.heal();
  await Promise.all([here, there, late].map((one) => one.knows("here", "there", "late")));
  for (const layer of [near, far]) {
    const people = async () => (await layer.presenceList("room")).map(({ person }) => person).sort();
    await expect.poll(people, { timeout: 5000 }).toEqual(["here", "late", "there"]);
    await expect.poll(() => layer.presenceCount("room"), { timeout: 5000 }).toBe(3);
  }
  // Nobody was told twice that somebody came, or went who was not there.
  for (const one of [here, there, late]) {
    const present = new Set<string>();
    for (const { arrived, gone } of one.changes()) {
      for (const person of gone) expect(present.delete(person)).toBe(true);
      for (const person of arrived) {
        expect(present.has(person)).toBe(false);
        present.add(person);
      }
    }
  }
}, 30_000);
