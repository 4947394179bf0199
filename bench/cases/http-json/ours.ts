import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";
import { room } from "./room.js";

class Room extends HttpConsumer {
  get() {
    return this.json(room());
  }
}

const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [http("/", Room)] }));
announce(port);
