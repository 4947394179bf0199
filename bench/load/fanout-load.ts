import { once } from "node:events";
import { connect, type Socket } from "node:net";

import type { Began } from "../case.js";
import { seededRandom } from "../random.js";
import type { LoadResult } from "./load-result.js";
import { withoutPings } from "./pings.js";

/** How many events are under way to each client: with one, the server would wait for the slowest client each time. */
const pace: Pace = { underWay: 2, thinkMs: 0 };

/** What every event ends with; servers write the end of a chunk with it, or with the next. */
const endOfEvent = /\n\n(?:\r\n)?$/;

/** How long an event may take before the load gives up, in milliseconds. */
const patienceMs = 10_000;

/** What is asked of a server that hands each thing posted to all who listen. */
export interface Fanout {
  readonly clients: number;
  /** What listeners ask for with GET; it begins with an event of its own. */
  readonly listenPath: string;
  /** Where `body` is posted, for one event to each listener. */
  readonly publishPath: string;
  readonly body: string;
}

/**
 * Opens a number of event streams and posts, for `seconds`, as fast as all clients get what was posted before. Counts
 * the events that arrived, by their bytes: all are equally long.
 */
export async function loadFanout(port: number, fanout: Fanout, seconds: number, began: Began): Promise<LoadResult> {
  const listeners = await openInParts(port, fanout);
  const publishers = await Promise.all(Array.from({ length: pace.underWay }, () => Publisher.open(port, fanout)));
  const eventBytes = await lengthOfEvent(listeners, publishers);
  await began();
  return publishTo(listeners, publishers, eventBytes, seconds, pace);
}

/** When the next thing is published. */
export interface Pace {
  /** How many things may be under way at once. */
  readonly underWay: number;
  /**
   * How long it takes on average from the end of one thing to the next, in milliseconds, drawn anew each time: with
   * nothing in between, all publishers fall into step, and whether a server gets their things together or one by one is
   * chance.
   */
  readonly thinkMs: number;
}

/** Publishes for `seconds`, as fast as all listeners get `eventBytes` for each thing published; then ends all of them. */
export async function publishTo(
  listeners: readonly Socket[],
  publishers: readonly Publishing[],
  eventBytes: number,
  seconds: number,
  paceOfAll: Pace,
): Promise<LoadResult> {
  const round = new Round(listeners, publishers, eventBytes, paceOfAll);
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const result = await round.run(seconds);
  const elapsedS = (performance.now() - begin) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  for (const socket of [...listeners, ...publishers]) socket.destroy();
  return { ...result, seconds: elapsedS, generatorBusy: (cpu.user + cpu.system) / 1e6 / elapsedS };
}

/** What publishes. */
export interface Publishing {
  publish(): void;
  destroy(): void;
}

/** Not more at once than a server's backlog takes. */
async function openInParts(port: number, { clients, listenPath }: Fanout): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < clients) {
    const part = Math.min(100, clients - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: part }, () => listen(port, listenPath)))));
  }
  return sockets;
}

/** Resolves when the stream has begun. */
async function listen(port: number, path: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`);
  await readEvent(socket);
  return socket;
}

/** What has come when an event is complete. */
function readEvent(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const take = (piece: Buffer): void => {
      received += piece.toString("latin1");
      if (!endOfEvent.test(received)) return;
      clearTimeout(timer);
      socket.off("data", take).off("close", closed);
      resolve(received);
    };
    const closed = (): void => reject(new Error(`a stream had no event: ${JSON.stringify(received)}`));
    const timer = setTimeout(closed, patienceMs);
    socket.on("data", take).on("close", closed).on("error", closed);
  });
}

/** Posts one thing over and over, each time when the answer to the one before has come. */
class Publisher implements Publishing {
  readonly #socket: Socket;
  readonly #bytes: Buffer;
  #isBusy = false;
  #waiting = 0;

  static async open(port: number, { publishPath, body }: Fanout): Promise<Publisher> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const length = Buffer.byteLength(body);
    const head = `POST ${publishPath} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
    return new Publisher(socket, Buffer.from(head + body));
  }

  private constructor(socket: Socket, bytes: Buffer) {
    this.#socket = socket;
    this.#bytes = bytes;
    socket.on("data", () => {
      this.#isBusy = false;
      if (this.#waiting === 0) return;
      this.#waiting -= 1;
      this.publish();
    });
  }

  publish(): void {
    if (this.#isBusy) {
      this.#waiting += 1;
      return;
    }
    this.#isBusy = true;
    this.#socket.write(this.#bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Posts once, and waits until everybody has it. */
async function lengthOfEvent(listeners: readonly Socket[], publishers: readonly Publisher[]): Promise<number> {
  const all = Promise.all(listeners.map(readEvent));
  publishers[0]?.publish();
  const [first = "", ...others] = await all;
  if (others.some((event) => event.length !== first.length)) throw new Error("events are not equally long");
  return first.length;
}

class Round {
  readonly #listeners: readonly Socket[];
  readonly #publishers: readonly Publishing[];
  readonly #bytesOfAll: number;
  readonly #pace: Pace;
  readonly #random = seededRandom();
  readonly #eventBytes: number;
  readonly #latenciesMs: number[] = [];
  readonly #publishedAt: number[] = [];
  #received = 0;
  #complete = 0;
  #lost = 0;
  #isStopping = false;
  #onStopped: () => void = () => {};

  constructor(listeners: readonly Socket[], publishers: readonly Publishing[], eventBytes: number, paceOfAll: Pace) {
    this.#pace = paceOfAll;
    this.#listeners = listeners;
    this.#publishers = publishers;
    this.#eventBytes = eventBytes;
    this.#bytesOfAll = eventBytes * listeners.length;
  }

  async run(seconds: number): Promise<Pick<LoadResult, "done" | "lost" | "p50Ms" | "p99Ms">> {
    for (const socket of this.#listeners) {
      socket.on("data", (piece) => this.#take(withoutPings(piece).length));
      socket.on("close", () => this.#closed());
    }
    for (let i = 0; i < this.#pace.underWay; i++) this.#publish();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await this.#stop();
    const latencies = Float64Array.from(this.#latenciesMs).sort();
    return {
      done: Math.floor(this.#received / this.#eventBytes),
      lost:
        this.#lost + this.#publishedAt.length * this.#listeners.length - Math.floor(this.#received / this.#eventBytes),
      p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
      p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    };
  }

  #publish(): void {
    this.#publishers[this.#publishedAt.length % this.#publishers.length]?.publish();
    this.#publishedAt.push(performance.now());
  }

  #publishSoon(): void {
    const { thinkMs } = this.#pace;
    if (thinkMs === 0) return this.#publish();
    const waitMs = -Math.log(1 - this.#random()) * thinkMs;
    setTimeout(() => {
      if (!this.#isStopping) this.#publish();
    }, waitMs);
  }

  #take(bytes: number): void {
    this.#received += bytes;
    while (this.#received >= (this.#complete + 1) * this.#bytesOfAll) {
      this.#latenciesMs.push(performance.now() - (this.#publishedAt[this.#complete] ?? 0));
      this.#complete += 1;
      if (!this.#isStopping) this.#publishSoon();
    }
    if (this.#isStopping && this.#complete === this.#publishedAt.length) this.#onStopped();
  }

  /** Waits for what is under way, but not for what never comes. */
  #stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#complete === this.#publishedAt.length) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#onStopped = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #closed(): void {
    if (!this.#isStopping) this.#lost += 1;
  }
}
