import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { currentLogContext, runWithLogContext } from "hotclub/core";
import { describe, expect, it } from "vitest";

import { HookedStorage } from "../../src/core/hooked-storage.js";

describe.each([
  ["this version of Node", { run: runWithLogContext, getStore: currentLogContext }],
  ["versions before 24", new HookedStorage<{ readonly requestId: string }>()],
])("the context of running code, as it is kept for %s", (_name, storage) => {
  const named = (requestId: string) => ({ requestId });
  const current = () => storage.getStore()?.requestId;

  it("is there in the work, after each of its awaits, and nowhere else", async () => {
    const seen: unknown[] = [];
    const done = storage.run(named("one"), async () => {
      seen.push(current());
      await Promise.resolve();
      seen.push(current());
      await pause(1);
      seen.push(current());
    });
    expect(current()).toBeUndefined();
    await done;
    expect(seen).toEqual(["one", "one", "one"]);
    expect(current()).toBeUndefined();
  });

  it("is there in timers and callbacks that the work began", async () => {
    const seen = await storage.run(named("timer"), () => {
      return new Promise((resolve) => setTimeout(() => setImmediate(() => resolve(current())), 1));
    });
    expect(seen).toBe("timer");
  });

  it("gives way to a context inside, and comes back after it", async () => {
    await storage.run(named("outer"), async () => {
      await Promise.resolve();
      const inner = storage.run(named("inner"), async () => {
        await Promise.resolve();
        return current();
      });
      expect(current()).toBe("outer");
      expect(await inner).toBe("inner");
      expect(current()).toBe("outer");
    });
  });

  it("ends with work that throws", () => {
    const fails = () =>
      storage.run(named("failed"), () => {
        throw new Error("out of tune");
      });
    expect(fails).toThrow("out of tune");
    expect(current()).toBeUndefined();
  });

  it("is not seen by code that was bound elsewhere, though it is called in the work", () => {
    const outside = AsyncLocalStorage.snapshot();
    const bound = storage.run(named("bound"), () => AsyncResource.bind(current));
    storage.run(named("caller"), () => {
      expect(outside(current)).toBeUndefined();
      expect(bound()).toBe("bound");
      expect(current()).toBe("caller");
    });
  });

  it("is kept apart between many that run at once", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    const seen = await Promise.all(
      ids.map((id) =>
        storage.run(named(id), async () => {
          for (let turn = 0; turn < 3; turn++) await pause(0);
          return current();
        }),
      ),
    );
    expect(seen).toEqual(ids);
  });
});
