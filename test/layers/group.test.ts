import * as fc from "fast-check";
import { channelLayers, group, MemoryChannelLayer } from "hotclub/layers";
import { afterEach, expect, test } from "vitest";

import { collect } from "../contracts/channel-layer.tools.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string }; "chat.typing": { author: string } }>();

afterEach(() => channelLayers.closeAll());

test("a group has a name for the layer and a label for people", () => {
  expect(room({ slug: "jazz-club" })).toMatchObject({ name: "room.jazz-club", label: "room/jazz-club" });
  expect(room({ slug: "Café 9½" })).toMatchObject({ name: "room.Caf_u00e9_209_u00bd", label: "room/Café 9½" });
  expect(group("user/:id<int>/inbox").carries<{}>()({ id: 7 }).name).toBe("user.7.inbox");
  expect(group("lobby").carries<{}>()().name).toBe("lobby");
  expect(room.pattern).toBe("room/:slug");
});

test("any text makes a valid name, and different texts make different ones", () => {
  const pair = group("pair/:first/:second").carries<{}>();
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a", "a/b", "a.b", "_2f", "", "x".repeat(99)));
  fc.assert(
    fc.property(text, text, text, text, (a, b, c, d) => {
      const [one, two] = [pair({ first: a, second: b }), pair({ first: c, second: d })];
      expect(one.name).toMatch(/^[A-Za-z0-9._-]{1,99}$/);
      expect(one.name === two.name).toBe(a === c && b === d);
    }),
  );
});

test("long texts that begin alike have different names", () => {
  const names = ["a", "b", "c"].map((end) => room({ slug: "long ".repeat(100) + end }).name);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^room\.long_20[A-Za-z0-9._-]{50,86}$/);
});

test("what sends goes to the default layer, or to the one that is named", async () => {
  const [main, other] = [new MemoryChannelLayer(), new MemoryChannelLayer()];
  channelLayers.set("default", main);
  channelLayers.set("other", other);
  const received = [];
  for (const layer of [main, other]) {
    const member = await collect(layer, layer.newChannel());
    await layer.groupAdd(room({ slug: "x" }).name, member.channel);
    received.push(member.messages);
  }
  await room({ slug: "x" }).send("chat.message", { text: "to default" });
  await room({ slug: "x" }).using("other").send("chat.typing", { author: "django" });
  await room({ slug: "x" }).using(other).send("chat.message", { text: "to other" });
  expect(received[0]).toEqual([{ type: "chat.message", text: "to default" }]);
  expect(received[1]).toEqual([
    { type: "chat.typing", author: "django" },
    { type: "chat.message", text: "to other" },
  ]);
});

test("without a layer a send says how to set one", async () => {
  const sending = room({ slug: "x" }).send("chat.message", { text: "" });
  await expect(sending).rejects.toMatchObject({ code: "LAYERS_NOT_CONFIGURED", params: { alias: "default" } });
});

test("refuses parameters that are missing or no text", () => {
  for (const params of [{}, { slug: 7 }, { slug: undefined }, { toString: "" }])
    expect(() => room(params as never)).toThrow(
      expect.objectContaining({ code: "LAYERS_GROUP_PARAM_INVALID" }) as Error,
    );
});

test.each([1.5, Number.NaN, "7", 2 ** 53])("an int parameter refuses %s", (id) => {
  const inbox = group("user/:id<int>").carries<{}>();
  expect(() => inbox({ id: id as number })).toThrow("must be a whole number");
});

test("the type of a message is the one it was sent as, whatever its payload holds", async () => {
  const layer = new MemoryChannelLayer();
  const member = await collect(layer, layer.newChannel());
  await layer.groupAdd(room({ slug: "x" }).name, member.channel);
  const forged = { type: "chat.typing", text: "" } as unknown as { text: string };
  await room({ slug: "x" }).using(layer).send("chat.message", forged);
  expect(member.messages).toEqual([{ type: "chat.message", text: "" }]);
});
