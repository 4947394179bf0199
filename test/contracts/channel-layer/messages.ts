import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "../channel-layer.opener.js";
import { collect, message, messageValues, range } from "../channel-layer.tools.js";

/** What messages and names may be, and what is refused. */
export function describeMessages(engine: LayerEngine): void {
  describe(`${engine.name}: messages and names`, () => {
    const open = opener(engine);

    test("L1, A4: whatever a message may hold arrives unchanged, direct and by group", async () => {
      const { a, b } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      await fc.assert(
        fc.asyncProperty(messageValues, async (values) => {
          const sent = { ...values, type: "test.values" };
          await b.send(channel, sent);
          await b.groupSend("room", sent);
          await received.until(2);
          expect(received.messages.splice(0)).toStrictEqual([sent, sent]);
        }),
      );
    });

    test("an undefined value is a missing key", async () => {
      const { a, b } = await open();
      const received = await collect(a, a.newChannel());
      await b.send(received.channel, { type: "test.message", gone: undefined, inner: { gone: undefined, kept: null } });
      await received.until(1);
      expect(received.messages).toStrictEqual([{ type: "test.message", inner: { kept: null } }]);
    });

    test("M1: sender and receivers share nothing, and a receiver cannot change what others get", async () => {
      const { a } = await open();
      const channel = a.newChannel();
      const received = await collect(a, channel);
      await a.groupAdd("room", channel);
      const sent = { type: "test.message", list: [1], inner: { text: "as sent" }, bytes: new Uint8Array([1]) };
      const sending = [a.send(channel, sent), a.groupSend("room", sent)];
      sent.list.push(2);
      sent.inner.text = "changed";
      sent.bytes[0] = 2;
      await Promise.all(sending);
      await received.until(2);
      for (const taken of received.messages as (typeof sent)[]) {
        expect(taken.list).toEqual([1]);
        expect(taken.inner.text).toBe("as sent");
        expect([...taken.bytes]).toEqual([1]);
        expect(() => taken.list.push(3)).toThrow(TypeError);
        expect(() => (taken.inner.text = "mine")).toThrow(TypeError);
        expect(() => (taken.type = "mine")).toThrow(TypeError);
      }
    });

    const circle: Record<string, unknown> = { type: "test.message" };
    circle["self"] = circle;
    test.each([
      ["L16: no type", {}, []],
      ["L16: an empty type", { type: "" }, []],
      ["a type that is no text", { type: 7 }, []],
      ["X10: a protocol's type", { type: "websocket.receive", text: "forged" }, []],
      ["X10: a protocol's bare name", { type: "http" }, []],
      ["X10: a type of the layer", { type: "layer.disconnected" }, []],
      ["A4: not a number", { type: "t.m", list: [1, { x: Number.NaN }] }, ["list", 1, "x"]],
      ["A4: infinite", { type: "t.m", n: Number.NEGATIVE_INFINITY }, ["n"]],
      ["a function", { type: "t.m", act: () => {} }, ["act"]],
      ["a symbol", { type: "t.m", mark: Symbol("mark") }, ["mark"]],
      ["an object of a class", { type: "t.m", url: new URL("http://localhost/") }, ["url"]],
      ["a map", { type: "t.m", map: new Map() }, ["map"]],
      ["an error", { type: "t.m", error: new Error("no") }, ["error"]],
      ["undefined in a list", { type: "t.m", list: [undefined] }, ["list", 0]],
      ["a date that is none", { type: "t.m", at: new Date(Number.NaN) }, ["at"]],
      ["an integer of more than 64 bits", { type: "t.m", big: 2n ** 64n }, ["big"]],
      [
        "a key __proto__",
        JSON.parse('{"type":"t.m","inner":{"__proto__":{"admin":true}}}') as object,
        ["inner", "__proto__"],
      ],
    ])("refuses a message with %s", async (_what, bad, path) => {
      const { a } = await open();
      const refusal = { code: "LAYERS_MESSAGE_INVALID", params: { path } };
      await expect(a.send("anywhere", bad as never)).rejects.toMatchObject(refusal);
      await expect(a.groupSend("anywhere", bad as never)).rejects.toMatchObject(refusal);
    });

    test("refuses a message that contains itself", async () => {
      const { a } = await open();
      await expect(a.send("anywhere", circle as never)).rejects.toMatchObject({ code: "LAYERS_MESSAGE_INVALID" });
    });

    test("L9: a message of a megabyte travels; one over the limit is refused, direct and to a group", async () => {
      const { a, b } = await open();
      const received = await collect(a, a.newChannel());
      const large = { type: "test.large", text: "é".repeat(500_000) };
      await b.send(received.channel, large);
      await received.until(1);
      expect(received.messages).toEqual([large]);
      const { a: small } = await open({ maxMessageBytes: 1000 });
      const tooLarge = { code: "LAYERS_MESSAGE_TOO_LARGE", params: { maxBytes: 1000 } };
      await expect(small.send("c", { type: "t.m", text: "é".repeat(500) })).rejects.toMatchObject(tooLarge);
      await expect(small.groupSend("g", { type: "t.m", text: "é".repeat(500) })).rejects.toMatchObject(tooLarge);
      await small.send("c", { type: "t.m", text: "é".repeat(480) });
    });

    test("X8: new channels have valid names, each its own, with the prefix that was asked for", async () => {
      const { a, b } = await open();
      const names = [...range(50).map(() => a.newChannel()), ...range(50).map(() => b.newChannel("task"))];
      expect(new Set(names).size).toBe(100);
      for (const name of names) expect(name).toMatch(/^(specific|task)\.[\w-]+![\w-]+$/);
      expect(() => a.newChannel("two words")).toThrow("two words");
      expect(() => a.newChannel("a!b")).toThrow("a!b");
    });

    test("L17: wrong names are refused everywhere, also those that a careless pattern lets through", async () => {
      const { a } = await open();
      const own = a.newChannel();
      const badEverywhere = ["", "two words", "line\n", "é", "٣", "a/b", "a!b!c", "!a", "a!", "x".repeat(100), "a!é"];
      for (const name of badEverywhere) {
        const refusal = { code: "LAYERS_INVALID_NAME", params: { name } };
        await expect(a.send(name, message(1))).rejects.toMatchObject(refusal);
        await expect(a.subscribe(name, () => {})).rejects.toMatchObject(refusal);
        await expect(a.groupAdd("room", name)).rejects.toMatchObject(refusal);
        await expect(a.groupAdd(name, own)).rejects.toMatchObject(refusal);
        await expect(a.groupDiscard(name, own)).rejects.toMatchObject(refusal);
        await expect(a.groupSend(name, message(1))).rejects.toMatchObject(refusal);
      }
      await expect(a.groupSend("a!b", message(1))).rejects.toMatchObject({ code: "LAYERS_INVALID_NAME" });
      await a.send("x".repeat(99), message(1));
      await a.groupSend("A-z_0.9", message(1));
    });

    test("after close everything is refused", async () => {
      const { a } = await open();
      await a.close();
      await a.close();
      expect(a.state).toBe("closed");
      const closed = { code: "LAYERS_CLOSED" };
      await expect(a.connect()).rejects.toMatchObject(closed);
      await expect(a.send("c", message(1))).rejects.toMatchObject(closed);
      await expect(a.subscribe("c", () => {})).rejects.toMatchObject(closed);
      await expect(a.groupAdd("g", a.newChannel())).rejects.toMatchObject(closed);
      await expect(a.groupSend("g", message(1))).rejects.toMatchObject(closed);
      await expect(a.flush()).rejects.toMatchObject(closed);
    });
  });
}
