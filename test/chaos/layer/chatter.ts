import { ActionError, type Client, connect, type SocketConstructor } from "hotclub/client";
import { WebSocket } from "ws";

interface Chaos {
  readonly "chaos.said": (message: { from: string; n: number }) => void;
}

/** How long a sender waits before it sends again what was refused. */
const againMs = 50;

/** One client of a chaos run: sends numbered messages, and notes what it hears. */
export class Chatter {
  readonly name: string;
  /** How many of its messages the server has taken. */
  sent = 0;
  /** What it heard from each sender, in order. */
  readonly heard = new Map<string, number[]>();
  /** Which of its messages it sent again, not knowing whether the first time had gone well. */
  readonly resent = new Set<number>();
  /** How often it was told that it missed something. */
  told = 0;
  /** How often it came back. */
  returns = 0;
  readonly #client: Client<Chaos>;
  #isJoined: Promise<void>;

  constructor(name: string, url: string) {
    this.name = name;
    this.#client = connect<Chaos>(url, {
      WebSocket: WebSocket as unknown as SocketConstructor,
      backoff: { minMs: 50, maxMs: 500 },
      timeoutMs: 3000,
      pingAfterMs: 4000,
    });
    this.#client.on("chaos.said", ({ from, n }) => {
      const numbers = this.heard.get(from);
      if (numbers === undefined) this.heard.set(from, [n]);
      else numbers.push(n);
    });
    this.#isJoined = new Promise((resolve) => {
      this.#client.onJoined(({ recovered, isFirst }) => {
        if (isFirst) return resolve();
        this.returns++;
        if (!recovered) this.told++;
      });
    });
  }

  get joined(): Promise<void> {
    return this.#isJoined;
  }

  /** Sends one message after the other until `signal` is aborted; each until the server has taken it. */
  async talk(everyMs: number, signal: AbortSignal): Promise<void> {
    await pause(Math.random() * everyMs);
    while (!signal.aborted) {
      await this.#say(this.sent + 1);
      this.sent++;
      await pause(everyMs);
    }
  }

  close(): void {
    this.#client.close();
  }

  async #say(n: number): Promise<void> {
    for (;;) {
      try {
        return void (await this.#client.ask("say", { from: this.name, n }));
      } catch (error) {
        // Whether it was done is not known: the key of the message makes it one.
        if (!(error instanceof ActionError)) throw error;
        this.resent.add(n);
        await pause(againMs);
      }
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
