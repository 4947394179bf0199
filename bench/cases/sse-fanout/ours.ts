import { createApplication, EventStreamConsumer, http } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

interface Said {
  author: string;
  text: string;
  id: number;
}

const room = group("room").carries<{ "chat.message": Said }>();

class Room extends EventStreamConsumer {
  override connect() {
    return this.join(room());
  }
  "chat.message"(message: Payload<typeof room, "chat.message">) {
    return this.sendEvent({ event: "message", data: message });
  }
  async post() {
    await room().send("chat.message", (await this.request.json()) as Said);
    return this.empty();
  }
}

channelLayers.set("default", new MemoryChannelLayer());
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [http("/", Room)] }));
announce(port);
