import { createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, openChannelLayer } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

const room = group("room").carries<object, { name: string }>();

class Member extends WebSocketConsumer {
  override async connect() {
    const name = this.scope.queryString;
    await this.join(room(), { presence: { name }, person: name });
    this.accept();
  }
}

channelLayers.set("default", await openChannelLayer(process.env["REDIS_URL"] ?? null));
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [websocket("/ws/", Member)] }));
announce(port);
