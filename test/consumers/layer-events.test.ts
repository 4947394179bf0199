import { createApplication, HistoryMissing, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, openChannelLayer, type LayerRestored } from "hotclub/layers";
import { WebSocketCommunicator } from "hotclub/testing";
import { afterEach, expect, test } from "vitest";

import { startRedis } from "../services/index.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
  await channelLayers.closeAll();
});

class Member extends WebSocketConsumer {
  override async connect() {
    await this.join(room({ slug: "lobby" }));
    this.accept();
  }
  "chat.message"(message: { text: string }) {
    return this.sendJson(message);
  }
}

class Watchful extends Member {
  "layer.disconnected"() {
    return this.sendText("disconnected");
  }
  "layer.restored"({ afterMs }: LayerRestored) {
    return this.sendText(afterMs >= 0 ? "restored" : "");
  }
}

test("consumers that want to know hear of a lost Redis and of its return, and stay members; others hear nothing", async () => {
  const server = await startRedis();
  cleanUp.push(() => server.dispose());
  channelLayers.set("default", await openChannelLayer(server.url, { prefix: "test", timeoutMs: 500 }));
  const application = createApplication({ routes: [websocket("/watchful/", Watchful), websocket("/", Member)] });
  const [watchful, member] = [
    new WebSocketCommunicator(application, "/watchful/"),
    new WebSocketCommunicator(application, "/"),
  ];
  await Promise.all([watchful.connect(), member.connect()]);
  await server.kill();
  expect(await watchful.receive()).toBe("disconnected");
  await server.start();
  expect(await watchful.receive()).toBe("restored");
  await room({ slug: "lobby" }).send("chat.message", { text: "here again" });
  for (const one of [watchful, member]) {
    expect(await one.receiveJson()).toEqual({ type: "chat.message", text: "here again" });
    await one.disconnect();
  }
});

test("history cannot be asked of a group that keeps none", async () => {
  channelLayers.set("default", new MemoryChannelLayer());
  let thrown: unknown = undefined;
  class Asking extends Member {
    override async connect() {
      await this.join(room({ slug: "lobby" }), { history: 10 }).catch((error: unknown) => (thrown = error));
      this.close();
    }
  }
  const socket = new WebSocketCommunicator(createApplication({ routes: [websocket("/", Asking)] }), "/");
  await socket.connect().catch(() => {});
  expect(thrown).toBeInstanceOf(HistoryMissing);
});
