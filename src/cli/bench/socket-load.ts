import { connect, type Socket } from "node:net";

import { FrameReader, pongFrame, textFrame } from "./frames.js";
import { Latencies } from "./latencies.js";
import { type Echo, type Load, type LoadRound, pause, Tally, timed } from "./load.js";

/** So many sockets are opened at a time. */
const batch = 100;
/** How long a socket may take to open, and a message to be answered. */
const patienceMs = 10_000;
/**
 * It is quiet when nothing has come in so many looks. They are counted, not timed: a process that had to wait for its
 * core for long has not looked.
 */
const quietLooks = 15;
const lookEveryMs = 20;
/** What has not come in so many looks without anything is lost. */
const lostLooks = 500;

/** How opening went. */
export interface Opened {
  readonly opened: number;
  /** Why others did not: `status 403`, and how often. */
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** WebSockets that say something and hear what comes of it. */
export class SocketLoad implements Load {
  readonly #clients: Client[] = [];
  readonly #errors = new Tally();
  #latencies = new Latencies();
  #frame = textFrame("");
  #echo: Echo = { own: 1, others: 0, errors: {} };
  #received = 0;
  #sent = 0;
  #done = 0;
  #isRunning = false;

  /** Opens so many sockets. Those that are refused are told of; it rejects where the server cannot be reached. */
  async open(port: number, sockets: number, handshake: string): Promise<Opened> {
    const refused = new Tally();
    const { seconds } = await timed(async () => {
      for (let left = sockets; left > 0; left -= batch) {
        const opening = Array.from({ length: Math.min(batch, left) }, async () => {
          const outcome = await this.#openOne(port, handshake);
          if (typeof outcome === "string") refused.add(outcome);
          else this.#clients.push(outcome);
        });
        await Promise.all(opening);
      }
    });
    await this.#quiet();
    return { opened: this.#clients.length, refused: refused.take(), seconds };
  }

  /** Sends the message once and counts the frames that come: to its sender, and to others. */
  async probe(message: string): Promise<Echo> {
    this.#frame = textFrame(message);
    const [first, ...others] = this.#clients;
    if (first === undefined) return { own: 0, others: 0, errors: {} };
    for (const client of this.#clients) client.received = 0;
    first.socket.write(this.#frame);
    const limit = performance.now() + patienceMs;
    while (first.received === 0 && performance.now() < limit && !first.socket.destroyed) await pause(10);
    await this.#quiet();
    this.#echo = {
      own: first.received,
      others: Math.max(0, ...others.map(({ received }) => received)),
      errors: this.#errors.take(),
    };
    return this.#echo;
  }

  /**
   * Where only the sender hears of a message, every socket has one under way; where all do, one of them speaks. A round
   * is over when everything that was sent has come, or nothing comes any more.
   */
  async round(seconds: number): Promise<LoadRound> {
    this.#done = 0;
    this.#sent = 0;
    this.#received = 0;
    this.#latencies = new Latencies();
    const speakers = this.#echo.others === 0 ? this.#clients : this.#clients.slice(0, 1);
    const expected = (): number => this.#sent * (this.#echo.own + this.#echo.others * (this.#clients.length - 1));
    const its = await timed(async () => {
      this.#isRunning = true;
      for (const speaker of speakers) this.#say(speaker);
      await pause(seconds * 1000);
      this.#isRunning = false;
      await this.#settle(lostLooks, () => this.#received >= expected() || this.#clients.length === 0);
    });
    const lost = Math.max(0, expected() - this.#received);
    const more = this.#received - expected();
    const errors = this.#errors.take();
    return {
      done: this.#done,
      delivered: this.#received,
      lost,
      errors: more > 0 ? { ...errors, "frames more than expected": more } : errors,
      p50: this.#latencies.percentile(0.5),
      p99: this.#latencies.percentile(0.99),
      ...its,
    };
  }

  close(): Promise<number> {
    for (const client of this.#clients) {
      client.isOurs = true;
      client.socket.destroy();
    }
    // What was lost, the rounds have said.
    return Promise.resolve(0);
  }

  #say(client: Client): void {
    if (client.socket.destroyed) return;
    client.missing = this.#echo.own;
    client.sentAt = performance.now();
    this.#sent += 1;
    client.socket.write(this.#frame);
  }

  #hear(client: Client): void {
    client.received += 1;
    this.#received += 1;
    if (client.missing === 0) return;
    client.missing -= 1;
    if (client.missing > 0) return;
    this.#done += 1;
    this.#latencies.add(performance.now() - client.sentAt);
    if (this.#isRunning) this.#say(client);
  }

  /** The socket, or why there is none. */
  #openOne(port: number, handshake: string): Promise<Client | string> {
    return new Promise((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const timer = setTimeout(() => {
        socket.destroy();
        resolve("no answer to the handshake");
      }, patienceMs);
      let received = Buffer.alloc(0);
      const take = (piece: Buffer): void => {
        received = Buffer.concat([received, piece]);
        const end = received.indexOf("\r\n\r\n");
        if (end < 0) return;
        clearTimeout(timer);
        socket.off("data", take);
        const status = /^HTTP\/1\.1 (\d{3})/.exec(received.toString("latin1", 0, end))?.[1];
        if (status === "101") resolve(this.#connected(socket, received.subarray(end + 4)));
        else {
          socket.destroy();
          resolve(`status ${status ?? "none"}`);
        }
      };
      socket.on("data", take);
      socket.on("error", (error) => {
        clearTimeout(timer);
        resolve(error.message);
      });
      socket.once("close", () => {
        clearTimeout(timer);
        resolve("closed during the handshake");
      });
      socket.write(handshake);
    });
  }

  #connected(socket: Socket, first: Buffer): Client {
    const client: Client = { socket, received: 0, missing: 0, sentAt: 0, isOurs: false };
    let code: number | undefined;
    const reader = new FrameReader({
      message: () => this.#hear(client),
      ping: (payload) => void socket.write(pongFrame(payload)),
      close(given) {
        code = given;
        socket.end();
      },
    });
    socket.on("data", (piece: Buffer) => reader.push(piece));
    socket.once("close", () => {
      if (!client.isOurs) this.#errors.add(`closed with ${code ?? "nothing said"}`);
      const index = this.#clients.indexOf(client);
      if (index >= 0) this.#clients.splice(index, 1);
    });
    if (first.length > 0) reader.push(first);
    return client;
  }

  /** Resolves when it is done, or when nothing has come in so many looks. */
  async #settle(looks: number, isDone: () => boolean): Promise<void> {
    let before = this.#received;
    for (let quiet = 0; quiet < looks && !isDone(); quiet++) {
      await pause(quiet < quietLooks ? 1 : lookEveryMs);
      if (this.#received > before) quiet = 0;
      before = this.#received;
    }
  }

  /** Resolves when nothing comes any more, such as what sockets are told when they open; or after a while. */
  async #quiet(): Promise<void> {
    const limit = performance.now() + patienceMs;
    let before = this.#received;
    for (let quiet = 0; quiet < quietLooks && performance.now() < limit; quiet++) {
      await pause(lookEveryMs);
      if (this.#received > before) quiet = 0;
      before = this.#received;
    }
  }
}

interface Client {
  readonly socket: Socket;
  received: number;
  /** How many frames are still to come to what it has said. */
  missing: number;
  sentAt: number;
  isOurs: boolean;
}
