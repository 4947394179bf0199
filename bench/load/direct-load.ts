import type { Socket } from "node:net";

import type { Began } from "../case.js";
import { textFrame } from "./frames.js";
import type { LoadResult } from "./load-result.js";
import { type Opening, openUntil } from "./open-socket.js";
import { withoutPings } from "./pings.js";

/** How sockets write to each other by name. */
export interface Direct {
  readonly opening: Opening;
  /** What a socket says for the one called `to` to hear `hears`. */
  readonly says: (to: string) => string;
  /** At most 125 bytes. */
  readonly hears: string;
}

/** How long the last messages may take, in milliseconds. */
const patienceMs = 10_000;
/** How many messages a pair gets between two that are timed. */
const timedEvery = 16;

/** Has pairs of sockets, one at each of two processes, throw a message to and fro. */
export async function loadDirect(
  [one = 0, other = 0]: readonly number[],
  direct: Direct,
  pairCount: number,
  seconds: number,
  began: Began,
): Promise<LoadResult> {
  const pairs: Pair[] = [];
  while (pairs.length < pairCount)
    pairs.push(new Pair(await openNamed(one, direct), await openNamed(other, direct), direct));
  try {
    await began();
    const cpuBefore = process.cpuUsage();
    const begin = performance.now();
    for (const pair of pairs) pair.start();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const elapsedS = (performance.now() - begin) / 1000;
    const cpu = process.cpuUsage(cpuBefore);
    await Promise.all(pairs.map((pair) => pair.stop()));
    const latencies = Float64Array.from(pairs.flatMap(({ latenciesMs }) => latenciesMs)).sort();
    return {
      done: pairs.reduce((sum, { done }) => sum + done, 0),
      lost: pairs.filter(({ isUnderWay }) => isUnderWay).length,
      p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
      p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
      seconds: elapsedS,
      generatorBusy: (cpu.user + cpu.system) / 1e6 / elapsedS,
    };
  } finally {
    for (const pair of pairs) pair.close();
  }
}

/** What one socket hears of what another says to it. */
export async function directOnce([one = 0, other = 0]: readonly number[], direct: Direct): Promise<string> {
  const [sender, receiver] = [await openNamed(one, direct), await openNamed(other, direct)];
  try {
    const length = headerBytes + Buffer.byteLength(direct.hears);
    const heard = new Promise<string>((resolve, reject) => {
      let received = "";
      receiver.socket.on("data", (piece: Buffer) => {
        received += piece.toString("latin1");
        if (received.length >= length) resolve(received.slice(headerBytes));
      });
      setTimeout(() => reject(new Error(`a socket heard too little: ${received}`)), patienceMs).unref();
    });
    sender.socket.write(textFrame(Buffer.from(direct.says(receiver.name))));
    return await heard;
  } finally {
    for (const { socket } of [sender, receiver]) close(socket);
  }
}

interface Named {
  readonly socket: Socket;
  readonly name: string;
}

/** The server tells each socket what others call it. */
async function openNamed(port: number, { opening }: Direct): Promise<Named> {
  const pattern = /"name":"([^"]+)"/;
  const { socket, said } = await openUntil(port, opening, (text) => pattern.test(text));
  return { socket, name: pattern.exec(said)?.[1] ?? "" };
}

class Pair {
  done = 0;
  isUnderWay = false;
  readonly latenciesMs: number[] = [];
  readonly #sockets: readonly Socket[];
  readonly #start: () => void;
  #sentAt = 0;
  #isStopping = false;
  #onStopped = (): void => {};

  constructor(one: Named, other: Named, direct: Direct) {
    this.#sockets = [one.socket, other.socket];
    const toOther = textFrame(Buffer.from(direct.says(other.name)));
    const toOne = textFrame(Buffer.from(direct.says(one.name)));
    const bytes = headerBytes + Buffer.byteLength(direct.hears);
    this.#start = () => this.#send(one.socket, toOther);
    this.#hear(other.socket, bytes, () => this.#send(other.socket, toOne));
    this.#hear(one.socket, bytes, this.#start);
  }

  start(): void {
    this.#start();
  }

  /** Waits for the message that is under way, but not for one that never comes. */
  stop(): Promise<void> {
    this.#isStopping = true;
    if (!this.isUnderWay) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#onStopped = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): void {
    for (const socket of this.#sockets) close(socket);
  }

  #send(socket: Socket, frame: Buffer): void {
    if (this.done % timedEvery === 0) this.#sentAt = performance.now();
    this.isUnderWay = true;
    socket.write(frame);
  }

  #hear(socket: Socket, bytes: number, answer: () => void): void {
    let received = 0;
    socket.on("data", (piece) => {
      received += withoutPings(piece).length;
      if (received < bytes) return;
      if (received > bytes) throw new Error("a message is longer than it should be");
      received = 0;
      this.isUnderWay = false;
      if (this.done % timedEvery === 0) this.latenciesMs.push(performance.now() - this.#sentAt);
      this.done += 1;
      if (this.#isStopping) this.#onStopped();
      else answer();
    });
  }
}

/** Of a frame with up to 125 bytes (RFC 6455 §5.2). */
const headerBytes = 2;

function close(socket: Socket): void {
  socket.removeAllListeners().on("error", () => {});
  socket.destroy();
}
