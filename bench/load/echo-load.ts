import type { Began } from "../case.js";
import { loadByExchange } from "./exchange-load.js";
import { textFrame } from "./frames.js";
import type { LoadResult } from "./load-result.js";
import { type Opening, openSocket, readUntil } from "./open-socket.js";

/** A message, and what comes back for it: at most 125 bytes. */
export interface Echo {
  readonly opening: Opening;
  readonly says: string;
  readonly hears: string;
}

/** Keeps `sockets` busy, each sending what it says and waiting for what it is to hear. */
export function loadEcho(
  port: number,
  { opening, says, hears }: Echo,
  sockets: number,
  seconds: number,
  began: Began,
): Promise<LoadResult> {
  const request = textFrame(Buffer.from(says));
  const answerBytes = headerBytes + Buffer.byteLength(hears);
  return loadByExchange(port, { connections: sockets, opening, request, answerBytes }, seconds, began);
}

/** Says it once, and gives the text of the frame that comes back. */
export async function echoOnce(port: number, { opening, says, hears }: Echo): Promise<string> {
  const socket = await openSocket(port, opening);
  try {
    const frame = readUntil(socket, (received) => received.length >= headerBytes + Buffer.byteLength(hears));
    socket.write(textFrame(Buffer.from(says)));
    return (await frame).subarray(headerBytes).toString();
  } finally {
    socket.destroy();
  }
}

/** Of a frame with up to 125 bytes (RFC 6455 §5.2). */
const headerBytes = 2;
