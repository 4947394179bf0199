import { createApplication, EventStreamConsumer, http, HttpConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import type { Listening, ProtocolServer } from "hotclub/protocol";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { nodeServer } from "../../src/protocol/node/node-server.js";
import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { uwsLoads } from "../protocol/servers-here.js";
import { deferred } from "../deferred.js";
import { lastingPort } from "../project/lasting-port.js";
import { openBrowser, openWindow } from "./browser.js";

const room = group("room").carries<{ "chat.message": { id: number; text: string } }>();

const page = `<!doctype html><ul></ul><script>
  const events = new EventSource("/events/");
  const add = (text) => document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: text }));
  events.addEventListener("said", ({ data, lastEventId }) => add(lastEventId + " " + JSON.parse(data).text));
  events.addEventListener("missed", ({ data }) => add("missed since " + data));
  events.onopen = () => add("open");
</script>`;

class Page extends HttpConsumer {
  get() {
    return this.html(page);
  }
  async post() {
    const form = await this.request.form();
    return this.json([form.get("title"), ...form.files.map(({ name, size, type }) => [name, size, type])]);
  }
}

class Events extends EventStreamConsumer {
  static override readonly retryMs = 50;
  override async connect() {
    await this.join(room());
    if (this.lastEventId !== undefined) await this.sendEvent({ event: "missed", data: this.lastEventId });
  }
  "chat.message"({ id, text }: Payload<typeof room, "chat.message">) {
    return this.sendEvent({ event: "said", id: String(id), data: { text } });
  }
}

/** The window has read the first rows, so the others may follow. */
let goOn = deferred<void>();

class Rows extends HttpConsumer {
  get() {
    async function* rows() {
      yield "the first row\n";
      await goOn.promise;
      for (let i = 0; i < 1000; i++) yield `row ${i}\n`.repeat(100);
    }
    return this.stream(rows(), { type: "text/plain" });
  }
  post() {
    goOn.resolve();
    return this.text("they follow");
  }
}

let browser: Browser;
const listening: { server: Listening; stop: AbortController }[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(() => void (goOn = deferred<void>()));
beforeEach(() => void channelLayers.set("default", new MemoryChannelLayer()));
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await stop();
  await channelLayers.closeAll();
});

async function start(server: ProtocolServer, port = 0): Promise<Listening> {
  const stop = new AbortController();
  const routes = [http("/", Page), http("/events/", Events), http("/rows/", Rows)];
  const started = await server.listen(createApplication({ routes, stopping: stop.signal }), { port });
  listening.push({ server: started, stop });
  return started;
}

/** As a process does that is told to end. */
async function stop(): Promise<void> {
  for (const one of listening.splice(0)) {
    one.stop.abort();
    await one.server.close({ timeoutMs: 1000 });
  }
}

describe.each(uwsLoads ? [uwsServer, nodeServer] : [nodeServer])(
  "Chromium, with the protocol server $name",
  (server) => {
    it("gets events, and comes back to a server that was started anew, with the id of its last event", async () => {
      const port = await lastingPort();
      const { url } = await start(server, port);
      const window = await openWindow(browser, `${url}/`);
      const shows = (text: string) => window.getByText(text, { exact: true }).first().waitFor();
      await shows("open");
      await room().send("chat.message", { id: 41, text: "Bien sûr – <b>swing</b>" });
      await shows("41 Bien sûr – <b>swing</b>");
      await stop();
      await start(server, port);
      await shows("missed since 41");
      await room().send("chat.message", { id: 42, text: "again" });
      await shows("42 again");
      expect(window.scriptErrors).toEqual([]);
    });

    it("sends forms with files and reads streams piece by piece", async () => {
      const { url } = await start(server);
      const window = await openWindow(browser, `${url}/`);
      const answer = await window.evaluate(`(async () => {
      const form = new FormData();
      form.append("title", "Manoir de mes rêves");
      form.append("score", new File([new Uint8Array(300000)], "rêves.pdf", { type: "application/pdf" }));
      form.append("score", new File(["a"], "a.txt", { type: "text/plain" }));
      return (await fetch("/", { method: "POST", body: form })).json();
    })()`);
      expect(answer).toEqual([
        "Manoir de mes rêves",
        ["rêves.pdf", 300_000, "application/pdf"],
        ["a.txt", 1, "text/plain"],
      ]);
      const read = await window.evaluate(`(async () => {
      const reader = (await fetch("/rows/")).body.getReader();
      const first = new TextDecoder().decode((await reader.read()).value);
      await fetch("/rows/", { method: "POST" });
      let bytes = 0;
      for (let step = await reader.read(); !step.done; step = await reader.read()) bytes += step.value.length;
      return { first, bytes };
    })()`);
      expect(read).toEqual({ first: "the first row\n", bytes: 789_000 });
    });
  },
);
