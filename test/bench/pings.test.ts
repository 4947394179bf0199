import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

import { describe, expect, it } from "vitest";

import { openSocket } from "../../bench/load/open-socket.js";
import { withoutPings } from "../../bench/load/pings.js";

const ping = Buffer.from([0x89, 0]);
const socketIoPing = Buffer.from([0x81, 1, 0x32]);
const message = Buffer.concat([Buffer.from([0x81, 5]), Buffer.from("swing")]);

describe("what servers ask of silent sockets", () => {
  it.each([
    ["a ping alone", [ping], Buffer.alloc(0)],
    ["one before a message", [socketIoPing, message], message],
    ["one behind a message", [message, ping], message],
    ["several on each side", [ping, socketIoPing, ping, message, socketIoPing, ping], message],
    ["nothing but messages", [message, message], Buffer.concat([message, message])],
    ["a part of a message", [message.subarray(0, 1)], message.subarray(0, 1)],
  ])("is not counted among what a load has heard: %s", (_what, pieces, rest) => {
    expect(withoutPings(Buffer.concat(pieces))).toEqual(rest);
  });

  it("is answered, so that no server takes a socket of the load for dead", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const opening = openSocket((server.address() as AddressInfo).port, { path: "/ws/" });
    const [peer] = await accepted;
    await once(peer, "data");
    peer.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    const socket = await opening;
    for (const [asked, opcode] of [
      [ping, 0x8a],
      [socketIoPing, 0x81],
    ] as const) {
      peer.write(asked);
      const [answer] = (await once(peer, "data")) as [Buffer];
      expect(answer[0]).toBe(opcode);
    }
    socket.destroy();
    peer.destroy();
    server.close();
  });
});
