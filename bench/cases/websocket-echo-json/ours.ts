import { createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

class Echo extends WebSocketConsumer {
  override receive(text: string) {
    return this.sendJson(JSON.parse(text));
  }
}

const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [websocket("/ws/", Echo)] }));
announce(port);
