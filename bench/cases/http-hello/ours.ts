import { createApplication, http, HttpConsumer, type Middleware } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";

class Hello extends HttpConsumer {
  get() {
    return this.text("Hello, world");
  }
}

const poweredBy: Middleware = (next) => (scope, send) =>
  next(scope, (message) => {
    if (message.type !== "http.response") return send(message);
    (message["headers"] as [string, string][]).push(["x-powered-by", "swing"]);
    return send(message);
  });

const application = createApplication({ routes: [http("/", Hello, { name: "hello" })], middleware: [poweredBy] });
const server = await loadServer();
const { port } = await server.listen(application);
announce(port);
