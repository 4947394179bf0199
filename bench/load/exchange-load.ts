import { once } from "node:events";
import { connect, type Socket } from "node:net";

import type { Began } from "../case.js";
import { closeByte } from "./frames.js";
import type { LoadResult } from "./load-result.js";
import { type Opening, openSockets } from "./open-socket.js";
import { withoutPings } from "./pings.js";

/** How connections are opened and what each sends over and over. */
export interface Exchange {
  readonly connections: number;
  /** How each becomes a WebSocket, if it does. */
  readonly opening?: Opening;
  /** One, or several that each connection sends in turn. */
  readonly request: Buffer | readonly Buffer[];
  /** The length of each answer; all are alike. */
  readonly answerBytes: number;
}

/** How many answers a connection gets between two that are timed: a clock call for each would cost as much as the answer. */
const timedEvery = 16;

/**
 * Keeps one request under way on each of some connections for `seconds`. Answers are counted by their bytes, so that
 * the generator does less than the server.
 */
export async function loadByExchange(
  port: number,
  exchange: Exchange,
  seconds: number,
  began: Began = () => Promise.resolve(),
): Promise<LoadResult> {
  const { opening, connections } = exchange;
  const sockets =
    opening === undefined
      ? await Promise.all(Array.from({ length: connections }, () => connected(port)))
      : await openSockets([port], opening, connections);
  const clients = sockets.map((socket, index) => new Client(socket, exchange, index));
  await began();
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  for (const client of clients) client.start();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsedS = (performance.now() - begin) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  await Promise.all(clients.map((client) => client.stop()));
  const latencies = Float64Array.from(clients.flatMap((client) => client.latenciesMs)).sort();
  return {
    done: sum(clients.map((client) => client.done)),
    lost: sum(clients.map((client) => client.lost)),
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    seconds: elapsedS,
    generatorBusy: (cpu.user + cpu.system) / 1e6 / elapsedS,
  };
}

class Client {
  done = 0;
  lost = 0;
  readonly latenciesMs: number[] = [];
  readonly #socket: Socket;
  readonly #exchange: Exchange;
  readonly #requests: readonly Buffer[];
  #next: number;
  #received = 0;
  #sentAt = 0;
  #isStopping = false;
  #onStopped: (() => void) | undefined;

  constructor(socket: Socket, exchange: Exchange, index: number) {
    this.#socket = socket;
    this.#exchange = exchange;
    const { request, opening } = exchange;
    this.#requests = "concat" in request ? request : [request];
    // Not all connections ask for the same at once.
    this.#next = index % this.#requests.length;
    socket.on("data", (piece) => this.#take(opening === undefined ? piece.length : messageBytes(piece)));
    socket.on("close", () => this.#closed());
    socket.on("error", () => {});
  }

  start(): void {
    this.#send();
  }

  /** Waits for the last answer and closes. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#isStopping = true;
      this.#onStopped = resolve;
      if (this.#socket.destroyed) resolve();
    });
  }

  #send(): void {
    if (this.done % timedEvery === 0) this.#sentAt = performance.now();
    this.#socket.write(this.#requests[this.#next] ?? "");
    this.#next = this.#next + 1 === this.#requests.length ? 0 : this.#next + 1;
  }

  #take(bytes: number): void {
    this.#received += bytes;
    if (this.#received < this.#exchange.answerBytes) return;
    if (this.#received > this.#exchange.answerBytes) throw new Error("an answer is longer than the first one was");
    this.#received = 0;
    if (this.done % timedEvery === 0) this.latenciesMs.push(performance.now() - this.#sentAt);
    this.done += 1;
    if (this.#isStopping) this.#socket.destroy();
    else this.#send();
  }

  #closed(): void {
    if (!this.#isStopping) this.lost += 1;
    this.#onStopped?.();
  }
}

/** Of a server's farewell nothing is counted: that the socket is lost, its end tells. */
function messageBytes(piece: Buffer): number {
  const rest = withoutPings(piece);
  return rest[0] === closeByte ? 0 : rest.length;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
