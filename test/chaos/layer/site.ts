import { action, forward, websocket, WebSocketConsumer } from "hotclub/consumers";
import { group } from "hotclub/layers";
import { z } from "zod";

/** The pool of workers that run the consumers of the remote route. */
export const pool = "chaos";

/** What is said here is kept. */
const room = group("chaos/:room", { history: { messages: 20_000, seconds: 300 } }).carries<{
  "chaos.said": { from: string; n: number };
}>();

/** What is whispered here reaches whoever is there at the moment. */
const corner = group("chaos-corner/:room").carries<{ "chaos.whispered": { from: string; n: number } }>();

const numbered = z.object({ from: z.string(), n: z.number() });

abstract class Speaker extends WebSocketConsumer<{ room: string }> {
  actions = { say: action(numbered, this.say), whisper: action(numbered, this.whisper) };

  async say({ from, n }: { from: string; n: number }) {
    await room(this.params).send("chaos.said", { from, n }, { idempotencyKey: `${from}.${n}` });
  }

  async whisper({ from, n }: { from: string; n: number }) {
    await corner(this.params).send("chaos.whispered", { from, n }, { idempotencyKey: `${from}.${n}` });
  }
}

class Chaos extends Speaker {
  override async connect() {
    await this.join(corner(this.params));
    await this.join(room(this.params), { history: 0 });
    this.accept();
  }

  "chaos.said"(message: { from: string; n: number }) {
    return this.sendJson(message);
  }

  "chaos.whispered"(message: { from: string; n: number }) {
    return this.sendJson(message);
  }
}

/** The same, but what it hears goes to all sockets at once. */
class Relayed extends Speaker {
  "chaos.said" = forward<{ from: string; n: number }>();
  "chaos.whispered" = forward<{ from: string; n: number }>();

  override async connect() {
    await this.join(corner(this.params));
    await this.join(room(this.params), { history: 0 });
    this.accept();
  }
}

/** The same consumers beside their sockets, and in workers. */
export const routes = [
  websocket("/inline/:room/", Chaos),
  websocket("/inline-relayed/:room/", Relayed),
  websocket("/remote/:room/", Chaos, { remote: pool }),
  websocket("/remote-relayed/:room/", Relayed, { remote: pool }),
];
