import { ActionError, type Client, connect, type SocketConstructor } from "hotclub/client";
import { WebSocket } from "ws";

interface Chaos {
  readonly "chaos.said": (message: { from: string; n: number }) => void;
  readonly "chaos.whispered": (message: { from: string; n: number }) => void;
}

/** How long a sender waits before it sends again what was refused. */
const againMs = 50;

/** The numbers of the messages that were heard from each sender, in order. */
type Heard = Map<string, number[]>;

/** One client of a chaos run: sends numbered messages, with history and without, and notes what it hears. */
export class Chatter {
  readonly name: string;
  /** How many of its messages the server has taken. */
  sent = 0;
  /** What it heard from each sender, in order. */
  readonly heard: Heard = new Map();
  /** Those of its messages without history that the server has taken, and those of which it does not know. */
  readonly whispered: number[] = [];
  unsure = 0;
  /** What it heard from each sender of what is not kept, in order. */
  readonly overheard: Heard = new Map();
  /** Which of its messages it sent again, not knowing whether the first time had gone well. */
  readonly resent = new Set<number>();
  /** How often it was told that it missed something. */
  told = 0;
  /** How often it came back. */
  returns = 0;
  /** Whether a message is under way that the server has not taken yet. */
  isSaying = false;
  readonly #client: Client<Chaos>;
  #socket: WebSocket | undefined;
  #isJoined: Promise<void>;

  constructor(name: string, url: string) {
    this.name = name;
    const open = (address: string): WebSocket => {
      this.#socket = new WebSocket(address);
      return this.#socket;
    };
    this.#client = connect<Chaos>(url, {
      // Called with `new`, which gives what it returns.
      WebSocket: function (address: string) {
        return open(address);
      } as unknown as SocketConstructor,
      backoff: { minMs: 50, maxMs: 500 },
      timeoutMs: 3000,
      pingAfterMs: 4000,
    });
    this.#client.on("chaos.said", (message) => note(this.heard, message));
    this.#client.on("chaos.whispered", (message) => note(this.overheard, message));
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

  /**
   * Sends one message after the other until `signal` is aborted: each until the server has taken it, and one that is not
   * kept beside it, once.
   */
  async talk(everyMs: number, signal: AbortSignal, random: () => number = Math.random): Promise<void> {
    await pause(random() * everyMs);
    while (!signal.aborted) {
      this.isSaying = true;
      await this.#say(this.sent + 1);
      this.isSaying = false;
      this.sent++;
      await this.#whisper(this.sent);
      await pause(everyMs);
    }
  }

  /** Its line is cut; it comes back. */
  drop(): void {
    this.#socket?.terminate();
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

  async #whisper(n: number): Promise<void> {
    try {
      await this.#client.ask("whisper", { from: this.name, n });
      this.whispered.push(n);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      this.unsure++;
    }
  }
}

function note(heard: Heard, { from, n }: { from: string; n: number }): void {
  const numbers = heard.get(from);
  if (numbers === undefined) heard.set(from, [n]);
  else numbers.push(n);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
