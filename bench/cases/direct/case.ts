import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { type Direct, directOnce, loadDirect } from "../../load/direct-load.js";
import { socketIoOpening } from "../../load/open-socket.js";
import { portsOf } from "../../load/serve-together.js";

const said = { text: "And now the Quintette plays Minor Swing." };

const plain: Direct = {
  opening: { path: "/ws/" },
  says: (to) => JSON.stringify({ to, ...said }),
  hears: JSON.stringify(said),
};
const socketIo: Direct = {
  opening: socketIoOpening,
  says: (to) => `42["say",${JSON.stringify({ to, ...said })}]`,
  hears: `42["said",${JSON.stringify(said)}]`,
};

/** From one socket to another that a different process holds, by the name of its channel. */
export const direct: BenchCase = {
  name: "direct",
  title: "messages between 50 pairs of WebSockets at two processes, by name, by way of Redis; ours through channels",
  unit: "messages per CPU second",
  servers: ["ours", "bare", "socket-io"],
  needs: ["redis"],
  async check(port, server) {
    const ports = await portsOf(port);
    equal(await directOnce(ports, directOf(server)), directOf(server).hears);
    equal(await directOnce(ports.toReversed(), directOf(server)), directOf(server).hears);
  },
  load: async (port, seconds, server, began) => loadDirect(await portsOf(port), directOf(server), 50, seconds, began),
};

function directOf(server: string): Direct {
  return server === "socket-io" ? socketIo : plain;
}
