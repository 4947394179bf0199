import { MemoryChannelLayer, type PresenceChanged } from "hotclub/layers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { collect } from "../contracts/channel-layer.tools.js";

const lingerMs = 2000;
let layer: MemoryChannelLayer;

beforeEach(() => {
  vi.useFakeTimers();
  layer = new MemoryChannelLayer({ presenceBatchMs: 5, presenceLingerMs: lingerMs, presenceLeaseS: 1 });
});
afterEach(async () => {
  await layer.close();
  vi.useRealTimers();
});

async function arrive(person: string) {
  const received = await collect(layer, layer.newChannel());
  await layer.groupAdd("room", received.channel, { presence: { meta: {}, person } });
  await vi.advanceTimersByTimeAsync(50);
  const told = (what: "arrived" | "gone") =>
    (received.messages as unknown as readonly PresenceChanged[]).flatMap((changed) => changed[what]);
  return { ...received, told };
}

test("a person who is back before her device has lingered out was never gone for the others", async () => {
  const watcher = await arrive("watcher");
  const first = await arrive("django");
  await first.unsubscribe();
  await vi.advanceTimersByTimeAsync(lingerMs / 2);
  expect(await layer.presenceCount("room")).toBe(2);
  await arrive("django");
  await vi.advanceTimersByTimeAsync(lingerMs);
  expect((await layer.presenceList("room")).map(({ person }) => person)).toEqual(["watcher", "django"]);
  expect(watcher.told("arrived")).toEqual(["watcher", "django"]);
  expect(watcher.told("gone")).toEqual([]);
});

test("a person who does not come back is gone when her device has lingered out", async () => {
  const watcher = await arrive("watcher");
  const only = await arrive("django");
  await only.unsubscribe();
  await vi.advanceTimersByTimeAsync(lingerMs - 10);
  expect(watcher.told("gone")).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(watcher.told("gone")).toEqual(["django"]);
  expect(await layer.presenceCount("room")).toBe(1);
});

test("the last one in a room lingers too, over many leases", async () => {
  const only = await arrive("django");
  await only.unsubscribe();
  await vi.advanceTimersByTimeAsync(lingerMs - 100);
  expect(await layer.presenceCount("room")).toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(await layer.presenceCount("room")).toBe(0);
});
