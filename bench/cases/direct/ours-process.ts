import { createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, openChannelLayer } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

class Person extends WebSocketConsumer {
  override async connect() {
    const name = await this.openChannel();
    this.accept();
    await this.sendJson({ name });
  }
  override async receive(received: string) {
    const { to, text } = JSON.parse(received) as { to: string; text: string };
    await this.layer.send(to, { type: "chat.said", text });
  }
  "chat.said"({ text }: { text: string }) {
    return this.sendJson({ text });
  }
}

channelLayers.set("default", await openChannelLayer(process.env["REDIS_URL"] ?? null));
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [websocket("/ws/", Person)] }));
announce(port);
