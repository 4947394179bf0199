import { connect, type Socket } from "node:net";

import { handshake, textFrame } from "./frames.js";
import { answerPings, withoutPings } from "./pings.js";

/** How a WebSocket is opened. */
export interface Opening {
  readonly path: string;
  /** What each socket says first, where the server's protocol wants that, and the text of the answer. */
  readonly hello?: { readonly says: string; readonly answer: RegExp };
}

/** How long anything may take before the load gives up, in milliseconds. */
const patienceMs = 10_000;

/** Opens a WebSocket without a library, for a generator that is to be cheap. */
export async function openSocket(port: number, { path, hello }: Opening): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  answerPings(socket);
  const opened = readUntil(socket, (received) => received.includes("\r\n\r\n"));
  socket.write(handshake(path));
  await opened;
  if (hello === undefined) return socket;
  const answered = readUntil(socket, (received) => hello.answer.test(received.toString("latin1")));
  socket.write(textFrame(Buffer.from(hello.says)));
  await answered;
  return socket;
}

/** Not more at once than a server's backlog takes. */
const openedAtOnce = 100;

/** Opens `count` sockets, of each port in turn. */
export async function openSockets(ports: readonly number[], opening: Opening, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const part = Math.min(openedAtOnce, count - sockets.length);
    const opened = Array.from({ length: part }, (_, index) => openSocket(ports[index % ports.length] ?? 0, opening));
    sockets.push(...(await Promise.all(opened)));
  }
  return sockets;
}

/** How Socket.IO's sockets are opened: it has a greeting. */
export const socketIoOpening: Opening = {
  path: "/socket.io/?EIO=4&transport=websocket",
  hello: { says: "40", answer: /40\{/ },
};

/** Opens one and waits until the server has said enough; gives what it said, too. */
export async function openUntil(
  port: number,
  { path, hello }: Opening,
  isEnough: (said: string) => boolean,
): Promise<{ socket: Socket; said: string }> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  answerPings(socket);
  const heard = readUntil(socket, (received) => isEnough(received.toString()));
  if (hello !== undefined) {
    const opened = readUntil(socket, (received) => received.includes("\r\n\r\n"));
    void opened.then(() => socket.write(textFrame(Buffer.from(hello.says))));
  }
  socket.write(handshake(path));
  return { socket, said: (await heard).toString() };
}

/** What has come when it is enough. */
export function readUntil(socket: Socket, isEnough: (received: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const take = (piece: Buffer): void => {
      received = Buffer.concat([received, withoutPings(piece)]);
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
