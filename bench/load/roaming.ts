import { connect, type SocketConstructor } from "hotclub/client";
import { WebSocket } from "ws";

import { seededRandom } from "../random.js";

/** A client whose line is cut now and then. */
export interface Roamer {
  readonly joined: Promise<void>;
  /** The numbers that it heard. */
  readonly heard: Set<number>;
  /** Cuts its line; it can come back after `awayMs`. Unnoticed: the server does not see that the line is dead. */
  drop(awayMs: number, isUnnoticed: boolean): void;
  post(n: number): void;
  close(): void;
}

/** How clients come back: soon, because it is not they who are measured. */
const backoff = { minMs: 50, maxMs: 400 };
/** Nobody listens there. */
const nowhere = "ws://127.0.0.1:1";

/** What a client's sockets go over. */
class Line {
  isDown = false;
  current: WebSocket | undefined;
  readonly #dead: WebSocket[] = [];

  open(url: string): WebSocket {
    this.current = new WebSocket(this.isDown ? nowhere : url);
    this.current.on("error", () => {});
    return this.current;
  }

  cut(awayMs: number, isUnnoticed: boolean): void {
    this.isDown = true;
    if (isUnnoticed && this.current?.readyState === WebSocket.OPEN) this.#abandon(this.current);
    else this.current?.terminate();
    setTimeout(() => (this.isDown = false), awayMs);
  }

  close(): void {
    for (const socket of [...this.#dead, this.current]) socket?.terminate();
  }

  /** Nothing goes over it any more, and nobody says so to the server. */
  #abandon(socket: WebSocket): void {
    this.#dead.push(socket);
    socket.pause();
    socket.emit("close", 1006, Buffer.alloc(0));
    socket.removeAllListeners();
    socket.on("error", () => {});
  }
}

/** A client of ours. */
export function ourRoamer(port: number): Roamer {
  const line = new Line();
  const heard = new Set<number>();
  const socketOfLine = function (url: string) {
    return line.open(url);
  };
  const client = connect<{ "room.said"(message: { n: number }): void }>(`ws://127.0.0.1:${port}/ws/`, {
    WebSocket: socketOfLine as unknown as SocketConstructor,
    backoff,
  });
  client.on("room.said", ({ n }) => heard.add(n));
  return {
    joined: new Promise((resolve) => client.onJoined(() => resolve())),
    heard,
    drop: (awayMs, isUnnoticed) => line.cut(awayMs, isUnnoticed),
    post: (n) => line.current?.send(JSON.stringify({ n })),
    close() {
      client.close();
      line.close();
    },
  };
}

/** A protocol for a client that does nothing but come back. */
interface Protocol {
  readonly path: string;
  /** What to say when a socket is open. */
  greet(): string | undefined;
  /** Takes a text; gives the number that it carries, if it does, and says what is to be answered. */
  take(text: string, answer: (text: string) => void, joined: () => void): number | undefined;
  post(n: number): string;
}

/** When clients come back; the same in each run. */
const random = seededRandom();

/** A client that comes back by itself, with a protocol by hand. */
function roamer(port: number, protocol: Protocol): Roamer {
  const line = new Line();
  const heard = new Set<number>();
  let isClosed = false;
  let onJoined = (): void => {};
  const joined = new Promise<void>((resolve) => (onJoined = resolve));
  const open = (): void => {
    if (isClosed) return;
    const socket = line.open(`ws://127.0.0.1:${port}${protocol.path}`);
    socket.on("open", () => {
      const greeting = protocol.greet();
      if (greeting === undefined) onJoined();
      else socket.send(greeting);
    });
    socket.on("message", (data: Buffer) => {
      const n = protocol.take(data.toString(), (text) => socket.send(text), onJoined);
      if (n !== undefined) heard.add(n);
    });
    socket.on("close", () => setTimeout(open, backoff.minMs + random() * (backoff.maxMs - backoff.minMs)));
  };
  open();
  return {
    joined,
    heard,
    drop: (awayMs, isUnnoticed) => line.cut(awayMs, isUnnoticed),
    post: (n) => line.current?.send(protocol.post(n)),
    close() {
      isClosed = true;
      line.close();
    },
  };
}

/** A client without recovery. */
export function plainRoamer(port: number): Roamer {
  return roamer(port, {
    path: "/ws/",
    greet: () => undefined,
    take: (text) => (JSON.parse(text) as { n: number }).n,
    post: (n) => JSON.stringify({ n }),
  });
}

/** A client of Socket.IO's protocol, version 5, that asks for its connection state recovery. */
export function socketIoRoamer(port: number): Roamer {
  let session: { pid: string; offset?: string } | undefined;
  return roamer(port, {
    path: "/socket.io/?EIO=4&transport=websocket",
    greet: () => `40${session?.offset === undefined ? "" : JSON.stringify(session)}`,
    take(text, answer, joined) {
      if (text === "2") answer("3");
      if (text.startsWith("40")) {
        const { pid } = JSON.parse(text.slice(2)) as { pid: string };
        if (pid !== session?.pid) session = { pid };
        joined();
      }
      if (!text.startsWith("42")) return undefined;
      const [, { n }, offset] = JSON.parse(text.slice(2)) as [string, { n: number }, string];
      if (session !== undefined) session.offset = offset;
      return n;
    },
    post: (n) => `42${JSON.stringify(["post", { n }])}`,
  });
}
