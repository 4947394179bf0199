import { describe, expect, it } from "vitest";

import { breachesOf } from "../chaos/layer/breaches.js";
import { broken, type SoakOutcome } from "../chaos/layer/soak.js";

/** One who has sent two messages, and hears what is said here of `client-1`. */
function chatter(name: string, heard: readonly number[], its: { told?: number; overheard?: readonly number[] } = {}) {
  const from = (numbers: readonly number[]) => new Map([["client-1", [...numbers]]]);
  return {
    name,
    sent: name === "client-1" ? 2 : 0,
    told: its.told ?? 0,
    heard: from(heard),
    overheard: from(its.overheard ?? []),
  };
}

const held = { before: { heapBytes: 30e6, handles: 1000 }, after: { heapBytes: 34e6, handles: 1004 } };
const good: SoakOutcome = {
  sent: 10,
  heard: 80,
  lost: 0,
  doubled: 0,
  reordered: 0,
  told: 0,
  returns: 3,
  crashed: 0,
  whispered: 10,
  unsure: 0,
  lostWithoutHistory: 4,
  visits: 2,
  drops: 3,
  redisRestarts: 1,
  workerRestarts: 1,
  stuck: 0,
  held: [held],
};

describe("the verdict of a soak", () => {
  it("is good where only what was not promised is lost, and memory is about as it was", () => {
    expect(broken(good)).toEqual([]);
  });

  it.each([
    ["a message is lost", { lost: 1 }, "1 lost"],
    ["one comes twice", { doubled: 2 }, "2 doubled"],
    ["one overtakes another", { reordered: 1 }, "1 reordered"],
    ["somebody is told that she missed something", { told: 1 }, "1 told"],
    ["a process ends by itself", { crashed: 1 }, "1 crashed"],
    ["a server takes no messages any more", { stuck: 5 }, "5 stuck"],
    [
      "the heap grows",
      { held: [{ ...held, after: { heapBytes: 60e6, handles: 1000 } }] },
      "web process 0 holds 30000000 bytes more",
    ],
    [
      "handles stay open",
      { held: [held, { ...held, after: { heapBytes: 30e6, handles: 1100 } }] },
      "web process 1 holds 100 handles more",
    ],
  ])("is bad where %s", (_what, its, problem) => {
    expect(broken({ ...good, ...its })).toEqual([problem]);
  });
});

describe("a breach in a soak", () => {
  const look = { clientsPerRoom: 8, isOver: false };

  it("is told with who heard what of whom", () => {
    const chatters = [
      chatter("client-1", [1, 2]),
      chatter("client-2", [1, 1, 2]),
      chatter("client-3", [2, 1]),
      chatter("client-4", [1], { told: 1 }),
      chatter("client-5", [1, 2], { overheard: [2, 1] }),
    ];
    expect(breachesOf(chatters, look)).toEqual([
      "client-2 heard 1 of client-1 twice",
      "client-3 heard 1 of client-1 after 2",
      "client-4 was told that it missed something",
      "client-5 heard 1 of client-1 after 2",
    ]);
  });

  it("is what never came, when nothing more comes, of those of the same room", () => {
    const chatters = [chatter("client-1", [1, 2]), chatter("client-2", [2])];
    expect(breachesOf(chatters, look)).toEqual([]);
    expect(breachesOf(chatters, { ...look, isOver: true })).toEqual(["client-2 never heard 1 of client-1"]);
    expect(breachesOf(chatters, { clientsPerRoom: 1, isOver: true })).toEqual([]);
  });
});
