import { createApplication, forward, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, openChannelLayer, type Payload } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

const room = group("room").carries<{ "room.said": { n: number } }>();

class Chat extends WebSocketConsumer {
  "room.said" = forward<Payload<typeof room, "room.said">>();
  override async connect() {
    await this.join(room());
    this.accept();
  }
  override async receive(text: string) {
    await room().send("room.said", JSON.parse(text) as { n: number });
  }
}

channelLayers.set("default", await openChannelLayer(process.env["REDIS_URL"] ?? null));
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [websocket("/ws/", Chat)] }));
announce(port);
