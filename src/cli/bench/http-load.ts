import { connect, type Socket } from "node:net";

import { AnswerReader } from "./answer-reader.js";
import { Latencies } from "./latencies.js";
import { type Load, type LoadRound, pause, Tally, timed } from "./load.js";

/** What is not answered so long after the last round is lost. */
const patienceMs = 10_000;

/** Keeps one request under way on each of some connections. */
export class HttpLoad implements Load {
  readonly #port: number;
  readonly #request: Buffer;
  readonly #isHead: boolean;
  readonly #wanted: number;
  readonly #connections: Connection[] = [];
  readonly #errors = new Tally();
  #latencies = new Latencies();
  #done = 0;
  #lost = 0;
  #isRunning = false;

  /** Opens the connections. Rejects where one of them is refused. */
  static async open(port: number, request: string, connections: number): Promise<HttpLoad> {
    const load = new HttpLoad(port, request, connections);
    await Promise.all(Array.from({ length: connections }, () => load.#open()));
    return load;
  }

  private constructor(port: number, request: string, connections: number) {
    this.#port = port;
    this.#wanted = connections;
    this.#request = Buffer.from(request);
    this.#isHead = request.startsWith("HEAD ");
  }

  async round(seconds: number): Promise<LoadRound> {
    this.#done = 0;
    this.#lost = 0;
    this.#latencies = new Latencies();
    await this.#openAgain();
    this.#isRunning = true;
    for (const connection of this.#connections) connection.sendWhereIdle();
    const its = await timed(async () => {
      await pause(seconds * 1000);
      if (this.#done > 0) return;
      // What takes longer than a round has a figure, too: that of one answer on each connection.
      this.#isRunning = false;
      await this.#answered();
    });
    this.#isRunning = false;
    const [p50, p99] = [this.#latencies.percentile(0.5), this.#latencies.percentile(0.99)];
    return { done: this.#done, delivered: 0, lost: this.#lost, errors: this.#errors.take(), p50, p99, ...its };
  }

  async close(): Promise<number> {
    await this.#answered();
    const lost = this.#connections.filter(({ isIdle }) => !isIdle).length;
    for (const connection of this.#connections) connection.destroy();
    return lost;
  }

  /** Resolves when nothing is under way any more, or after a while. */
  async #answered(): Promise<void> {
    const limit = performance.now() + patienceMs;
    while (performance.now() < limit && this.#connections.some(({ isIdle }) => !isIdle)) await pause(5);
  }

  /** A server may have closed some since the last round. */
  async #openAgain(): Promise<void> {
    const missing = Math.max(0, this.#wanted - this.#connections.length);
    await Promise.all(
      Array.from({ length: missing }, () => this.#open().catch((error: unknown) => this.#unopened(error))),
    );
  }

  #unopened(error: unknown): void {
    this.#errors.add(`no new connection: ${(error as Error).message}`);
  }

  async #open(): Promise<void> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject).once("connect", resolve);
    });
    this.#connections.push(
      new Connection(socket, this.#request, this.#isHead, {
        answered: (status, ms) => {
          this.#done += 1;
          this.#latencies.add(ms);
          if (status < 200 || status > 299) this.#errors.add(`status ${status}`);
          return this.#isRunning;
        },
        ended: (connection, reason) => this.#ended(connection, reason),
      }),
    );
  }

  /** A server may close what is idle; what had a request under way has lost it. */
  #ended(connection: Connection, reason: string | undefined): void {
    this.#connections.splice(this.#connections.indexOf(connection), 1);
    if (reason !== undefined) {
      this.#lost += 1;
      this.#errors.add(reason);
    }
    if (!this.#isRunning) return;
    this.#open().then(
      () => this.#connections.at(-1)?.sendWhereIdle(),
      (error: unknown) => this.#unopened(error),
    );
  }
}

/** Who owns a connection. */
interface Owner {
  /** Gives whether the next request is to follow. */
  answered(status: number, ms: number): boolean;
  /** `reason` where a request was under way. */
  ended(connection: Connection, reason: string | undefined): void;
}

class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  /** 0 where no request is under way. */
  #sentAt = 0;
  #isOurs = false;

  constructor(socket: Socket, request: Buffer, isHead: boolean, owner: Owner) {
    this.#socket = socket;
    this.#request = request;
    const reader = new AnswerReader((status) => {
      const ms = performance.now() - this.#sentAt;
      this.#sentAt = 0;
      if (owner.answered(status, ms)) this.sendWhereIdle();
    }, isHead);
    let problem: string | undefined;
    socket.on("data", (piece) => {
      try {
        reader.push(piece);
      } catch (error) {
        problem = (error as Error).message;
        socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      reader.end();
      if (this.#isOurs) return;
      owner.ended(this, this.#sentAt === 0 ? undefined : (problem ?? "closed without an answer"));
    });
  }

  sendWhereIdle(): void {
    if (this.#sentAt > 0 || !this.#socket.writable) return;
    this.#sentAt = performance.now();
    this.#socket.write(this.#request);
  }

  get isIdle(): boolean {
    return this.#sentAt === 0;
  }

  destroy(): void {
    this.#isOurs = true;
    this.#socket.destroy();
  }
}
