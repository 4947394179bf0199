import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { CacheProcess } from "../cache/cache-process.js";

/** An engine whose entries several processes share. */
export interface SharedCacheKind {
  readonly name: string;
  /** Makes a place for the entries, and gives where it is. */
  open(): Promise<{ readonly url: string; readonly prefix: string }>;
  /** Ends all claims to make a value, as time does. */
  endClaims(): Promise<void>;
  close(): Promise<void>;
}

const patience = { timeout: 60_000 };

/** What caches of several processes have in common on every engine that they can share. */
export function describeSharedCache({ name, open, endClaims, close }: SharedCacheKind): void {
  describe(`a cache in ${name} that several processes share`, { timeout: 120_000 }, () => {
    let all: CacheProcess[] = [];
    beforeAll(async () => {
      const { url, prefix } = await open();
      all = await Promise.all(Array.from({ length: 3 }, () => CacheProcess.start(url, prefix)));
    }, 120_000);
    beforeEach(async () => {
      for (const { making } of all) making.length = 0;
      await one().call("clear");
    });
    afterAll(async () => {
      await Promise.all(all.map((process) => process.kill()));
      await close();
    });
    const at = (index: number): CacheProcess => all[index] ?? CacheProcess.prototype;
    const one = (): CacheProcess => at(0);
    /** Who makes a value; resolves when somebody does. */
    const maker = () =>
      vi.waitFor(() => all.find(({ making }) => making.length > 0) ?? Promise.reject(new Error("nobody")), patience);

    test("shows each what another wrote, changed and deleted, null among it", async () => {
      await one().call("setMany", { tune: "Nuages", nothing: null, plays: 40 });
      expect(await at(1).call("get", "tune")).toBe("Nuages");
      expect(await at(1).call("get", "nothing")).toBeNull();
      expect([await at(2).call("has", "nothing"), await at(2).call("has", "missing")]).toEqual([true, false]);
      expect(await at(1).call("getOrSet", "nothing")).toBeNull();
      await Promise.all(all.map((process) => process.call("incr", "plays", 2)));
      expect(await at(2).call("get", "plays")).toBe(46);
      const added = await Promise.all(all.map((process, index) => process.call("add", "first", index)));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await at(1).call("get", "first")).toBe(added.indexOf(true));
      expect(await at(2).call("delete", "tune")).toBe(true);
      expect(await one().call("get", "tune")).toBeUndefined();
      await at(1).call("clear");
      expect(await one().call("get", "plays")).toBeUndefined();
      expect(all.flatMap(({ making }) => making)).toEqual([]);
    });

    test.each([{ value: { plays: 42 } }, { value: null }])(
      "has $value made once, by one of them, however many ask at once",
      async ({ value }) => {
        const asked = all.flatMap((process) => Array.from({ length: 5 }, () => process.call("getOrSet", "chart")));
        const first = await maker();
        // Each process has taken up what it was asked before: what it answers next comes later.
        await Promise.all(all.map((process) => process.call("has", "chart")));
        first.make(value);
        for (const answer of await Promise.all(asked)) expect(answer).toEqual(value);
        expect(all.flatMap(({ making }) => making)).toEqual(["chart"]);
        expect(await Promise.all(all.map((process) => process.call("get", "chart")))).toEqual([value, value, value]);
      },
    );

    test("lets nobody wait longer than she says", async () => {
      const slow = one().call("getOrSet", "chart");
      await maker();
      const quick = at(1).call("getOrSet", "chart", { waitS: 0 });
      await vi.waitFor(() => expect(at(1).making).toEqual(["chart"]), patience);
      at(1).make("quick");
      expect(await quick).toBe("quick");
      one().make("slow");
      expect(await slow).toBe("slow");
    });

    // The last one: there is one process less after it.
    test("has it made by another when the one that makes it dies", async () => {
      const asked = all.map((process) => ({ process, answer: process.call("getOrSet", "chart") }));
      const first = await maker();
      await first.kill();
      all = all.filter((process) => process !== first);
      // On a slow machine the claim may have ended by itself.
      if (!all.some(({ making }) => making.length > 0)) await endClaims();
      const second = await maker();
      second.make("made after all");
      for (const { process, answer } of asked) if (process !== first) expect(await answer).toBe("made after all");
      expect(all.flatMap(({ making }) => making)).toEqual(["chart"]);
    });
  });
}
