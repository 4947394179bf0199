import { createApplication, defaultMiddleware, http, HttpConsumer } from "hotclub/consumers";
import { createLogger, setLogger } from "hotclub/core";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";
import { body } from "./answer.js";

setLogger(createLogger({ level: "warn" }));

class Hello extends HttpConsumer {
  get() {
    return this.text(body);
  }
}

const application = createApplication({
  routes: [http("/", Hello, { name: "hello" })],
  middleware: defaultMiddleware(),
});
const server = await loadServer();
const { port } = await server.listen(application);
announce(port);
