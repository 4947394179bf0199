import { action, createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, openChannelLayer } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";
import { z } from "zod";

/** A web process of a chaos run: `node web.js REDIS_URL PORT`. */
const room = group("chaos/:room", { history: { messages: 20_000, seconds: 300 } }).carries<{
  "chaos.said": { from: string; n: number };
}>();

class Chaos extends WebSocketConsumer<{ room: string }> {
  actions = { say: action(z.object({ from: z.string(), n: z.number() }), this.say) };

  override async connect() {
    await this.join(room(this.params), { history: 0 });
    this.accept();
  }

  async say({ from, n }: { from: string; n: number }) {
    await room(this.params).send("chaos.said", { from, n }, { idempotencyKey: `${from}.${n}` });
  }

  "chaos.said"(message: { from: string; n: number }) {
    return this.sendJson(message);
  }
}

const [url = "", port = "0"] = process.argv.slice(2);
channelLayers.set("default", await openChannelLayer(url, { timeoutMs: 1000 }));
const { listen } = await loadServer();
await listen(createApplication({ routes: [websocket("/:room/", Chaos)] }), { port: Number(port) });
process.stdout.write("ready\n");
