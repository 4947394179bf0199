import { createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

const room = group("room/:number").carries<{ "chat.message": { text: string } }>();
let count = 0;

/** A member of a group of twenty. */
class Chat extends WebSocketConsumer {
  override async connect() {
    await this.join(room({ number: String(Math.floor(count++ / 20)) }));
    this.accept();
  }
  "chat.message"(message: { text: string }) {
    return this.sendJson(message);
  }
}

channelLayers.set("default", new MemoryChannelLayer());
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [websocket("/ws/", Chat)] }));
announce(port);
