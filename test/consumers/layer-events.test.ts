import { createApplication, HistoryMissing, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer } from "hotclub/layers";
import { WebSocketCommunicator } from "hotclub/testing";
import { afterEach, describe, expect, test } from "vitest";

import { describeLayerEvents, ownRedis } from "../contracts/layer-events.contract.js";

describe("on Redis", () => {
  describeLayerEvents(ownRedis());
});

describe("in memory", () => {
  const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();
  afterEach(() => channelLayers.closeAll());

  test("history cannot be asked of a group that keeps none", async () => {
    channelLayers.set("default", new MemoryChannelLayer());
    let thrown: unknown = undefined;
    class Asking extends WebSocketConsumer {
      override async connect() {
        await this.join(room({ slug: "lobby" }), { history: 10 }).catch((error: unknown) => (thrown = error));
        this.close();
      }
      "chat.message"() {}
    }
    const socket = new WebSocketCommunicator(createApplication({ routes: [websocket("/", Asking)] }), "/");
    await socket.connect().catch(() => {});
    expect(thrown).toBeInstanceOf(HistoryMissing);
  });
});
