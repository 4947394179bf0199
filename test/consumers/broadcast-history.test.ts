import { once } from "node:events";

import fc from "fast-check";
import { createApplication, forward, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import { type Listening, loadServer } from "hotclub/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { deferred } from "../deferred.js";
import { serversHere } from "../protocol/servers-here.js";

const room = group("room", { history: { messages: 1000 } }).carries<
  { "chat.message": { n: number } },
  { who: string }
>();

let busy = deferred<void>();

/** Only passes on what it hears; the text `busy` keeps it busy. */
class Listener extends WebSocketConsumer {
  "chat.message" = forward<Payload<typeof room, "chat.message">>();
  override async connect() {
    const who = new URLSearchParams(this.scope.queryString).get("who");
    await this.join(room(), { history: 0, ...(who !== null && { presence: { who } }) });
    this.accept();
  }
  override async receive(text: string) {
    if (text === "again") await this.join(room(), { history: 5, presence: { who: "changed" } });
    if (text === "busy") await busy.promise;
    await this.sendText(`"${text}"`);
  }
}

interface Frame {
  readonly type?: string;
  readonly n?: number;
  readonly "@"?: readonly [string, number];
  readonly [key: string]: unknown;
}

/** A client that keeps what it hears, and says where it was when it comes back. */
class Client {
  readonly heard: Frame[] = [];
  readonly #port: number;
  readonly #query: string;
  #position = "";
  #socket: WebSocket | undefined;
  #check: () => void = () => {};

  constructor(port: number, query = "") {
    this.#port = port;
    this.#query = query;
  }

  get numbers(): number[] {
    return this.heard.flatMap(({ n }) => (n === undefined ? [] : [n]));
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  async open(): Promise<void> {
    const resume = this.#position === "" ? "" : `&hotclub-resume=${this.#position}`;
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/ws/?${this.#query}${resume}`);
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      if (socket !== this.#socket) return;
      const frame = JSON.parse(data.toString()) as Frame | string;
      if (typeof frame === "string") this.heard.push({ type: frame });
      else this.#take(frame);
      this.#check();
    });
    await once(socket, "open");
    await this.hears(({ heard }) => heard.some(({ type }) => type === "joined"));
  }

  /** From now on nothing more is heard. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.terminate();
    await once(socket, "close");
  }

  say(text: string): void {
    this.#socket?.send(text);
  }

  async hears(isEnough: (client: Client) => boolean): Promise<void> {
    const enough = deferred<void>();
    this.#check = () => {
      if (isEnough(this)) enough.resolve();
    };
    this.#check();
    await enough.promise;
  }

  #take(frame: Frame): void {
    this.heard.push(frame);
    const epoch = this.#position.split(":")[1] ?? "";
    if (frame.type === "joined")
      this.#position = `${String(frame["group"])}:${String(frame["epoch"])}:${String(frame["offset"])}`;
    else if (frame["@"] !== undefined) this.#position = `${frame["@"][0]}:${epoch}:${frame["@"][1]}`;
  }
}

let layer: MemoryChannelLayer;
let listening: Listening | undefined;
const clients: Client[] = [];

beforeEach(() => {
  busy = deferred();
  layer = new MemoryChannelLayer();
  channelLayers.set("default", layer);
});
afterEach(async () => {
  busy.resolve();
  for (const client of clients.splice(0)) await client.close();
  await listening?.close({ timeoutMs: 100 });
  listening = undefined;
  await channelLayers.closeAll();
});

const say = (n: number) => room().send("chat.message", { n });
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

describe.each(serversHere)("messages of a group with history that are only passed on, on %s", (name) => {
  async function serve(): Promise<number> {
    const { listen } = await loadServer(name);
    listening = await listen(createApplication({ routes: [websocket("/ws/", Listener)] }));
    return listening.port;
  }

  function client(port: number, query?: string): Client {
    const made = new Client(port, query);
    clients.push(made);
    return made;
  }

  it("come once and in order with their places, and the layer delivers them once for all", async () => {
    const port = await serve();
    const all = Array.from({ length: 20 }, () => client(port));
    await Promise.all(all.map((one) => one.open()));
    await say(1);
    await Promise.all(all.map((one) => one.hears(({ numbers }) => numbers.length === 1)));
    const before = layer.counters.delivered;
    await say(2);
    await say(3);
    await Promise.all(all.map((one) => one.hears(({ numbers }) => numbers.length === 3)));
    expect(layer.counters.delivered - before).toBe(2);
    for (const { heard } of all) {
      const places = heard.flatMap(({ n, "@": place }) => (n === undefined ? [] : [[n, place?.[1]]]));
      expect(places).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
    }
  });

  it("come to a consumer that is busy when it has time, and to the others at once", async () => {
    const port = await serve();
    const [slow, quick] = [client(port), client(port)];
    await slow.open();
    await quick.open();
    slow.say("busy");
    quick.say("here");
    await quick.hears(({ heard }) => heard.at(-1)?.type === "here");
    for (let n = 1; n <= 300; n++) await say(n);
    await quick.hears(({ numbers }) => numbers.length === 300);
    busy.resolve();
    await slow.hears(({ numbers }) => numbers.length === 300);
    await say(301);
    for (const each of [slow, quick]) {
      await each.hears(({ numbers }) => numbers.length === 301);
      expect(each.numbers).toEqual(upTo(301));
    }
  });

  it("come to those who show themselves, too, who may join again to show something else", async () => {
    const port = await serve();
    const [one, other] = [client(port, "who=one"), client(port, "who=other")];
    await one.open();
    await other.open();
    for (const n of [1, 2]) {
      await say(n);
      await one.hears(({ numbers }) => numbers.length === n);
    }
    one.say("again");
    await one.hears(({ heard }) => heard.some(({ type }) => type === "again"));
    const shows = (who: string) => (frame: Frame) => frame.type === "presence" && JSON.stringify(frame).includes(who);
    await other.hears(({ heard }) => heard.some(shows("changed")));
    await say(3);
    for (const each of [one, other]) {
      await each.hears(({ numbers }) => numbers.length === 3);
      expect(each.numbers).toEqual([1, 2, 3]);
    }
    await one.close();
    await other.hears(({ heard }) => heard.some(({ type, left }) => type === "presence" && (left as []).length > 0));
  });

  it("property: after any comings, goings and sends, everybody has heard everything once, in order", async () => {
    const port = await serve();
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant({ kind: "send" as const, who: 0 }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("come" as const), who: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("go" as const), who: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("hear" as const), who: fc.nat(3) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await layer.flush();
        const visitors = Array.from({ length: 4 }, () => client(port));
        await Promise.all(visitors.map((visitor) => visitor.open()));
        let sent = 0;
        const hasAll = ({ numbers }: Client): boolean => numbers.length >= sent;
        for (const { kind, who } of steps) {
          const visitor = visitors[who];
          if (kind === "send") await say(++sent);
          else if (kind === "come" && visitor?.isOpen === false) await visitor.open();
          else if (kind === "go") await visitor?.close();
          else if (kind === "hear" && visitor?.isOpen === true) await visitor.hears(hasAll);
        }
        for (const visitor of visitors) {
          if (!visitor.isOpen) await visitor.open();
          await visitor.hears(hasAll);
          await visitor.close();
          expect(visitor.numbers).toEqual(upTo(sent));
        }
      }),
      { numRuns: 20 },
    );
  });
});
