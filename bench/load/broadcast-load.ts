import type { Began } from "../case.js";
import { publishTo } from "./fanout-load.js";
import type { LoadResult } from "./load-result.js";
import { type Opening, openSocket, openSockets, readUntil } from "./open-socket.js";
import { textFrame } from "./frames.js";

/** What is asked of a server that passes what one socket says on to all. */
export interface Broadcast extends Opening {
  readonly sockets: number;
  /** How many of them have something to say. */
  readonly posters: number;
  /** How long each of those thinks before it says more, on average, in milliseconds. */
  readonly thinkMs: number;
  /** What a socket says to have a message sent to all, at most 125 bytes. */
  readonly post: string;
}

/** Opens all sockets, of each port in turn, and has some of them post for `seconds`, each again when all have what it posted before. */
export async function loadBroadcast(
  ports: readonly number[],
  broadcast: Broadcast,
  seconds: number,
  began: Began,
): Promise<LoadResult> {
  const listeners = await openSockets(ports, broadcast, broadcast.sockets);
  const [poster] = listeners;
  const frame = textFrame(Buffer.from(broadcast.post));
  const all = Promise.all(
    listeners.map((socket) => readUntil(socket, (received) => received.length >= frameLength(received))),
  );
  poster?.write(frame);
  const [first = Buffer.alloc(0), ...others] = await all;
  if (others.some((other) => other.length !== first.length)) throw new Error("messages are not equally long");
  const publishers = listeners.slice(0, broadcast.posters).map((socket) => ({
    publish: () => void socket.write(frame),
    destroy: () => {},
  }));
  await began();
  return publishTo(listeners, publishers, first.length, seconds, {
    underWay: broadcast.posters,
    thinkMs: broadcast.thinkMs,
  });
}

/** What one socket gets for its own post. */
export async function broadcastOnce(port: number, broadcast: Broadcast): Promise<string> {
  const socket = await openSocket(port, broadcast);
  try {
    const received = readUntil(socket, (bytes) => bytes.length >= frameLength(bytes));
    socket.write(textFrame(Buffer.from(broadcast.post)));
    const bytes = await received;
    return bytes.subarray(headerLength(bytes)).toString();
  } finally {
    socket.destroy();
  }
}

/** The length of the first frame, header and all (RFC 6455 §5.2). */
export function frameLength(bytes: Buffer): number {
  if (bytes.length < 4) return 4;
  const short = (bytes[1] ?? 0) & 0x7f;
  return headerLength(bytes) + (short === 126 ? bytes.readUInt16BE(2) : short);
}

function headerLength(bytes: Buffer): number {
  return ((bytes[1] ?? 0) & 0x7f) === 126 ? 4 : 2;
}
