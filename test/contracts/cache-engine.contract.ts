import {
  Cache,
  CacheKeyMissing,
  CacheNotANumber,
  CacheOptionInvalid,
  CacheValueInvalid,
  type CacheEngine,
} from "hotclub/cache";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** One kind of engine under test. */
export interface CacheEngineKind {
  readonly name: string;
  /** Opens it, empty. */
  open(): Promise<CacheEngine>;
  /** A second way to the same entries, as another process would have it; not given: there is none. */
  openAgain?(): Promise<CacheEngine>;
  close?(): Promise<void>;
  /** Lets time pass for the engine. */
  readonly pass?: (ms: number) => Promise<void>;
}

/** What a cache does on every engine. */
export function describeCacheEngine({ name, open, openAgain, close, pass }: CacheEngineKind): void {
  describe(`a cache in ${name}`, () => {
    let engine: CacheEngine;
    let cache: Cache;
    beforeEach(async () => {
      engine = await open();
      cache = new Cache({ engine, prefix: "t:" });
    });
    afterEach(async () => {
      vi.useRealTimers();
      await engine.close();
      await close?.();
    });
    const later = async (ms: number): Promise<void> => {
      if (pass !== undefined) return pass(ms);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
    };

    test("gives back what it was given, of every kind that plain data has", async () => {
      const values: Readonly<Record<string, unknown>> = {
        text: "Nuages",
        empty: "",
        zero: 0,
        negative: -17,
        big: Number.MAX_SAFE_INTEGER,
        fraction: 1.5,
        digits: "42",
        no: false,
        list: [1, [2, "3"], {}],
        object: { a: null, b: { c: "é" } },
        date: new Date(1_700_000_000_123),
        bytes: Buffer.from([0, 255, 13, 10]),
        null: null,
      };
      await cache.setMany(values);
      for (const [key, value] of Object.entries(values)) expect([key, await cache.get(key)]).toEqual([key, value]);
      expect(await cache.getMany(Object.keys(values))).toEqual(new Map(Object.entries(values)));
    });

    test("tells null, which is a value, from what is not there", async () => {
      await cache.set("null", null);
      expect(await cache.get("null")).toBeNull();
      expect(await cache.get("null", "other")).toBeNull();
      expect(await cache.has("null")).toBe(true);
      expect(await cache.get("nothing")).toBeUndefined();
      expect(await cache.get("nothing", "other")).toBe("other");
      expect(await cache.has("nothing")).toBe(false);
      expect(await cache.getMany(["null", "nothing"])).toEqual(new Map([["null", null]]));
      expect(await cache.getOrSet("null", () => "made")).toBeNull();
      await expect(cache.set("undefined", undefined)).rejects.toThrow(CacheValueInvalid);
      await expect(cache.set("function", () => 1)).rejects.toThrow(CacheValueInvalid);
    });

    test("forgets when the time is over, unless it is for ever, and keeps nothing for 0 seconds", async () => {
      await cache.set("soon", 1, { timeoutS: 60 });
      await cache.set("usual", 1);
      await cache.set("ever", 1, { timeoutS: "forever" });
      await cache.set("gone", 1);
      await cache.set("gone", 2, { timeoutS: 0 });
      expect(await cache.add("never", 1, { timeoutS: 0 })).toBe(true);
      expect([await cache.has("gone"), await cache.has("never")]).toEqual([false, false]);
      expect(await cache.get("soon")).toBe(1);
      await later(61_000);
      expect(await cache.get("soon")).toBeUndefined();
      expect(await cache.has("soon")).toBe(false);
      expect([await cache.get("usual"), await cache.get("ever")]).toEqual([1, 1]);
      expect(await cache.add("soon", 2)).toBe(true);
      await expect(cache.set("x", 1, { timeoutS: Number.NaN })).rejects.toThrow(CacheOptionInvalid);
    });

    test("gives another end to what is there", async () => {
      await cache.set("a", 1, { timeoutS: 60 });
      await cache.set("b", 1, { timeoutS: 60 });
      await cache.set("c", 1);
      expect(await cache.touch("a", 600)).toBe(true);
      expect(await cache.touch("b", "forever")).toBe(true);
      expect(await cache.touch("c", 0)).toBe(true);
      expect(await cache.touch("nothing", 60)).toBe(false);
      expect(await cache.touch("nothing", "forever")).toBe(false);
      await later(61_000);
      expect([...(await cache.getMany(["a", "b", "c"])).keys()]).toEqual(["a", "b"]);
      expect(await cache.touch("soon", 60)).toBe(false);
    });

    test("adds only what is not there, once of many at the same time", async () => {
      const added = await Promise.all(Array.from({ length: 8 }, (_, i) => cache.add("a", i)));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await cache.get("a")).toBe(added.indexOf(true));
      expect(await cache.add("a", 9)).toBe(false);
    });

    test("counts, many at the same time, and refuses what is no number", async () => {
      await cache.set("n", 40, { timeoutS: 60 });
      expect(await cache.incr("n")).toBe(41);
      expect(await cache.incr("n", 9)).toBe(50);
      expect(await cache.decr("n", 100)).toBe(-50);
      await Promise.all(Array.from({ length: 10 }, () => cache.incr("n", 5)));
      expect(await cache.get("n")).toBe(0);
      await expect(cache.incr("nothing")).rejects.toThrow(CacheKeyMissing);
      await cache.setMany({ text: "a", digits: "42", float: 1.5, big: Number.MAX_SAFE_INTEGER });
      for (const key of ["text", "digits", "float", "big"])
        await expect(cache.incr(key)).rejects.toThrow(CacheNotANumber);
      await expect(cache.incr("n", 0.5)).rejects.toThrow(CacheOptionInvalid);
      await cache.set("short", 1, { timeoutS: 60 });
      await cache.incr("short");
      await later(61_000);
      expect(await cache.get("short")).toBeUndefined();
    });

    test("deletes one, many and all of its own, and nothing of others", async () => {
      const other = new Cache({ engine, prefix: "other*[:" });
      await other.set("a", "stays");
      await cache.setMany({ a: 1, b: 2, c: 3, d: 4 });
      expect(await cache.delete("a")).toBe(true);
      expect(await cache.delete("a")).toBe(false);
      expect(await cache.deleteMany(["b", "c", "nothing"])).toBe(2);
      expect(await cache.deleteMany([])).toBe(0);
      await cache.set("d", 5, { version: 2 });
      await cache.clear();
      expect(await cache.getMany(["a", "b", "c", "d"])).toEqual(new Map());
      expect(await cache.has("d", { version: 2 })).toBe(false);
      expect(await other.get("a")).toBe("stays");
      await cache.set("a", 1);
      await other.clear();
      expect(await cache.get("a")).toBe(1);
      expect(await other.has("a")).toBe(false);
    });

    test("keeps versions, and parts, apart", async () => {
      await cache.set("a", "old");
      await cache.set("a", "new", { version: 2 });
      expect([await cache.get("a"), await cache.get("a", undefined, { version: 2 })]).toEqual(["old", "new"]);
      const rooms = cache.part<{ title: string }>("rooms", { timeoutS: 60 });
      await rooms.set("a", { title: "Lobby" });
      expect((await rooms.get("a"))?.title).toBe("Lobby");
      await rooms.clear();
      expect(await rooms.get("a")).toBeUndefined();
      expect(await cache.get("a")).toBe("old");
    });

    test("takes keys of any length and of any characters", async () => {
      const keys = ["", " ", "a\nb\0c", "é".repeat(400), `${"é".repeat(400)}2`, "%_*?[x]\\", "ключ", "\uD800"];
      await cache.setMany(new Map(keys.map((key, index) => [key, index])));
      for (const [index, key] of keys.entries()) expect(await cache.get(key)).toBe(index);
    });

    test("has a value made once, however many ask for it at once", async () => {
      let made = 0;
      const make = async () => {
        made += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return { made };
      };
      const others = openAgain === undefined ? [] : [new Cache({ engine: await openAgain(), prefix: "t:" })];
      const asked = [cache, ...others].flatMap((one) => Array.from({ length: 5 }, () => one.getOrSet("a", make)));
      expect(new Set((await Promise.all(asked)).map((value) => value.made))).toEqual(new Set([1]));
      expect(made).toBe(1);
      expect(await cache.get("a")).toEqual({ made: 1 });
      for (const other of others) await other.close();
    });

    test("has it made by another where the first one fails, and keeps nothing that is undefined", async () => {
      const other = openAgain === undefined ? cache : new Cache({ engine: await openAgain(), prefix: "t:" });
      let fail: (() => void) | undefined;
      const first = cache.getOrSet(
        "a",
        () => new Promise<string>((_, reject) => (fail = () => reject(new Error("broken")))),
      );
      await vi.waitFor(() => expect(fail).toBeDefined());
      const second = other === cache ? undefined : other.getOrSet("a", () => "made");
      fail?.();
      await expect(first).rejects.toThrow("broken");
      expect(await (second ?? cache.getOrSet("a", () => "made"))).toBe("made");
      expect(await cache.get("a")).toBe("made");
      expect(await cache.getOrSet("b", () => undefined)).toBeUndefined();
      expect(await cache.has("b")).toBe(false);
      expect(await cache.getOrSet("c", () => 1, { timeoutS: 0 })).toBe(1);
      expect(await cache.has("c")).toBe(false);
      if (other !== cache) await other.close();
    });

    test("takes what it cannot read for what is not there", async () => {
      await engine.set(new Map([["t:1:a", Buffer.from([0xd9, 0x20, 0x61])]]), undefined);
      expect(await cache.get("a")).toBeUndefined();
      expect(await cache.getOrSet("a", () => "new")).toBe("new");
      expect(await cache.get("a")).toBe("new");
    });
  });
}
