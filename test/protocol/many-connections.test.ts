import { once } from "node:events";
import { connect, type Socket } from "node:net";

import { type Listening, loadServer } from "hotclub/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { FuzzedServer } from "./fuzz/fuzzed-server.js";
import { serversHere } from "./servers-here.js";

const sockets: Socket[] = [];
const open: Listening[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listening of open.splice(0)) await listening.close({ timeoutMs: 500 });
});

async function slowClient(listening: Listening, beginning: string): Promise<Socket> {
  const socket = connect(listening.port, listening.host);
  sockets.push(socket);
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(beginning);
  return socket;
}

describe.each(serversHere)("the server %s with many connections", (name) => {
  it("serves others while 500 clients send their requests a byte at a time", async () => {
    const listening = await (
      await loadServer(name)
    ).listen((_scope, send) => ({
      handle: (message) =>
        message.type === "http.request" && message["moreBody"] !== true
          ? send({ type: "http.response", status: 200, body: "served" })
          : undefined,
    }));
    open.push(listening);
    const beginnings = [
      "GET / HTTP/1.1\r\nHost: test\r\nX-Slow: ",
      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nx",
    ];
    const slow = await Promise.all(
      Array.from({ length: 500 }, (_, index) => slowClient(listening, beginnings[index % 2] ?? "")),
    );
    let answered = 0;
    const asking = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 25; i++) {
        const response = await fetch(listening.url);
        expect(await response.text()).toBe("served");
        answered += 1;
        if (answered % 10 !== 0) continue;
        for (const socket of slow) if (socket.writable) socket.write("x");
      }
    });
    await Promise.all(asking);
    expect(answered).toBe(100);
  });

  it("keeps 1,000 idle sockets, and answers on each of them", async () => {
    const server = await FuzzedServer.start(name);
    const clients = Array.from({ length: 1000 }, () => new WebSocket(server.webSocketUrl));
    try {
      await Promise.all(clients.map((client) => once(client, "open")));
      const answers = clients.map(async (client, index) => {
        client.send(`still there, ${index}?`);
        const [data] = (await once(client, "message")) as [Buffer];
        return data.toString();
      });
      expect(await Promise.all(answers)).toEqual(clients.map((_, index) => `still there, ${index}?`));
      await server.check();
    } finally {
      for (const client of clients) client.terminate();
      await server.stop();
    }
  });
});
