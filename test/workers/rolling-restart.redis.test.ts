import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";
import { startRedis } from "../services/index.js";

/** Short, as part of all tests; `ROLLING=500,5` is how many sockets and how many rounds the long form takes. */
const [socketCount = 40, rounds = 1] = (process.env["ROLLING"] ?? "40,1").split(",").map(Number);
const senderCount = Math.min(20, socketCount);

/** Counts what each socket says, in its state, and passes it on to all. */
const site = `
  import { action, defineProject, defineSettings, group, websocket, WebSocketConsumer } from ${JSON.stringify(builtIndex)};
  const room = group("room/:slug", { history: { messages: 1000, seconds: 600 } }).carries();
  const anything = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
  class Chat extends WebSocketConsumer {
    state = { said: 0 };
    actions = { post: action(anything, this.post) };
    async connect() {
      await this.join(room({ slug: "lobby" }));
      this.accept();
    }
    async post({ sender, number }) {
      this.state.said += 1;
      await room({ slug: "lobby" }).send("chat.message", { sender, number, said: this.state.said });
    }
    "chat.message"(message) { return this.sendJson(message); }
  }
  export default defineProject({
    name: "site",
    settings: defineSettings(),
    routes: [websocket("/ws/", Chat, { remote: "chat" })],
  });
`;

interface Said {
  readonly sender: number;
  readonly number: number;
  readonly said: number;
}

/** A socket that keeps what it hears, by sender. */
class Listener {
  readonly socket: WebSocket;
  readonly heard = new Map<number, Said[]>();
  closedWith: number | undefined;
  #count = 0;
  #wanted = 0;
  #onEnough: (() => void) | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on("message", (data: Buffer) => this.#hear(JSON.parse(data.toString()) as Said));
    this.socket.on("close", (code) => {
      this.closedWith = code;
      this.#onEnough?.();
    });
  }

  /** Resolves when so many messages were heard in all, or the socket is closed. */
  async hears(count: number): Promise<void> {
    this.#wanted = count;
    if (this.#count >= count || this.closedWith !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#onEnough = resolve;
    });
  }

  say(sender: number, number: number): void {
    this.socket.send(JSON.stringify({ action: "post", data: { sender, number } }));
  }

  #hear(said: Said): void {
    const heard = this.heard.get(said.sender) ?? [];
    heard.push(said);
    this.heard.set(said.sender, heard);
    this.#count += 1;
    if (this.#count >= this.#wanted) this.#onEnough?.();
  }
}

const processes: HotclubProcess[] = [];
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill("SIGKILL")));
  for (const end of ends.splice(0)) await end();
});

describe("the sockets of a remote route", () => {
  it(
    "live through rolling restarts of all workers under load: none is closed, nothing is lost, doubled or reordered",
    { timeout: 120_000 * rounds },
    async () => {
      const redis = await startRedis();
      ends.push(() => redis.stop());
      const directory = await scratch({ "project.js": site });
      const environment = { REDIS_URL: redis.url, DATABASE_URL: "sqlite::memory:", SECRET_KEY: "s".repeat(40) };
      const start = (...args: string[]): HotclubProcess => {
        const started = new HotclubProcess(args, { directory, environment });
        processes.push(started);
        return started;
      };
      const startWorker = async (): Promise<HotclubProcess> => {
        const worker = start("worker", "--pools", "chat");
        await worker.line("site works");
        return worker;
      };
      let workers = [await startWorker(), await startWorker()];
      const url = (await start("serve", "--port", "0").url()).replace("http", "ws");
      const listeners = Array.from({ length: socketCount }, () => new Listener(`${url}/ws/`));
      await Promise.all(listeners.map(({ socket }) => once(socket, "open")));

      let sent = 0;
      const loading = new AbortController();
      const load = (async () => {
        for (let number = 1; !loading.signal.aborted; number++) {
          for (let sender = 0; sender < senderCount; sender++) listeners[sender]?.say(sender, number);
          sent += 1;
          // The pace of those who hear is the pace of those who speak.
          await listeners[0]?.hears(number * senderCount);
          if (listeners[0]?.closedWith !== undefined) return;
        }
      })();
      for (let round = 0; round < rounds; round++) {
        const next: HotclubProcess[] = [];
        for (const worker of workers) {
          next.push(await startWorker());
          expect(await worker.kill("SIGTERM")).toBe(0);
        }
        workers = next;
      }
      loading.abort();
      await load;
      await Promise.all(listeners.map((listener) => listener.hears(sent * senderCount)));

      const whole = Array.from({ length: sent }, (_, index) => index + 1);
      for (const listener of listeners) {
        expect(listener.closedWith).toBeUndefined();
        for (let sender = 0; sender < senderCount; sender++) {
          const heard = listener.heard.get(sender) ?? [];
          expect(heard.map(({ number }) => number)).toEqual(whole);
          expect(heard.map(({ said }) => said)).toEqual(whole);
        }
      }
      for (const { socket } of listeners) socket.terminate();
    },
  );
});
