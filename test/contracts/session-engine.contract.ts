import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { SessionChange, SessionEngine } from "hotclub/sessions";

/** One kind of engine under test. */
export interface SessionEngineKind {
  readonly name: string;
  /** Opens it, empty. */
  open(): Promise<SessionEngine>;
  close?(): Promise<void>;
  /** Whether the visitor's cookie holds the values themselves: nothing can be ended then. */
  readonly keepsNothing?: boolean;
  /** Whether the store itself tells the time, which a test cannot change. */
  readonly hasOwnClock?: boolean;
}

const hourMs = 3_600_000;

function change(given: Partial<SessionChange>): SessionChange {
  return { clears: false, set: new Map(), removed: new Set(), expiresAt: Date.now() + hourMs, ...given };
}

/** What every engine of sessions does. */
export function describeSessionEngine({ name, open, close, keepsNothing, hasOwnClock }: SessionEngineKind): void {
  describe(`sessions in ${name}`, () => {
    let engine: SessionEngine;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(async () => {
      vi.useRealTimers();
      await engine.close();
      await close?.();
    });
    const values = new Map([
      ["cart", "[1,2]"],
      ["größe", '"XL 🎸"'],
    ]);

    test("what was kept under a token comes back with it, and with no other", async () => {
      const expiresAt = Date.now() + hourMs;
      const token = await engine.create(values, expiresAt);
      expect(await engine.load(token)).toEqual({ values, expiresAt });
      const last = token.at(-1) === "A" ? "B" : "A";
      for (const other of [
        "",
        "x",
        "session:*",
        "a".repeat(43),
        token.slice(0, -2),
        `${token.slice(0, -2)}${last}${last}`,
      ])
        expect(await engine.load(other)).toBeUndefined();
    });

    test("a change says only what is different", async () => {
      let token = await engine.create(values, Date.now() + hourMs);
      const expiresAt = Date.now() + 2 * hourMs;
      const set = new Map([["theme", '"dark"']]);
      token = (await engine.change(token, change({ set, removed: new Set(["cart", "unknown"]), expiresAt }))) ?? "";
      const left = new Map([
        ["größe", '"XL 🎸"'],
        ["theme", '"dark"'],
      ]);
      expect(await engine.load(token)).toEqual({ values: left, expiresAt });
      token = (await engine.change(token, change({ clears: true, set, expiresAt }))) ?? "";
      expect(await engine.load(token)).toEqual({ values: set, expiresAt });
    });

    test.skipIf(keepsNothing)("changes that come at once are all kept", async () => {
      const token = await engine.create(values, Date.now() + hourMs);
      const keys = Array.from({ length: 8 }, (_, n) => `key${n}`);
      const changes = keys.map((key) => engine.change(token, change({ set: new Map([[key, "1"]]) })));
      expect(await Promise.all(changes)).toEqual(keys.map(() => token));
      expect([...((await engine.load(token))?.values.keys() ?? [])].toSorted()).toEqual(
        [...values.keys(), ...keys].toSorted(),
      );
    });

    test.skipIf(keepsNothing)("one that was ended stays so", async () => {
      const token = await engine.create(values, Date.now() + hourMs);
      await engine.end(token);
      await engine.end(token);
      expect(await engine.load(token)).toBeUndefined();
      expect(await engine.change(token, change({ set: values }))).toBeUndefined();
      expect(await engine.load(token)).toBeUndefined();
    });

    test("one that nobody began is not begun by a change", async () => {
      const token = "a".repeat(43);
      expect(await engine.change(token, change({ set: values }))).toBeUndefined();
      expect(await engine.load(token)).toBeUndefined();
      await expect(engine.end("no token; at all")).resolves.toBeUndefined();
    });

    test.skipIf(hasOwnClock)("one is over at its time, and forgotten when that is asked for", async () => {
      vi.useFakeTimers({ toFake: ["Date"] });
      const short = await engine.create(values, Date.now() + 1000);
      const long = await engine.create(values, Date.now() + hourMs);
      vi.advanceTimersByTime(1000);
      expect(await engine.load(short)).toBeUndefined();
      expect(await engine.change(short, change({ set: values }))).toBeUndefined();
      expect(await engine.clearExpired()).toBe(keepsNothing ? 0 : 1);
      expect(await engine.load(long)).toMatchObject({ values });
      expect(await engine.clearExpired()).toBe(0);
    });

    test("one that is over when it is kept is over at once", async () => {
      expect(await engine.load(await engine.create(values, Date.now() - 1000))).toBeUndefined();
    });
  });
}
