import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";

import { textFrame } from "./frames.js";

/**
 * What servers ask sockets that they have not heard of for a while, and what they want to hear: empty pings of WebSockets
 * (RFC 6455 §5.5.2), and Socket.IO's, which are texts. Sockets that are opened first among thousands get them before the
 * last is open, where the machine is slow.
 */
const pings: readonly { readonly ping: Buffer; readonly pong: Buffer }[] = [
  { ping: Buffer.from([0x89, 0]), pong: Buffer.concat([Buffer.from([0x8a, 0x80]), randomBytes(4)]) },
  { ping: Buffer.from([0x81, 1, "2".charCodeAt(0)]), pong: textFrame(Buffer.from("3")) },
];

/** Has a socket answer, for as long as it has its listeners. */
export function answerPings(socket: Socket): void {
  socket.on("data", (piece) => {
    for (const { ping, pong } of pings) if (isAtAnEnd(piece, ping)) socket.write(pong);
  });
}

/** What has come, without the pings before and behind it: loads count bytes. */
export function withoutPings(piece: Buffer): Buffer {
  let rest = piece;
  for (let before = -1; before !== rest.length;) {
    before = rest.length;
    for (const { ping } of pings) {
      if (isAt(rest, ping, 0)) rest = rest.subarray(ping.length);
      if (isAt(rest, ping, rest.length - ping.length)) rest = rest.subarray(0, -ping.length);
    }
  }
  return rest;
}

function isAtAnEnd(piece: Buffer, ping: Buffer): boolean {
  return isAt(piece, ping, 0) || isAt(piece, ping, piece.length - ping.length);
}

/** No text begins a frame or ends with these bytes: their first is none of ASCII's. */
function isAt(piece: Buffer, ping: Buffer, offset: number): boolean {
  if (offset < 0 || piece[offset] !== ping[0]) return false;
  return ping.equals(piece.subarray(offset, offset + ping.length));
}
