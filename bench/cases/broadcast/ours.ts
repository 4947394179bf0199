import { createApplication, forward, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

interface Said {
  author: string;
  text: string;
  id: number;
}

const room = group("room").carries<{ "chat.message": Said }>();

class Chat extends WebSocketConsumer {
  "chat.message" = forward<Payload<typeof room, "chat.message">>();
  override async connect() {
    await this.join(room());
    this.accept();
  }
  override async receive(text: string) {
    await room().send("chat.message", JSON.parse(text) as Said);
  }
}

channelLayers.set("default", new MemoryChannelLayer());
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [websocket("/ws/", Chat)] }));
announce(port);
