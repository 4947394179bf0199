/**
 * A server in a process of its own, so that a crash of native code is seen and does not end the tests. Tells what its
 * application saw: in each response, and whether it saw what it should not at /alive.
 *
 * tsx test/protocol/fuzz/fuzz-server.ts uws
 */
import { createHash } from "node:crypto";

import { type Application, createLogger } from "../../../src/core/index.js";
import { type HttpRequestMessage, loadServer } from "../../../src/protocol/index.js";

/** Whether a request was seen that only ever stood inside of another. */
let sawHidden = false;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Behaves as the first letter of the path says: at once, later, in pieces, or before the body has come. */
const application: Application = (scope, send) => {
  if (scope.type === "websocket") {
    return {
      handle(message) {
        if (message.type === "websocket.connect") return send({ type: "websocket.accept" });
        if (message.type !== "websocket.receive") return;
        const { text, bytes } = message;
        return send({ type: "websocket.send", ...(text === undefined ? { bytes } : { text }) });
      },
    };
  }
  if (scope.type !== "http") throw new Error("only HTTP and WebSocket are served");
  const { method, path } = scope;
  const how = path[1];
  const hash = createHash("sha256");
  let isAnswered = false;
  if (path === "/alive") {
    return {
      handle: () => send({ type: "http.response", status: 200, body: sawHidden ? "hidden" : "nothing hidden" }),
    };
  }
  sawHidden ||= path === "/hidden";
  return {
    async handle(message) {
      if (message.type !== "http.request" || isAnswered) return;
      const { body, moreBody } = message as HttpRequestMessage;
      hash.update(body);
      if (moreBody && how !== "e") return;
      isAnswered = true;
      if (how === "l") await turn();
      const answer = JSON.stringify({ method, path, hash: how === "e" ? "" : hash.digest("hex") });
      if (how !== "p") return send({ type: "http.response", status: 200, body: answer });
      await send({ type: "http.response.start", status: 200 });
      for (const piece of answer) await send({ type: "http.response.body", body: piece, moreBody: true });
      await send({ type: "http.response.body" });
    },
  };
};

const server = await loadServer(process.argv[2] === "node" ? "node" : "uws");
const listening = await server.listen(application, {
  log: createLogger({ level: "error" }),
  webSocket: { maxMessageBytes: 100_000 },
});
process.stdout.write(`${listening.port}\n`);
// Ends with the tests.
process.stdin.on("end", () => process.exit(0)).resume();
