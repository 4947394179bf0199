import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";
import { page } from "./post.js";

class Pages extends HttpConsumer {
  async post() {
    return this.json(await this.request.json(page));
  }
}

const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: [http("/", Pages)] }));
announce(port);
