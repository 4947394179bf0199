import { connect, type Socket } from "node:net";

import type { Began } from "../case.js";
import { publishTo } from "./fanout-load.js";
import type { LoadResult } from "./load-result.js";
import { handshake, textFrame } from "./websocket-load.js";

/** What is asked of a server that passes what one socket says on to all. */
export interface Broadcast {
  readonly sockets: number;
  readonly path: string;
  /** What each socket says first, where the server's protocol wants that, and the text of the answer. */
  readonly hello?: { readonly says: string; readonly answer: RegExp };
  /** What a socket says to have a message sent to all, at most 125 bytes. */
  readonly post: string;
}

/** How long anything may take before the load gives up, in milliseconds. */
const patienceMs = 10_000;

/** Opens all sockets, and has one of them post for `seconds`, as fast as all get what was posted before. */
export async function loadBroadcast(
  port: number,
  broadcast: Broadcast,
  seconds: number,
  began: Began,
): Promise<LoadResult> {
  const listeners: Socket[] = [];
  while (listeners.length < broadcast.sockets) {
    const part = Math.min(100, broadcast.sockets - listeners.length);
    listeners.push(...(await Promise.all(Array.from({ length: part }, () => open(port, broadcast)))));
  }
  const [poster] = listeners;
  const frame = textFrame(Buffer.from(broadcast.post));
  const all = Promise.all(
    listeners.map((socket) => read(socket, (received) => received.length >= frameLength(received))),
  );
  poster?.write(frame);
  const [first = Buffer.alloc(0), ...others] = await all;
  if (others.some((other) => other.length !== first.length)) throw new Error("messages are not equally long");
  const publisher = { publish: () => void poster?.write(frame), destroy: () => {} };
  await began();
  return publishTo(listeners, [publisher], first.length, seconds);
}

/** What one socket gets for its own post. */
export async function broadcastOnce(port: number, broadcast: Broadcast): Promise<string> {
  const socket = await open(port, broadcast);
  try {
    const received = read(socket, (bytes) => bytes.length >= frameLength(bytes));
    socket.write(textFrame(Buffer.from(broadcast.post)));
    const bytes = await received;
    return bytes.subarray(headerLength(bytes)).toString();
  } finally {
    socket.destroy();
  }
}

async function open(port: number, { path, hello }: Broadcast): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const opened = read(socket, (received) => received.includes("\r\n\r\n"));
  socket.write(handshake(path));
  await opened;
  if (hello === undefined) return socket;
  const answered = read(socket, (received) => hello.answer.test(received.toString("latin1")));
  socket.write(textFrame(Buffer.from(hello.says)));
  await answered;
  return socket;
}

/** What has come when it is enough. */
function read(socket: Socket, isEnough: (received: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const take = (piece: Buffer): void => {
      received = Buffer.concat([received, piece]);
      if (!isEnough(received)) return;
      clearTimeout(timer);
      socket.off("data", take).off("close", closed);
      resolve(received);
    };
    const closed = (): void => reject(new Error(`a socket got too little: ${JSON.stringify(received.toString())}`));
    const timer = setTimeout(closed, patienceMs);
    socket.on("data", take).on("close", closed).on("error", closed);
  });
}

/** The length of the first frame, header and all (RFC 6455 §5.2). */
function frameLength(bytes: Buffer): number {
  if (bytes.length < 4) return 4;
  const short = (bytes[1] ?? 0) & 0x7f;
  return headerLength(bytes) + (short === 126 ? bytes.readUInt16BE(2) : short);
}

function headerLength(bytes: Buffer): number {
  return ((bytes[1] ?? 0) & 0x7f) === 126 ? 4 : 2;
}
