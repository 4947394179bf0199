import { websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, openChannelLayer, type LayerRestored } from "hotclub/layers";
import { WebSocketCommunicator } from "hotclub/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type PrivateServer, startRedis } from "../services/index.js";
import { makeApplication } from "./consumer-place.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();

class Member extends WebSocketConsumer {
  override async connect() {
    await this.join(room({ slug: "lobby" }));
    this.accept();
  }
  "chat.message"(message: { text: string }) {
    return this.sendJson(message);
  }
}

/** What the consumer heard: what it sends from a worker does not come through before Redis is back. */
let heard: string[] = [];

class Watchful extends Member {
  "layer.disconnected"() {
    heard.push("disconnected");
  }
  "layer.restored"({ afterMs }: LayerRestored) {
    heard.push("restored");
    return this.sendText(afterMs > 0 ? "restored" : "");
  }
}

/** A site on a Redis of its own, which a test can stop and start. */
export function ownRedis(): () => PrivateServer {
  let server: PrivateServer | undefined;
  beforeEach(async () => {
    server = await startRedis();
    channelLayers.set("default", await openChannelLayer(server.url, { prefix: "test" }));
  });
  afterEach(async () => {
    await channelLayers.closeAll();
    await server?.dispose();
  });
  return () => {
    if (server === undefined) throw new Error("Redis was not started.");
    return server;
  };
}

/** What consumers hear of their layer's connection, wherever they run. */
export function describeLayerEvents(redis: () => PrivateServer, between: () => Promise<void> = async () => {}): void {
  test("consumers that want to know hear of a lost Redis at once, and of its return, once each, and stay members; others hear nothing", async () => {
    const application = makeApplication({ routes: [websocket("/watchful/", Watchful), websocket("/", Member)] });
    const [watchful, member] = [
      new WebSocketCommunicator(application, "/watchful/"),
      new WebSocketCommunicator(application, "/"),
    ];
    heard = [];
    await Promise.all([watchful.connect(), member.connect()]);
    await between();
    for (let time = 1; time <= 2; time++) {
      await redis().kill();
      await vi.waitUntil(() => heard.length > 0, { timeout: 10_000 });
      await redis().start();
      expect(await watchful.receive(10_000)).toBe("restored");
      await room({ slug: "lobby" }).send("chat.message", { text: `here again, ${time}` });
      for (const one of [watchful, member]) {
        expect(JSON.parse(String(await one.receive(10_000)))).toEqual({
          type: "chat.message",
          text: `here again, ${time}`,
        });
      }
      expect(heard.splice(0)).toEqual(["disconnected", "restored"]);
    }
    await Promise.all([watchful.disconnect(), member.disconnect()]);
  }, 40_000);
}
