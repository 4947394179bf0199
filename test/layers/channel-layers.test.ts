import { ChannelLayers, MemoryChannelLayer, openChannelLayer } from "hotclub/layers";
import { expect, test } from "vitest";

test("R1: a layer is made when it is first asked for, and once", () => {
  const layers = new ChannelLayers();
  let made = 0;
  layers.set("default", () => {
    made++;
    return new MemoryChannelLayer();
  });
  expect(made).toBe(0);
  expect(layers.get()).toBe(layers.get("default"));
  expect(made).toBe(1);
});

test("R2: an unknown alias gives undefined, and a clear error where a layer is required", () => {
  const layers = new ChannelLayers();
  expect(layers.get("other")).toBeUndefined();
  expect(() => layers.require("other")).toThrow('channelLayers.set("other", layer)');
});

test("R2, X13: an error in the making of a layer comes through unchanged", () => {
  const layers = new ChannelLayers();
  const failure = new RangeError("on purpose");
  layers.set("default", () => {
    throw failure;
  });
  expect(() => layers.get()).toThrow(failure);
  expect(() => layers.get()).toThrow(failure);
});

test("R4: setting an alias gives back the layer that had it, still open", () => {
  const layers = new ChannelLayers();
  const [first, second] = [new MemoryChannelLayer(), new MemoryChannelLayer()];
  expect(layers.set("default", first)).toBeUndefined();
  expect(layers.set("default", second)).toBe(first);
  expect(first.state).toBe("connected");
  expect(layers.remove("default")).toBe(second);
  expect(layers.get()).toBeUndefined();
});

test("all layers that were made are closed together", async () => {
  const layers = new ChannelLayers();
  const [first, second] = [new MemoryChannelLayer(), await openChannelLayer(null)];
  layers.set("default", first);
  layers.set("second", second);
  layers.set("never", () => new MemoryChannelLayer());
  await layers.closeAll();
  expect([first.state, second.state]).toEqual(["closed", "closed"]);
  expect(layers.get("never")).toBeUndefined();
});

test.each([{ capacity: 0 }, { capacity: 1.5 }, { expiryS: 0 }, { groupExpiryS: -1 }, { maxMessageBytes: Number.NaN }])(
  "refuses the options %j",
  async (options) => {
    await expect(openChannelLayer(null, options)).rejects.toMatchObject({ code: "LAYERS_OPTION_INVALID" });
  },
);

test("refuses a capacity pattern whose capacity is none", () => {
  expect(() => new MemoryChannelLayer({ channelCapacity: [["mail.*", 0]] })).toThrow("channelCapacity mail.*");
});
